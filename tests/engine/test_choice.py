"""A choice as a browser sends it, and the one line of SQL that says the same."""

import pytest

from engine.choice import Choice, Contains, OneOf, Range, Step, read_choice
from store.errors import UserError


def test_parts_are_one_readable_line():
    """Names in quotes where they need them; what is typed stands beside in brackets."""
    choice = read_choice(
        {
            "parts": [
                {"column": "given", "names": ["it's", None]},
                {"column": "star rating", "low": 0.5, "high": None},
                {"column": "body", "words": "Refund", "how": "words"},
            ],
            "typed": " rank < 10 -- the first ",
        }
    )

    assert choice.line == (
        "(given IN ('it''s') OR given IS NULL) AND \"star rating\" >= 0.5 AND "
        "contains(lower(body), 'refund') AND (rank < 10 -- the first\n)"
    )
    assert choice.parts[:2] == (OneOf("given", ("it's", None)), Range("star rating", 0.5, None))
    assert choice.parts[2] == Contains("body", "Refund")


def test_without_a_filter_there_is_no_condition():
    """Everything passes."""
    assert read_choice({}) == Choice()
    assert Choice().line == ""


def test_steps_are_polygons_ids_and_linked_rows():
    """In the order they were drawn."""
    choice = read_choice(
        {
            "steps": [
                {"op": "add", "polygon": [[0, 0], [1, 0], [1, 1]]},
                {"op": "subtract", "ids": ["row-1"]},
                {"op": "add", "linked": "ab12"},
            ],
            "layout": "umap",
        }
    )

    assert choice.steps == (
        Step("add", polygon=((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))),
        Step("subtract", ids=("row-1",)),
        Step("add", linked="ab12"),
    )
    assert choice.layout == "umap"


@pytest.mark.parametrize(
    "facts",
    [
        None,
        [],
        {"parts": {"column": "a"}},
        {"parts": [3]},
        {"parts": [{"names": ["a"]}]},
        {"parts": [{"column": "a", "names": []}]},
        {"parts": [{"column": "a", "names": [3]}]},
        {"parts": [{"column": "a", "low": "1"}]},
        {"parts": [{"column": "a", "low": True}]},
        {"parts": [{"column": "a", "low": float("nan")}]},
        {"parts": [{"column": "a"}] * 51},
        {"typed": 3},
        {"named": 3},
        {"layout": [1]},
        {"steps": [{"polygon": [[1]]}]},
        {"steps": [{"polygon": [["a", "b"]]}]},
        {"steps": [{"polygon": [[float("inf"), 0]]}]},
        {"steps": [{"polygon": [[0, 0]] * 501}]},
        {"steps": [{"ids": [3]}]},
        {"steps": [{"linked": 3}]},
    ],
)
def test_what_is_no_choice_is_told(facts):
    """A sentence, no traceback."""
    with pytest.raises(UserError):
        read_choice(facts)
