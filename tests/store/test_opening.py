"""Opening: kept beside the file, used again while nothing changes, nothing half-made left."""

import errno
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from store import opening
from store.decisions import DecisionLog, decide
from store.errors import Cancelled, UserError
from store.naming import default_workspace
from store.opening import open_dataset, open_in_memory
from store.readers import Request

TEXTS = ["a cat purrs", "a ship sails", "the cat sleeps", "the ship sinks"]


@pytest.fixture
def table(tmp_path):
    """The path of a table of four texts."""
    path = tmp_path / "reviews.parquet"
    pq.write_table(pa.table({"id": list("abcd"), "label": list("xyxy"), "text": TEXTS}), path)
    return path


@pytest.fixture
def reads(monkeypatch):
    """How often a file was read, as a list that grows."""
    seen = []
    read = opening.read

    def counted(*args, **kwargs):
        seen.append(args[0].name)
        return read(*args, **kwargs)

    monkeypatch.setattr(opening, "read", counted)
    return seen


def test_the_workspace_lies_beside_the_file(table):
    """reviews.parquet is kept in reviews.secondlook, embedded; the file itself is not touched."""
    before = table.read_bytes()
    opened = open_dataset(table)

    assert (
        opened.workspace.folder == table.with_name("reviews.secondlook") == default_workspace(table)
    )
    assert opened.dataset.embeddings.shape == (4, 3)
    assert opened.source == str(table)
    assert opened.workspace.project()["embeddings_from"].startswith("TF-IDF of")
    assert [guess.choice for guess in opened.guesses][:3] == ["id", "label", "text"]
    assert table.read_bytes() == before


def test_an_unchanged_file_is_not_read_again(table, reads):
    """The second opening gives the same dataset and guesses from the workspace."""
    first, second = open_dataset(table), open_dataset(table)

    assert reads == ["reviews.parquet"]
    assert second.guesses == first.guesses
    assert second.dataset.fingerprint == first.dataset.fingerprint


def test_a_changed_file_is_read_again_and_decisions_stay(table, reads):
    """The log outlives every new version of the table."""
    folder = open_dataset(table).workspace.folder
    (folder / "decisions.db").write_bytes(b"the log")
    pq.write_table(pa.table({"label": list("xyx"), "text": TEXTS[:3]}), table)
    again = open_dataset(table)

    assert len(reads) == 2
    assert len(again.dataset) == 3
    assert (folder / "decisions.db").read_bytes() == b"the log"


def test_another_request_reads_again(table, reads):
    """Roles are part of what was opened."""
    open_dataset(table)
    again = open_dataset(table, Request(id=""))

    assert len(reads) == 2
    assert again.dataset.roles.id is None


def test_arrays_that_change_or_appear_are_read_again(table, reads):
    """Named ones and ones that lie beside the table count as the table itself does."""
    vectors = table.with_name("vectors.npy")
    np.save(vectors, np.eye(4))
    request = Request(embeddings=str(vectors))
    open_dataset(table, request)
    np.save(vectors, np.eye(4, 6))
    assert open_dataset(table, request).dataset.embeddings.shape == (4, 6)
    assert len(reads) == 2
    np.save(table.with_name("pred_probs.npy"), np.full((4, 2), 0.5))
    assert open_dataset(table, request).dataset.pred_probs is not None
    assert len(reads) == 3


def test_a_relative_array_file_means_the_same_from_another_folder(table, reads, monkeypatch):
    """What was named from beside the table is found again from elsewhere."""
    np.save(table.with_name("vectors.npy"), np.eye(4))
    monkeypatch.chdir(table.parent)
    open_dataset(table, Request(embeddings="vectors.npy"))
    (table.parent / "elsewhere").mkdir()
    monkeypatch.chdir(table.parent / "elsewhere")
    open_dataset(table, Request(embeddings="vectors.npy"))

    assert len(reads) == 1


def test_a_workspace_elsewhere(table, tmp_path):
    """--workspace keeps the data's own folder clean."""
    opened = open_dataset(table, workspace=tmp_path / "deep" / "down")

    assert opened.workspace.folder == tmp_path / "deep" / "down"
    assert not default_workspace(table).exists()


def test_a_table_without_media_opens_without_embeddings(tmp_path):
    """Nothing is made up: scorers that need vectors say so."""
    path = tmp_path / "numbers.csv"
    path.write_text("label,size\nx,1\ny,2\n")
    opened = open_dataset(path)

    assert opened.dataset.embeddings is None
    assert opened.workspace.project()["embeddings_from"] is None


def test_embeddings_of_the_users_are_kept_and_named(table):
    """Nothing is computed then."""
    np.save(table.with_name("embeddings.npy"), np.eye(4))
    opened = open_dataset(table)

    assert np.asarray(opened.dataset.embeddings).tolist() == np.eye(4).tolist()
    assert opened.workspace.project()["embeddings_from"].endswith("embeddings.npy")


@pytest.mark.parametrize("stage", ["reading", "words of the texts", "text vectors", "saving"])
def test_a_cancelled_import_leaves_nothing(table, stage):
    """At whatever point it is stopped."""

    def stop(now, done, total):
        if now == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        open_dataset(table, progress=stop)
    assert sorted(path.name for path in table.parent.iterdir()) == ["reviews.parquet"]


def test_a_failed_import_leaves_the_old_workspace(table):
    """The data was replaced by something unreadable: what was saved before is still whole."""
    folder = open_dataset(table).workspace.folder
    table.write_bytes(b"PAR1\x00\x00 no more")
    with pytest.raises(UserError, match="cannot be read as Parquet"):
        open_dataset(table)

    assert len(opening.Workspace(folder).load()) == 4


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied.*--workspace"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device.*--workspace"),
    ],
)
def test_a_disk_that_refuses_is_told_and_nothing_is_left(table, monkeypatch, problem, told):
    """Simulated in the middle of the saving, because the superuser may write everywhere."""

    def refuse(*args, **kwargs):
        raise problem

    monkeypatch.setattr("store.workspace.np.save", refuse)
    with pytest.raises(UserError, match=told):
        open_dataset(table)
    assert not default_workspace(table).exists()


def test_a_folder_without_permission_is_told_before_the_work(table, reads, monkeypatch):
    """Not after minutes of reading."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    with pytest.raises(UserError, match=r"cannot be written: permission denied.*--workspace"):
        open_dataset(table)

    assert reads == []


def test_a_saved_workspace_opens_without_permission_to_write(table, reads, monkeypatch):
    """A shared folder may be read-only."""
    open_dataset(table)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)

    assert len(open_dataset(table).dataset) == 4
    assert len(reads) == 1


def test_a_folder_of_something_else_is_refused(table, tmp_path):
    """A slip in --workspace does not spread files over somebody's documents."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("dear")
    with pytest.raises(UserError, match=r"holds other things \(to-mother.txt\)"):
        open_dataset(table, workspace=tmp_path / "letters")
    with pytest.raises(UserError, match=r"is a file, but a workspace is a folder"):
        open_dataset(table, workspace=table)


def test_the_rest_of_a_killed_import_is_no_obstacle(table):
    """Without project.json it counts as nothing, and is written over."""
    folder = open_dataset(table).workspace.folder
    (folder / "project.json").unlink()
    (folder / ".table.arrow.draft").write_bytes(b"half")

    assert len(open_dataset(table).dataset) == 4


KILLED = """
import os, signal, sys
from pathlib import Path
from store import opening, workspace

save_array = workspace.save_array

def kill(array, path):
    save_array(array, path)
    if path.name == "content.npy":
        os.kill(os.getpid(), signal.SIGKILL)

workspace.save_array = kill
opening.open_dataset(Path(sys.argv[1]))
"""


def test_a_killed_import_leaves_no_workspace_and_the_next_one_tidies_up(table):
    """Killed while it writes: nothing under the name of the workspace, and nothing for long."""
    root = Path(opening.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", KILLED, str(table)], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert not default_workspace(table).exists()
    assert len(list(table.parent.iterdir())) == 2  # the table, and a draft with a dot

    assert len(open_dataset(table).dataset) == 4
    assert {path.name for path in table.parent.iterdir()} == {
        "reviews.parquet", "reviews.secondlook"
    }  # fmt: skip


def test_a_draft_of_a_running_import_is_left_alone(table):
    """Two processes that open the same data at once do not remove each other's work."""
    mine = table.with_name(f".reviews.secondlook.{socket.gethostname()}.{os.getpid()}.1")
    others = table.with_name(".reviews.secondlook.elsewhere.1.1")
    mine.mkdir()
    others.mkdir()
    open_dataset(table)

    assert mine.is_dir()
    assert others.is_dir()


def test_a_dataset_in_memory_is_kept_like_any_other(make_dataset, tmp_path, monkeypatch):
    """Embedded once; the second time it comes from its workspace."""
    dataset = make_dataset(list("xyxy"), texts=TEXTS)
    first = open_in_memory(dataset, tmp_path / "made.secondlook")
    monkeypatch.setattr(opening, "embed", None)
    second = open_in_memory(dataset, tmp_path / "made.secondlook")

    assert first.dataset.embeddings.shape == (4, 3)
    assert second.dataset.fingerprint == first.dataset.fingerprint
    assert (second.source, second.guesses) == ("made", ())


def test_a_request_that_names_nothing_means_what_was_named_before(tmp_path):
    """`open --label stars` once; `export` later without it reads the same label."""
    path = tmp_path / "reviews.csv"
    path.write_text("id,stars,verdict,text\na,1,x,red\nb,2,y,blue\nc,1,x,red too\n")
    first = open_dataset(path, Request(label="stars"))
    again = open_dataset(path)

    assert again.dataset.roles.label == "stars"
    assert again.dataset.fingerprint == first.dataset.fingerprint


DAMAGE = {
    "lost": lambda path: path.unlink(),
    "empty": lambda path: os.truncate(path, 0),
    "half a header": lambda path: os.truncate(path, 60),
    "half a body": lambda path: os.truncate(path, path.stat().st_size - 5),
}


SAVED = ("labels.npy", "content.npy", "embeddings.npy", "table.arrow", "project.json")


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", SAVED[:-1])
def test_a_workspace_that_has_lost_something_is_made_anew(table, reads, name, damage):
    """Opening the data again mends what its files lack; what was decided stays."""
    first = open_dataset(table)
    space, fingerprint = first.workspace, first.dataset.fingerprint
    DecisionLog(space.log_path).append([decide(first.dataset, [1], "keep", reviewer="ann")])
    del first  # its arrays are these files
    before = {file: (space.folder / file).read_bytes() for file in SAVED}
    DAMAGE[damage](space.folder / name)

    with pytest.raises(UserError, match="open the data again"):
        space.load()
    again = open_dataset(table)

    assert reads == ["reviews.parquet"] * 2
    assert again.dataset.fingerprint == fingerprint
    assert {file: (space.folder / file).read_bytes() for file in SAVED} == before
    assert [one.reviewer for one in DecisionLog(space.log_path).decisions()] == ["ann"]
    assert open_dataset(table).dataset.embeddings.shape == (4, 3)
    assert len(reads) == 2
