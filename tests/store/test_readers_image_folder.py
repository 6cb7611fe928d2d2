"""Folders of pictures: classes as folders, metadata files, and what is not guessed."""

import io
import os

import numpy as np
import pytest
from PIL import Image

from store.errors import Cancelled, UserError
from store.naming import default_workspace
from store.opening import open_dataset
from store.readers import Request, preview, read


def png(seed=0):
    """The bytes of a small picture, another one for another seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (4, 4)).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def photos(tmp_path):
    """A function that writes files below a folder called photos.v1 and returns it."""
    root = tmp_path / "photos.v1"

    def write(*names, **texts):
        root.mkdir(exist_ok=True)
        for number, name in enumerate(names):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(png(number))
        for name, text in texts.items():
            (root / name.replace("_", ".")).write_text(text)
        return root

    return write


def test_a_sub_folder_is_a_class(photos):
    """Paths are ids, in their order; deeper folders belong to the class above them."""
    root = photos("dog/b.PNG", "cat/10.jpg", "cat/2.png", "cat/more/deep/1.webp", "cat/no.doc")
    dataset, guesses = read(root)

    assert dataset.table.to_pydict() == {
        "file_name": ["cat/10.jpg", "cat/2.png", "cat/more/deep/1.webp", "dog/b.PNG"],
        "label": ["cat", "cat", "cat", "dog"],
    }
    assert dataset.ids([0, 3]) == ["cat/10.jpg", "dog/b.PNG"]
    assert (dataset.media, dataset.root, dataset.name) == ("image", root, "photos.v1")
    assert [g.because for g in guesses if g.role == "left out"] == ["1 no pictures"]


def test_a_picture_outside_of_the_classes_is_unlabelled(photos):
    """It is not left out, and not a class of its own."""
    dataset, _ = read(photos("cat/1.png", "dog/1.png", "loose.png"))

    assert dataset.labels.tolist() == [0, 1, -1]


def test_hidden_files_workspaces_and_linked_folders_are_passed_over(photos, tmp_path):
    """macOS leaves ._1.png everywhere; a link to a folder can go in circles, and is told."""
    root = photos("cat/1.png", "cat/._1.png", ".trash/2.png", "cat/ws/3.png")
    (root / "cat/ws/project.json").write_text("{}")
    (root / "loop").symlink_to(root)
    dataset, guesses = read(root)

    assert dataset.table["file_name"].to_pylist() == ["cat/1.png"]
    assert [g.choice for g in guesses if g.role == "left out"] == ["loop"]


def test_a_preview_opens_no_picture(photos):
    """Names alone: what is broken is found when the folder is opened."""
    root = photos("cat/1.png", "dog/2.png")
    (root / "dog/2.png").write_bytes(b"no picture")
    shown = preview(root)

    assert shown.rows == 2
    assert {g.role: g.choice for g in shown.guesses if g.choice} == {
        "id": "file_name", "label": "label", "image": "file_name"
    }  # fmt: skip
    with pytest.raises(UserError, match=r"row 1 \(dog/2.png\): these 10 bytes are not a picture"):
        read(root)


def test_a_link_that_leads_nowhere_is_told(photos):
    """The picture is counted on, so its absence is not passed over in silence."""
    root = photos("cat/1.png")
    (root / "cat/2.png").symlink_to(root / "gone.png")

    with pytest.raises(UserError, match=r"row 1 \(cat/2.png\)"):
        read(root)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["train/cat/1.png", "test/cat/2.png"], r"test, train, which are splits.*photos.v1/train"),
        (["Train/1.png", "val/2.png"], "Train, val, which are splits"),
        (["train/cat/1.png", "train/dog/2.png"], "train, which are splits"),
        (["a/cat/1.png", "b/cat/2.png", "b/dog/3.png"], r"same names \(cat\).*photos.v1/a"),
        (["all/cat/1.png", "all/dog/2.png"], r"one folder all \(cat, dog\). Open .*photos.v1/all"),
        (["1.png", "2.png"], "2 pictures, but nothing says their classes.*metadata.csv"),
    ],
)
def test_what_could_mean_two_things_is_asked(photos, names, told):
    """Splits, two levels that could both be classes, one folder around all, no folder at all."""
    root = photos(*names)

    for look in (read, preview):
        with pytest.raises(UserError, match=told):
            look(root)


def test_a_class_may_be_called_test(photos):
    """Only where every folder has the name of a split are they splits."""
    dataset, _ = read(photos("test/1.png", "essay/2.png"))

    assert dataset.classes == ("essay", "test")


def test_a_table_beside_pictures_without_classes_is_named(photos):
    """Somebody's own labels.csv: it is opened as a file."""
    root = photos("1.png", labels_csv="file_name,label\n1.png,x\n")

    with pytest.raises(UserError, match=r"or open a table of them: .*photos.v1/labels.csv"):
        read(root)
    assert len(read(root / "labels.csv")[0]) == 1


@pytest.mark.parametrize(
    "texts",
    [
        {"metadata_csv": "file_name,label,caption\n1.png,x,one\nsub/2.png,y,two\n"},
        {"metadata_jsonl": '{"file_name": "1.png", "label": "x", "caption": "one"}\n'
                           '{"file_name": "sub/2.png", "label": "y", "caption": "two"}\n'},
    ],
)  # fmt: skip
def test_metadata_describes_the_pictures(photos, texts):
    """As imagefolder has it; pictures without a line are left out, and it says so."""
    dataset, guesses = read(photos("1.png", "sub/2.png", "3.png", **texts))

    assert dataset.ids([0, 1]) == ["1.png", "sub/2.png"]
    assert dataset.classes == ("x", "y")
    assert dataset.table["caption"].to_pylist() == ["one", "two"]
    left = [g for g in guesses if g.role == "left out"]
    assert [(g.choice, "does not name" in g.because) for g in left] == [("3.png", True)]


def test_metadata_keeps_its_own_ids_and_two_rows_of_one_picture(photos):
    """A column of ids is better than a path; a path that comes twice is no id."""
    own = read(photos("1.png", metadata_csv="file_name,id,label\n1.png,a,x\n1.png,b,y\n"))[0]
    none = read(photos("1.png", metadata_csv="file_name,label\n1.png,x\n1.png,y\n"))[0]

    assert own.roles.id == "id"
    assert none.roles.id is None


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"metadata_csv": "path,label\n1.png,x\n"}, "no column file_name.*path, label"),
        ({"metadata_csv": "file_name,label\n9.png,x\n"}, r"row 0 \(9.png\): there is no file"),
        ({"metadata_csv": "file_name,label\n../1.png,x\n"}, "not inside the folder"),
        ({"metadata_csv": "file_name,label\n1.png\n"}, "1 rows do not"),
        ({"metadata_csv": "file_name,a\n1.png,x\n", "metadata_jsonl": "{}"}, "both metadata.csv"),
        ({"metadata_csv": "file_name,tag\n1.png,x\n"}, "no label column"),
    ],
)
def test_metadata_that_does_not_fit_is_told(photos, texts, told):
    """No paths, a path too many, a way out of the folder, ragged rows, two of them, no label."""
    with pytest.raises(UserError, match=told):
        read(photos("1.png", **texts))


def test_a_name_that_is_no_text_is_told(photos):
    """From an old ZIP archive: bytes that are not UTF-8."""
    root = photos("cat/1.png")
    try:
        (root / os.fsdecode(b"cat/caf\xe9.png")).write_bytes(png())
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")

    with pytest.raises(UserError, match=r"cat/caf.*is not UTF-8"):
        read(root)


def test_the_workspace_lies_beside_the_folder_and_is_used_again(photos, monkeypatch):
    """A folder keeps its whole name; nothing is read while names, sizes and times are the same."""
    root = photos("cat/1.png", "dog/2.png", "dog/3.png")
    first = open_dataset(root)
    assert first.workspace.folder == root.with_name("photos.v1.secondlook")

    monkeypatch.setattr("store.opening.read", None)
    assert open_dataset(root).dataset.fingerprint == first.dataset.fingerprint


@pytest.mark.parametrize("change", ["add", "remove", "write", "rename"])
def test_a_folder_that_changed_is_read_again(photos, change):
    """Whatever happened to its files."""
    root = photos("cat/1.png", "dog/2.png", "dog/3.png")
    before = open_dataset(root).dataset.fingerprint
    {
        "add": lambda: (root / "cat/4.png").write_bytes(png(200)),
        "remove": lambda: (root / "dog/3.png").unlink(),
        "write": lambda: (root / "dog/3.png").write_bytes(png(250)),
        "rename": lambda: (root / "dog/3.png").rename(root / "dog/4.png"),
    }[change]()

    assert open_dataset(root).dataset.fingerprint != before


def test_a_workspace_inside_the_folder_changes_nothing(photos, monkeypatch):
    """Its own files do not count as data."""
    root = photos("cat/1.png", "dog/2.png")
    first = open_dataset(root, workspace=root / "work")
    monkeypatch.setattr("store.opening.read", None)
    again = open_dataset(root, workspace=root / "work")

    assert again.dataset.fingerprint == first.dataset.fingerprint


@pytest.mark.parametrize("stage", ["listing pictures", "checking pictures", "saving"])
def test_a_cancelled_import_of_a_folder_leaves_nothing(photos, stage):
    """Beside the folder and in it."""
    root = photos("cat/1.png", *(f"dog/{n}.png" for n in range(999)))

    def stop(now, done, total):
        if now == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        open_dataset(root, progress=stop)
    assert [path.name for path in root.parent.iterdir()] == ["photos.v1"]
    assert sorted(path.name for path in root.iterdir()) == ["cat", "dog"]


def test_arrays_of_a_folder_are_found(photos):
    """Beside it under its name, or in it."""
    root = photos("cat/1.png", "dog/2.png")
    np.save(root / "embeddings.npy", np.eye(2))
    assert read(root)[0].embeddings.shape == (2, 2)
    np.save(root.with_name("photos.v1.embeddings.npy"), np.eye(2, 3))
    assert read(root)[0].embeddings.shape == (2, 3)


def test_the_choice_of_the_user_comes_first(photos):
    """The format knows the roles, and the user may know better."""
    dataset, _ = read(photos("cat/1.png", "dog/2.png"), Request(id=""))

    assert dataset.roles.id is None


def test_folders_of_other_things_are_told(tmp_path):
    """What it holds, and what would do."""
    (tmp_path / "inner" / "cat").mkdir(parents=True)
    (tmp_path / "inner" / "cat" / "1.png").write_bytes(png())
    (tmp_path / "a.csv").write_text("label\nx\n")
    only = tmp_path / "only"
    only.mkdir()
    with pytest.raises(UserError, match=r"is a folder\. Open a table in it.*It holds nothing"):
        open_dataset(only)
    (only / "a.csv").write_text("label\nx\n")
    with pytest.raises(UserError, match=r"is a folder\. Open a table in it: a.csv"):
        open_dataset(only)


def test_names_of_places_are_folders_too(photos, monkeypatch):
    """`second-look open .` from inside."""
    root = photos("cat/1.png", "dog/2.png")
    monkeypatch.chdir(root)

    assert default_workspace(type(root)(".")) == root.with_name("photos.v1.secondlook")
    assert preview(type(root)(".")).rows == 2
    with pytest.raises(UserError, match="is all of this machine"):
        default_workspace(type(root)("/"))
