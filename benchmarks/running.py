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


def browser_megabytes() -> float:
    """Resident memory of all of Chromium's processes, pages they share counted in each."""
    names = {path.parent: path.read_text() for path in Path("/proc").glob("[0-9]*/comm")}
    return sum(resident(int(folder.name)) for folder, name in names.items() if "chrom" in name)


def resident(process: int) -> float:
    """Megabytes of a process, 0 when it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
