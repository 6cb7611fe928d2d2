"""docs/data.md says what the readers do."""

import re
from pathlib import Path

import pytest

from store import image_vectors, media, text_vectors
from store.readers import read
from store.readers.formats import all_folder_formats, all_formats
from store.readers.naming import NAMES
from store.readers.retrieval import read_retrieval
from store.readers.retrieval.layouts import all_layouts
from store.readers.retrieval.naming import COLUMNS, FILES

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "data.md").read_text(encoding="utf-8")


def test_its_example_opens(tmp_path):
    """The table on the page has ids, labels and texts that are found without an option."""
    block = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "reviews.csv"
    path.write_text(block.group(1))
    dataset, _ = read(path)

    assert (dataset.roles.id, dataset.roles.label, dataset.roles.text) == ("id", "label", "text")
    assert dataset.classes == ("negative", "positive")


@pytest.mark.parametrize("role", sorted(NAMES))
def test_it_lists_every_name(role):
    """The names of a role stand on one line, in the order in which they are looked for."""
    assert f"| {', '.join(NAMES[role])} |" in PAGE


def test_it_lists_every_ending():
    """A new format has to be told."""
    for one in all_formats():
        for ending in one.endings:
            assert f"`{ending}`" in PAGE
        assert one.title in PAGE or one.title in ("CSV or TSV text", "a NumPy archive (.npz)")


def test_it_lists_every_kind_of_folder():
    """By the words that an error uses, too."""
    for one in all_folder_formats():
        assert f"| {one.title} |" in PAGE


def test_its_numbers_are_those_of_the_code():
    """Words, dimensions, characters, pixels."""
    assert f"{text_vectors.WORDS:,} words, truncated SVD to {text_vectors.DIMENSIONS} " in PAGE
    assert f"first {text_vectors.CHARACTERS:,} characters" in PAGE
    assert f"PCA to {image_vectors.DIMENSIONS} numbers" in PAGE
    assert f"{image_vectors.SIDE} × {image_vectors.SIDE} pixels" in PAGE
    assert f"up to {media.PIXELS // 1_000_000} million pixels" in PAGE


def test_it_lists_every_layout_of_a_retrieval_set():
    """By the words that an error uses, too."""
    for layout in all_layouts():
        assert f"| {layout.title} |" in PAGE


def test_it_lists_every_name_of_a_part_of_a_retrieval_set():
    """Of files and of columns, in the order in which they are looked for."""
    for part, names in (*FILES.items(), *COLUMNS.items()):
        assert f"| {part} | {', '.join(names)} |" in PAGE


def test_its_pairs_open(tmp_path):
    """The table of pairs on the page is one."""
    block = re.search(r"```jsonl\n(.*?)```", PAGE, re.DOTALL)
    path = tmp_path / "pairs.jsonl"
    path.write_text(block.group(1))
    found, _ = read_retrieval(path)

    assert (len(found.queries), len(found.passages)) == (1, 2)
    assert found.judgements.grade.tolist() == [2, 0]
