"""Pictures that are dark, light, plain, long, large, grey or blurry, and one that is broken."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageOps

from engine import image_properties as measuring
from engine.image_properties import PROPERTIES, image_properties
from engine.spurious import spurious_score
from store.dataset import Dataset, Roles
from store.errors import Cancelled
from store.workspace import Workspace
from tests.blobs import dataset_of


def noise(seed: int = 0, *, side: int = 64) -> Image.Image:
    """Coloured noise: bright and dark, sharp, full of information."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def as_bytes(picture: Image.Image) -> bytes:
    """As a PNG file."""
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def dataset_with(cells: list[bytes | None]) -> Dataset:
    """A dataset whose pictures are these bytes."""
    dataset = dataset_of(np.random.default_rng(0).normal(size=(len(cells), 3)), [0] * len(cells))
    table = dataset.table.append_column("picture", pa.array(cells, type=pa.binary()))
    return replace(dataset, table=table, roles=Roles(label="label", image="picture"))


def values(*pictures: Image.Image) -> dict[str, np.ndarray]:
    """Columns by name."""
    table = image_properties(dataset_with([as_bytes(one) for one in pictures]))
    assert table is not None
    return dict(zip(PROPERTIES, table.T, strict=True))


@pytest.mark.parametrize(
    ("name", "odd", "limit"),
    [
        ("dark", Image.new("RGB", (64, 64), (20, 20, 20)), 0.32),
        ("light", Image.new("RGB", (64, 64), "white"), 0.05),
        ("low_information", Image.new("RGB", (64, 64), (90, 120, 60)), 0.3),
        ("odd_aspect_ratio", noise().resize((128, 16)), 0.35),
        ("grayscale", noise().convert("L").convert("RGB"), 0.5),
        ("blurry", ImageOps.invert(Image.radial_gradient("L")).resize((64, 64)), 0.29),
        ("odd_size", noise(side=500), 0.5),
    ],
)
def test_the_odd_picture_is_below_the_limit_of_cleanvision_and_the_others_above(name, odd, limit):
    """Eleven usual pictures of slightly different sizes, and one that is odd in one way."""
    usual = [noise(seed, side=60 + seed) for seed in range(11)]
    found = values(*usual, odd)[name]

    assert found[-1] < limit
    assert (found[:-1] >= limit).all()


def test_brightness_size_and_entropy_by_hand():
    """Half black, half white, 30 x 20: percentiles 0 and 1, six equal bins, two to three."""
    pixels = np.zeros((20, 30, 3), dtype=np.uint8)
    pixels[:, 15:] = 255
    found = values(Image.fromarray(pixels))

    assert found["dark"] == pytest.approx([1.0])
    assert found["light"] == pytest.approx([1.0])
    assert found["odd_aspect_ratio"] == pytest.approx([2 / 3])
    assert found["low_information"] == pytest.approx([np.log2(6) / 10])
    assert found["odd_size"] == pytest.approx([1.0])
    assert found["grayscale"].tolist() == [0.0]


def test_pictures_in_an_array_are_measured_like_those_in_files():
    """The same pixels, the same numbers."""
    pictures = [noise(seed) for seed in range(3)]
    dataset = dataset_of(np.eye(3), [0, 0, 1])
    array = replace(dataset, images=np.stack([np.asarray(one) for one in pictures]))

    found = image_properties(array)

    np.testing.assert_array_equal(found, np.stack(list(values(*pictures).values()), axis=1))


def test_a_broken_or_missing_picture_is_nan_and_the_others_are_measured():
    """Row 1 is cut off, row 2 is empty, row 3 is no picture."""
    whole = as_bytes(noise())

    found = image_properties(dataset_with([whole, whole[:200], None, b"text", whole]))

    assert found is not None
    assert np.isnan(found).all(axis=1).tolist() == [False, True, True, True, False]
    assert not np.isnan(found[[0, 4]]).any()


def test_a_dataset_without_pictures_has_no_properties():
    """Nothing to measure."""
    assert image_properties(dataset_of(np.eye(3), [0, 1, 0])) is None


def test_measured_once_and_kept(tmp_path: Path, monkeypatch):
    """The second time the pictures are not opened; a cancelled measurement leaves nothing."""
    dataset, workspace = dataset_with([as_bytes(noise())] * 3), Workspace(tmp_path / "w")

    def stop(stage: str, done: int, total: int) -> None:
        raise Cancelled(stage)

    with pytest.raises(Cancelled):
        image_properties(dataset, workspace, progress=stop)
    first = image_properties(dataset, workspace)
    monkeypatch.setattr(measuring, "_measured", None)

    np.testing.assert_array_equal(image_properties(dataset, workspace), first)


def test_a_property_that_is_the_label_scores_0_and_a_random_one_1():
    """By cross-validated naive Bayes."""
    labels = np.repeat([0, 1, 2], 40)
    random = np.random.default_rng(0).normal(size=120)

    assert spurious_score(labels + random * 1e-3, labels) == 0.0
    assert spurious_score(random, labels) > 0.85
    assert spurious_score(np.ones(120), labels) == 1.0


def test_the_baseline_is_the_share_of_the_largest_class():
    """90 % of class 0: always guessing it is right in 90 %, leaves all the room there is, so 1.

    cleanlab 2.9 takes the class number 0 for the share and reports .1, a strong correlation.
    """
    labels = np.repeat([0, 1], [180, 20])
    values = np.random.default_rng(0).normal(size=200)

    assert spurious_score(values, labels) == pytest.approx(1.0, abs=0.02)


def test_too_few_rows_to_say():
    """One class, or classes smaller than the folds; unlabelled and unknown rows do not count."""
    assert np.isnan(spurious_score(np.arange(10.0), np.zeros(10, dtype=int)))
    assert np.isnan(spurious_score(np.arange(10.0), np.repeat([0, 1], [6, 4])))
    labels = np.repeat([0, 1, -1], [20, 20, 5])
    values = np.where(labels < 0, 99.0, labels)
    values[0] = np.nan
    assert spurious_score(values, labels) == 0.0
