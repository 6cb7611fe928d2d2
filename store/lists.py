"""Named lists: rows that somebody chose while exploring, kept in the workspace under a name."""

import fcntl
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.array_files import write_parquet
from store.dataset import Dataset
from store.errors import UserError
from store.workspace import Workspace, writing

Op = Literal["new", "add", "remove"]
LONGEST = 100
"""Characters of a name."""
ABOUT = b"second_look"
"""Under which key a file says what it is."""
MOST_STEPS = 100
"""Changes of a list that it remembers: the latest ones."""


@dataclass(frozen=True)
class NamedList:
    """What is known of a list without reading its rows.

    rows: how many ids are in it, whether or not this version of the dataset has them.
    made: the changes that led to it, first to last: op, reviewer, at (UTC), rows, and how they
    were chosen (condition, selection, list).
    """

    name: str
    rows: int
    made: tuple[Mapping[str, Any], ...]


def lists_in(workspace: Workspace) -> tuple[NamedList, ...]:
    """All lists by name. A file that is none of ours is left out."""
    found = [_about(path) for path in sorted(_home(workspace).glob("*.parquet"))]
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: (one.name.casefold(), one.name)))


def find_list(workspace: Workspace, name: str) -> NamedList | None:
    """The list of this name, or None."""
    return _about(_path(workspace, name))


def ids_of_list(workspace: Workspace, name: str) -> pa.Array:
    """The ids in it, each once, in the order in which they came. Raises UserError without one."""
    path = _path(workspace, name)
    if _about(path) is None:
        raise _missing(workspace, name)
    return pq.read_table(path, columns=["id"])["id"].combine_chunks()


def rows_of_list(workspace: Workspace, name: str, dataset: Dataset) -> np.ndarray:
    """(m,) int64 rows of a kept list, in table order. Raises UserError where there is none.

    Ids that this version of the dataset does not have are passed over; the list keeps them.
    """
    listed = ids_of_list(workspace, name)
    return np.flatnonzero(pc.is_in(dataset.all_ids, value_set=listed).to_numpy(False))


def version_of_list(workspace: Workspace, name: str) -> tuple[int, int, int] | None:
    """Another one after every change, by whichever process; None = there is no such list."""
    try:
        facts = _path(workspace, name).stat()
    except OSError:
        return None
    return facts.st_ino, facts.st_mtime_ns, facts.st_size


def keep_list(
    workspace: Workspace,
    name: str,
    ids: pa.Array,
    *,
    reviewer: str,
    op: Op = "new",
    because: Mapping[str, Any] | None = None,
) -> NamedList:
    """Make a list ("new"), add rows to one or make it ("add"), take rows out ("remove").

    On disk when this returns, whole or not at all; of several at once none is lost. ids: a list
    has each once. because: how the rows were chosen, as the log has it. Raises UserError for a
    name that cannot be one, one that is taken ("new"), one that is not there ("remove").
    """
    path = _path(workspace, name)
    with _alone(workspace):
        before = _about(path)
        if op == "new" and before is not None:
            raise UserError(
                f"There is a list {before.name!r} already, of {before.rows:,} rows. Name another "
                "one, or add to it."
            )
        if op == "remove" and before is None:
            raise _missing(workspace, name)
        kept = pa.array([], pa.string()) if before is None else ids_of_list(workspace, name)
        if op == "remove":
            kept = kept.filter(pc.invert(pc.is_in(kept, value_set=ids)))
        else:
            kept = pc.unique(pa.concat_arrays([kept, ids.cast(pa.string())]))
        step = {
            "op": op,
            "reviewer": reviewer,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "rows": len(ids),
            **(because or {}),
        }
        steps = (*(() if before is None else before.made), step)[-MOST_STEPS:]
        found = NamedList(_checked(name), len(kept), steps)
        _write(path, found, kept)
    return found


def rename_list(workspace: Workspace, name: str, new: str) -> NamedList:
    """The same rows under another name. Raises UserError where that is taken, or there is none."""
    path, aim = _path(workspace, name), _path(workspace, new)
    with _alone(workspace):
        before = _about(path)
        if before is None:
            raise _missing(workspace, name)
        if aim == path:
            return before
        if _about(aim) is not None:
            raise UserError(f"There is a list {_checked(new)!r} already. Name another one.")
        found = NamedList(_checked(new), before.rows, before.made)
        _write(aim, found, ids_of_list(workspace, name))
        path.unlink()
    return found


def forget_list(workspace: Workspace, name: str) -> None:
    """Take the list away; the rows in it, and what was decided of them, stay as they are."""
    with _alone(workspace):
        _path(workspace, name).unlink(missing_ok=True)


def _home(workspace: Workspace) -> Path:
    return workspace.folder / "lists"


def _checked(name: str) -> str:
    """The name as it is kept: one of several ways to write the same letters."""
    plain = unicodedata.normalize("NFC", name).strip()
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise UserError(
            f"A list cannot be called {name!r:.120}. Name it with 1 to {LONGEST} letters, digits "
            "or signs on one line."
        )
    return plain


def _path(workspace: Workspace, name: str) -> Path:
    """Where the list of this name is: readable as far as any disk allows, and one of a kind."""
    plain = _checked(name)
    readable = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:40].strip("-")
    digest = blake2b(plain.encode(), digest_size=8).hexdigest()
    return _home(workspace) / f"{readable or 'list'}-{digest}.parquet"


def _about(path: Path) -> NamedList | None:
    try:
        with pq.ParquetFile(path) as file:
            facts = json.loads((file.schema_arrow.metadata or {})[ABOUT])
            return NamedList(str(facts["name"]), file.metadata.num_rows, tuple(facts["made"]))
    except (OSError, KeyError, ValueError, pa.ArrowInvalid):
        return None


def _write(path: Path, found: NamedList, ids: pa.Array) -> None:
    about = json.dumps({"name": found.name, "made": found.made}, ensure_ascii=False)
    table = pa.table({"id": ids}).replace_schema_metadata({ABOUT: about.encode()})
    write_parquet(path, table)


@contextmanager
def _alone(workspace: Workspace) -> Iterator[None]:
    """One change at a time, of all threads and processes; who ends, however, gives it up."""
    home = _home(workspace)
    with writing(home):
        home.mkdir(parents=True, exist_ok=True)
        with (home / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _missing(workspace: Workspace, name: str) -> UserError:
    names = [repr(one.name) for one in lists_in(workspace)]
    there = f"There are {', '.join(names[:10])}." if names else "There are no lists yet."
    return UserError(f"There is no list {name!r:.120} in {workspace.folder}. {there}")
