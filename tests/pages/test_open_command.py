"""`second-look open` in a process of its own: at first, again, after a change, and its end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def reviews(tmp_path):
    """A table of texts."""
    path = tmp_path / "reviews.csv"
    rows = [f"r{row},{'xy'[row % 2]},words of row {row}" for row in range(20)]
    path.write_text("\n".join(["id,label,text", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def nothing_left():
    """A test that fails leaves no server behind."""
    yield
    for process in BEGUN:
        process.kill()
        process.wait(60)
    BEGUN.clear()


BEGUN: list[subprocess.Popen[str]] = []


class Command:
    """The command, begun in the folder of the data.

    said: what it is told to open, by default the data.
    """

    def __init__(self, data: Path, *said: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = ["-m", "second_look.launch", "open", *(said or [str(data)]), "--no-browser"]
        own = {name: value for name, value in os.environ.items() if "STREAMLIT" not in name}
        self.process = subprocess.Popen(
            [sys.executable, *words, "--port", str(self.port)],
            cwd=data.parent, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=own | {"PYTHONPATH": str(ROOT), "HOME": str(data.parent)},
        )  # fmt: skip
        BEGUN.append(self.process)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of an answer, as soon as it listens."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        while self.process.poll() is None:
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as refusal:
                if refusal.code != 503:  # a door that was closed again, for the usual way
                    return refusal.code, refusal.read().decode()
            except OSError:
                time.sleep(0.05)
        raise AssertionError(self.process.communicate()[1])

    def is_behind_the_door(self) -> bool:
        """The command is itself the server, and was not replaced by Streamlit's."""
        return b"second_look" in Path(f"/proc/{self.process.pid}/cmdline").read_bytes()

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        self.process.send_signal(how)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


def opened_once(data: Path) -> str:
    """The output of the command that made the workspace."""
    command = Command(data)
    assert command.get("/_stcore/health") == (200, "ok")
    assert not command.is_behind_the_door()
    return command.end()[1]


def test_a_dataset_that_was_opened_before_is_served_by_the_command_itself(reviews):
    """It says the same, keeps foreign names out, and ends quietly."""
    before = opened_once(reviews)
    command = Command(reviews)

    assert command.get("/_stcore/health") == (200, "ok")
    assert command.is_behind_the_door()
    assert command.get("/")[1].count("modulepreload") > 1
    assert command.get("/", Host="rebound.example")[0] == 421
    assert command.get("/static/nosuch/", Host="rebound.example")[0] == 421
    assert command.get("/review")[1].count("modulepreload") > 1
    code, out, err = command.end(signal.SIGINT)
    assert (code, err) == (0, "")
    assert out.replace(str(command.port), "") == before.replace(before.split(":")[-1][:5], "")


def test_a_dataset_that_has_changed_is_read_anew(reviews):
    """By a process that Streamlit's server takes the place of."""
    opened_once(reviews)
    reviews.write_text(reviews.read_text(encoding="utf-8") + "r20,x,more\n", encoding="utf-8")

    assert "21 examples" in opened_once(reviews)


def test_data_that_is_named_otherwise_is_read_anew(reviews):
    """Which shows only when the door is open already: an array came to lie beside the table."""
    opened_once(reviews)
    np.save(reviews.with_name("reviews.embeddings.npy"), np.eye(20, dtype=np.float32))

    assert "reviews.embeddings.npy" in opened_once(reviews)


def test_a_workspace_that_cannot_be_used_ends_with_a_sentence(reviews):
    """Exit code 1, and no traceback."""
    opened_once(reviews)
    project = reviews.with_name("reviews.secondlook") / "project.json"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace('"format": 1', '"format": 99'), encoding="utf-8")
    command = Command(reviews)
    _, err = command.process.communicate(timeout=60)

    assert command.process.returncode == 1
    assert err.startswith(f"second-look: {project} has format 99")
    assert "Traceback" not in err


def test_the_example_is_served_by_the_command_itself_at_once(tmp_path):
    """It is made behind the door, the first time too."""
    command = Command(tmp_path / "no data", "--example")

    assert command.get("/_stcore/health") == (200, "ok")
    assert command.is_behind_the_door()
    assert (tmp_path / "digits.secondlook" / "project.json").is_file()
    assert "1,797 examples" in command.end()[1]
