"""A Streamlit script as a server of its own, and how much memory it and the browser take."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from benchmarks.bench_open import free_port, wait_for_port

ROOT = Path(__file__).resolve().parents[1]


class Running:
    """A Streamlit script on a free port."""

    def __init__(self, script: Path, place: Path) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "streamlit", "run", str(script)]
        command += ["--server.port", str(self.port), "--server.headless", "true"]
        command += ["--server.fileWatcherType", "none"]  # as in the application's own settings
        more = {"SECOND_LOOK_WORKSPACES": str(place), "SECOND_LOOK_REVIEWER": "bench"}
        python_path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        self.process = subprocess.Popen(
            command, cwd=place.parent, env=os.environ | more | {"PYTHONPATH": python_path},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_port(self.port, self.process)

    def megabytes(self) -> float:
        """Resident memory of the server."""
        return resident(self.process.pid)

    def end(self) -> None:
        """Stop it and wait."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def browser_megabytes(*, shared: bool = True) -> float:
    """Memory of all processes of this program's Chromium; other people's are left out.

    shared: pages that several of them share are counted in each, else once in all.
    """
    own = [one for one in descendants(os.getpid()) if "chrom" in text_of(Path(f"/proc/{one}/comm"))]
    return sum(resident(one) if shared else proportional(one) for one in own)


def descendants(process: int) -> set[int]:
    """All processes that a process started, and those that they started."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/status"):
        lines = [line for line in text_of(path).splitlines() if line.startswith("PPid:")]
        if lines:
            parents[int(path.parent.name)] = int(lines[0].split()[1])
    found, new = set(), {process}
    while new:
        found |= new
        new = {one for one, parent in parents.items() if parent in found} - found
    return found - {process}


def text_of(path: Path) -> str:
    """A file of /proc, "" when its process is gone."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def resident(process: int) -> float:
    """Megabytes of a process, 0 when it is gone."""
    lines = text_of(Path(f"/proc/{process}/status")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def proportional(process: int) -> float:
    """Megabytes of a process, of shared pages only its part."""
    lines = text_of(Path(f"/proc/{process}/smaps_rollup")).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
