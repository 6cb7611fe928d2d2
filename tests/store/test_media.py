"""What a person sees of a row: text as it is, pictures as bytes a browser can show."""

import io

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from store import media
from store.dataset import Dataset, Roles
from store.errors import UserError
from store.media import picture, sides_of, text_of


def of_pictures(cells, root=None, images=None):
    """A dataset whose rows are these pictures."""
    n = len(cells if images is None else images)
    columns = {"label": ["x"] * n} | ({} if images is not None else {"image": cells})
    roles = Roles(label="label", image=None if images is not None else "image")
    return Dataset(
        name="made",
        table=pa.table(columns),
        roles=roles,
        classes=("x",),
        labels=np.zeros(n, np.int64),
        content=np.zeros((n, 16), np.uint8),
        images=images,
        root=root,
    )


def encoded(image, kind="PNG", **options):
    """The bytes of a picture file."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def shown(data):
    """The picture in these bytes."""
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
@pytest.mark.parametrize("is_file", [False, True])
def test_the_sides_come_from_the_header(tmp_path, kind, is_file):
    """Of bytes and of files, also where the pixels are cut off."""
    data = encoded(Image.new("RGB", (70, 40)), kind)
    (tmp_path / "picture").write_bytes(data)
    dataset = of_pictures(["picture" if is_file else data], root=tmp_path)

    assert sides_of(dataset, 0) == (70, 40)
    if kind in ("JPEG", "BMP"):
        (tmp_path / "cut").write_bytes(data[:-20])
        cut = of_pictures(["cut" if is_file else data[:-20]], root=tmp_path)
        assert sides_of(cut, 0) == (70, 40)
        with pytest.raises(UserError, match="row 0: the picture cannot be decoded"):
            picture(cut, 0, size=16)


def test_the_sides_of_pixels_and_of_nothing(tmp_path):
    """Width first; what is no picture says so with its row."""
    assert sides_of(of_pictures([], images=np.zeros((1, 40, 70, 3), np.uint8)), 0) == (70, 40)
    (tmp_path / "words").write_text("no picture")
    for cell, why in (("gone.png", "row 0: there is no file"), ("words", "10 bytes are not a pic")):
        with pytest.raises(UserError, match=why):
            sides_of(of_pictures([cell], root=tmp_path), 0)


def test_text_is_shown_as_it_is(make_dataset):
    """Markup stays text; a missing text is empty."""
    dataset = make_dataset(["a", "b"], texts=["<b>bold</b> *x*", None])

    assert text_of(dataset, 0) == "<b>bold</b> *x*"
    assert text_of(dataset, 1) == ""


def test_pixels_become_a_png_without_loss():
    """A row of an array is sent exactly."""
    pixels = np.arange(64, dtype=np.uint8).reshape(1, 8, 8)
    data, kind = picture(of_pictures([], images=pixels), 0)

    assert kind == "image/png"
    assert np.asarray(shown(data)).tolist() == pixels[0].tolist()


def test_a_file_is_sent_as_it_is(tmp_path):
    """Without a size nothing is encoded anew."""
    data = encoded(Image.new("RGB", (300, 200), "red"), "JPEG")
    (tmp_path / "a.jpg").write_bytes(data)

    assert picture(of_pictures(["a.jpg"], tmp_path), 0) == (data, "image/jpeg")
    assert picture(of_pictures([data]), 0) == (data, "image/jpeg")


def test_a_format_that_browsers_lack_is_sent_as_png():
    """TIFF is common in laboratories."""
    data, kind = picture(of_pictures([encoded(Image.new("L", (3, 2), 9), "TIFF")]), 0)

    assert kind == "image/png"
    assert np.asarray(shown(data)).tolist() == [[9] * 3] * 2


@pytest.mark.parametrize(("size", "expected"), [((400, 200), (100, 50)), ((40, 20), (40, 20))])
def test_a_size_only_shrinks(size, expected):
    """Thumbnails keep their proportions; small pictures stay as they are."""
    data, _ = picture(of_pictures([encoded(Image.new("RGB", size), "JPEG")]), 0, size=100)

    assert shown(data).size == expected


@pytest.mark.parametrize(
    ("image", "colour"),
    [
        (Image.new("RGBA", (2, 2), (0, 0, 0, 0)), (255, 255, 255)),
        (Image.new("LA", (2, 2), (0, 0)), (255, 255, 255)),
        (Image.new("P", (2, 2), 0), (0, 0, 0)),
        (Image.new("1", (2, 2), 1), 255),
    ],
)
def test_any_mode_is_shown_on_white(image, colour):
    """Transparency, palettes and two colours become plain grey or RGB."""
    data, _ = picture(of_pictures([encoded(image)]), 0, size=10)

    assert shown(data).getpixel((0, 0)) == colour


def test_sixteen_bits_are_spread_from_black_to_white():
    """Cut off at 255, an X-ray would be all white."""
    pixels = np.array([[0, 30_000], [60_000, 60_000]], np.uint16)
    data, _ = picture(of_pictures([encoded(Image.fromarray(pixels))]), 0, size=10)

    assert np.asarray(shown(data)).tolist() == [[0, 128], [255, 255]]


def test_a_photo_on_its_side_is_turned():
    """The camera wrote how it was held."""
    exif = Image.Exif()
    exif[0x0112] = 6
    data, _ = picture(
        of_pictures([encoded(Image.new("RGB", (40, 20)), "JPEG", exif=exif)]), 0, size=64
    )

    assert shown(data).size == (20, 40)


def test_a_picture_cut_off_is_told_with_its_row():
    """Its header was right when it was imported."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    data = encoded(noise, "JPEG")[:-2000]

    with pytest.raises(UserError, match="row 0: the picture cannot be decoded"):
        picture(of_pictures([data]), 0, size=32)


def test_a_picture_too_large_is_refused(monkeypatch):
    """A small file can claim any size; it is not decoded to find out."""
    monkeypatch.setattr(media, "PIXELS", 99)

    with pytest.raises(UserError, match="row 0: the picture has more than 99 pixels"):
        picture(of_pictures([encoded(Image.new("L", (10, 10)))]), 0)


@pytest.mark.parametrize(
    "path", ["../secret.png", "/etc/passwd", "in/../../secret.png", "link.png"]
)
def test_no_path_leads_out_of_the_folder(tmp_path, path):
    """Checked again when a picture is shown: the table may have been edited since."""
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "secret.png").write_bytes(encoded(Image.new("L", (2, 2))))
    (home / "link.png").symlink_to(tmp_path / "secret.png")

    with pytest.raises(UserError, match="not inside the folder"):
        picture(of_pictures([path], home), 0)


def test_a_row_without_a_picture_is_told(make_dataset):
    """Text has none."""
    with pytest.raises(UserError, match="row 0 has no picture"):
        picture(make_dataset(["a"]), 0)


def test_formats_that_start_programs_are_not_opened():
    """PostScript is a program; Pillow would hand it to an interpreter."""
    with pytest.raises(UserError, match="not a picture"):
        picture(of_pictures([b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n"]), 0)
