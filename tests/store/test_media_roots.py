"""Where pictures may lie: the dataset's own folder, and folders that the user named."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from store.errors import UserError
from store.media import file_in, picture
from store.opening import open_dataset
from store.readers import Request
from store.readers.media_roots import roots_named
from store.workspace import Workspace


@pytest.fixture
def places(tmp_path):
    """own/ and root/ are allowed, secret/ and root-secret/ are not; each holds a picture."""
    for name in ("own/sub", "root/sub", "secret", "root-secret"):
        (tmp_path / name).mkdir(parents=True)
    for name in (
        "own/in.png", "own/more.png", "root/far.png", "root/sub/deep.png",
        "secret/out.png", "root-secret/out.png",
    ):  # fmt: skip
        values = np.random.default_rng(len(name)).integers(0, 255, (4, 4), dtype=np.uint8)
        Image.fromarray(values).save(tmp_path / name)
    os.symlink(tmp_path / "root" / "far.png", tmp_path / "own" / "into_root.png")
    os.symlink(tmp_path / "secret" / "out.png", tmp_path / "own" / "out.png")
    os.symlink(tmp_path / "secret" / "out.png", tmp_path / "root" / "out.png")
    os.symlink(tmp_path / "secret", tmp_path / "own" / "folder")
    os.symlink("loop.png", tmp_path / "own" / "loop.png")
    os.symlink(tmp_path / "root", tmp_path / "link_to_root")
    return tmp_path


def meant(places: Path, value: object, *names: str) -> Path:
    """Which file a cell means, below the folder of all."""
    found = file_in(value, places / "own", [places / name for name in names], where="row 0")
    assert isinstance(found, Path)
    return found.relative_to(places.resolve())


ESCAPES = [
    "../secret/out.png",
    "sub/../../secret/out.png",
    "./.././secret/out.png",
    "out.png",
    "folder/out.png",
    "sub/../folder/out.png",
    "../root-secret/out.png",
    "..",
    "../own/../secret/out.png",
    "/etc/passwd",
    "//etc/passwd",
    "{}/secret/out.png",
    "{}/root/../secret/out.png",
    "{}/root/out.png",
    "{}/root-secret/out.png",
    "{}/own/in.png",
    "in.png\x00",
    "\x00/etc/passwd",
    "../secret/out.png\x00.png",
    "",
    " ",
    None,
    7,
]


@pytest.mark.parametrize("value", ESCAPES)
@pytest.mark.parametrize("names", [(), ("root",), ("link_to_root",)])
def test_no_path_leads_out(places, value, names):
    """By dots, by links, absolute, with a null byte, or beside a folder whose name begins alike."""
    value = value.format(places) if isinstance(value, str) else value
    with pytest.raises(UserError):
        meant(places, value, *names)


@pytest.mark.parametrize(
    "value",
    [
        "%2e%2e/secret/out.png", "..%2fsecret%2fout.png", "%2e%2e%2fsecret%2fout.png",
        "..%252fsecret%252fout.png", "..\\secret\\out.png", "sub\\..\\..\\secret\\out.png",
        "file:../secret/out.png", "file:///etc/passwd", "https://evil.invalid/x.png",
        "\uff0e\uff0e/secret/out.png", "..\u2215secret\u2215out.png", "~/x.png", "$HOME/x.png",
        "C:\\Windows\\win.ini", "\\\\server\\share\\x.png",
    ],
)  # fmt: skip
def test_nothing_in_a_path_is_decoded(places, value):
    """What other programs would take for dots, drives or addresses is a name that is not there."""
    found = meant(places, value, "root")

    assert found.parts[0] in ("own", "root")
    assert not (places / found).exists()


@pytest.mark.parametrize(
    ("value", "file"),
    [
        ("in.png", "own/in.png"),
        ("sub/../in.png", "own/in.png"),
        ("far.png", "root/far.png"),
        ("sub/deep.png", "root/sub/deep.png"),
        ("into_root.png", "root/far.png"),
        ("../root/far.png", "root/far.png"),
        ("{}/root/far.png", "root/far.png"),
        ("{}/root/sub/../far.png", "root/far.png"),
        ("{}/link_to_root/far.png", "root/far.png"),
    ],
)
@pytest.mark.parametrize("name", ["root", "link_to_root"])
def test_a_named_root_is_allowed(places, value, file, name):
    """Relative to it, absolute in it, through a link into it; the root may be a link itself."""
    assert meant(places, value.format(places), name) == Path(file)


@pytest.mark.parametrize("value", ["into_root.png", "../root/far.png", "{}/root/far.png"])
def test_without_its_name_a_root_is_as_foreign_as_any_folder(places, value):
    """The same paths, nothing named."""
    with pytest.raises(UserError, match="--media-root"):
        meant(places, value.format(places))


def test_the_own_folder_comes_first(places):
    """The same relative path in both means the file beside the table; then the order of naming."""
    Image.new("L", (4, 4), 10).save(places / "root" / "in.png")
    Image.new("L", (4, 4), 10).save(places / "root-secret" / "far.png")

    assert meant(places, "in.png", "root") == Path("own/in.png")
    assert meant(places, "far.png", "root-secret", "root") == Path("root-secret/far.png")


def test_a_circle_of_links_is_a_file_that_is_not_there(places):
    """Told as a missing file, at once."""
    with pytest.raises(UserError, match=r"no file|cannot be read"):
        open_dataset(made(places, ["in.png", "loop.png"]))


def made(places: Path, values: list[str]) -> Path:
    """A table in own/ with these paths."""
    path = places / "own" / "table.jsonl"
    rows = [{"label": "ab"[row % 2], "image": value} for row, value in enumerate(values)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_roots_are_remembered(places, monkeypatch):
    """project.json has them, a later opening needs no mention, pictures are shown."""
    path = made(
        places, ["in.png", "more.png", str(places / "root" / "sub" / "deep.png"), "far.png"]
    )
    monkeypatch.chdir(places)
    opened = open_dataset(path, Request(media_roots=("root",)))
    again = open_dataset(path)

    assert opened.workspace.project()["media_roots"] == [str(places / "root")]
    assert again.dataset.media_roots == (places / "root",)
    assert picture(Workspace(opened.workspace.folder).load(), 2)[1] == "image/png"


def test_without_a_root_the_table_does_not_open(places):
    """The first row that leads out is named, with the option that would allow it."""
    with pytest.raises(UserError, match=r"row 1 .*--media-root"):
        open_dataset(made(places, ["in.png", "../root/far.png"]))


def test_a_workspace_from_before_there_were_roots_is_used_as_it_is(places):
    """Its project.json knows none, and nothing is read again."""
    opened = open_dataset(made(places, ["in.png", "sub/../in.png", "more.png", "more.png"]))
    path = opened.workspace.folder / "project.json"
    project = json.loads(path.read_text())
    assert "media_roots" not in project["request"]
    del project["media_roots"]
    path.write_text(json.dumps(project))
    before = (opened.workspace.folder / "table.arrow").stat().st_mtime_ns

    assert open_dataset(places / "own" / "table.jsonl").dataset.media_roots == ()
    assert (opened.workspace.folder / "table.arrow").stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("name", "said"), [("own/in.png", "is a file"), ("nowhere", "not there"), ("/", "all of this")]
)
def test_a_root_is_a_folder(places, name, said):
    """And not the whole machine."""
    with pytest.raises(UserError, match=said):
        roots_named([str(places / name)])
