"""COLUMN=VALUE: which rows it means."""

import pytest

from store.decisions import DecisionLog
from store.errors import UserError
from store.export import ExportOptions, write_export
from store.filtering import rows_where


@pytest.fixture
def dataset(make_dataset):
    """Four rows with columns of every simple type, and one of lists."""
    return make_dataset(
        ["cat", "dog", "cat", None],
        number=[1.0, 2.0, None, 1.0],
        share=[0.5, 0.25, 0.5, None],
        flag=[True, False, None, True],
        note=["a=b", "", None, "a"],
        vector=[[1], [2], [3], [4]],
        **{"note=a": ["b", "x", "b", ""]},
    )


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("label=cat", [0, 2]),
        ("label=", [3]),
        ("label=cow", []),
        ("number=1", [0, 3]),
        ("share=0.5", [0, 2]),
        ("flag=true", [0, 3]),
        ("note=", [1, 2]),
        ("note=a", [3]),
        ("note=a=b", [0, 2]),
        ("id=row-3", [3]),
    ],
)
def test_a_condition_means_these_rows(dataset, condition, rows):
    """Numbers and truth values as one writes them; the longest name of a column is meant."""
    assert rows_where(dataset, condition).nonzero()[0].tolist() == rows


@pytest.mark.parametrize("condition", ["", "label", "=cat", "Label=cat", "vector=[1]"])
def test_what_is_no_condition_is_a_sentence(dataset, condition):
    """It names the columns there are, or the type that cannot be compared."""
    with pytest.raises(UserError, match=r"names no column.*label|cannot be compared"):
        rows_where(dataset, condition)


def test_an_export_holds_the_rows_that_are_meant(tmp_path, dataset):
    """And a sample is drawn from those."""
    log = DecisionLog(tmp_path / "decisions.db")
    for sample, rows in ((None, 2), (1, 1)):
        options = ExportOptions("jsonl", where="label=cat", sample=sample)

        manifest = write_export(dataset, log, tmp_path / "out", options)

        assert manifest["rows_out"] == rows
        assert manifest["options"]["where"] == "label=cat"
