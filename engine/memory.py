"""How much memory the neighbour graph may take: what is set, else a share of what is free."""

import os
from pathlib import Path

from store.gigabytes import gigabytes

SHARE = 0.5
"""Chosen: the browser, the scores and whatever else runs need the rest."""


def memory_limit() -> int | None:
    """Bytes: SECOND_LOOK_MEMORY_GB, else half of what is free; None = not known, so no bound."""
    named = gigabytes("SECOND_LOOK_MEMORY_GB")
    if named is not None:
        return named
    free = free_memory()
    return None if free is None else int(SHARE * free)


def free_memory(root: Path = Path("/")) -> int | None:
    """Bytes that can be had without swapping, on the machine and within its container.

    root: where /proc and /sys are. None where the system does not tell.
    """
    bounds = [_of_machine(root), _of_group(root)]
    known = [bound for bound in bounds if bound is not None]
    return max(0, min(known)) if known else None


def _of_machine(root: Path) -> int | None:
    free = _numbers(root / "proc/meminfo").get("MemAvailable")
    if free is not None:
        return free * 1024
    if root != Path("/") or not hasattr(os, "sysconf"):
        return None
    try:  # macOS tells what is built in, not what is free
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (ValueError, OSError):
        return None


def _of_group(root: Path) -> int | None:
    """What a container's limit leaves (cgroups, version 2 and 1); cached files can be dropped."""
    groups = root / "sys/fs/cgroup"
    for folder, limit, used, dropped in (
        (groups, "memory.max", "memory.current", "inactive_file"),
        (
            groups / "memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ):
        bound, taken = _number(folder / limit), _number(folder / used)
        if bound is not None and taken is not None:
            return bound - taken + _numbers(folder / "memory.stat").get(dropped, 0)
    return None


def _number(path: Path) -> int | None:
    """The only number in a file; None without one ("max")."""
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _numbers(path: Path) -> dict[str, int]:
    """Lines "name[:] number [unit]" of a file; nothing where there is no such file."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    words = [line.replace(":", " ").split() for line in lines]
    return {line[0]: int(line[1]) for line in words if len(line) > 1 and line[1].isdigit()}
