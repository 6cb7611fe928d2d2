"""A scorer's signature declares what it needs; a declaration that cannot be right fails."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from torch import Tensor

from engine.contract import Score, Scorer, scorer

FACTS: dict[str, Any] = {
    "title": "A title",
    "finds": "label error",
    "review_first": "lowest",
    "range": (0.0, 1.0),
    "cost": "O(n)",
    "source": "nobody",
}


def good(labels: Tensor, neighbours: Tensor, *, k: int = 3) -> Tensor:
    """First paragraph,
    on two lines.

    More.
    """
    return labels * k + neighbours


def no_docstring(labels: Tensor) -> Tensor:
    return labels


def unknown_input(lables: Tensor) -> Tensor:
    """A typing error in the name."""
    return lables


def option_before_the_star(labels: Tensor, k: int = 3) -> Tensor:
    """An option that could be passed by position."""
    return labels * k


def option_without_default(labels: Tensor, *, k: int) -> Tensor:
    """An option nobody can leave out."""
    return labels * k


def test_the_signature_is_the_declaration():
    """Inputs are the parameters without a default, options the keyword-only ones."""
    declared = scorer(**FACTS)(good)

    assert declared.inputs == ("labels", "neighbours")
    assert declared.options == {"k": 3}
    assert declared.name == "good"
    assert declared.summary == "First paragraph, on two lines."


@pytest.mark.parametrize(
    ("function", "named"),
    [
        (no_docstring, "docstring"),
        (unknown_input, "lables"),
        (option_before_the_star, "after the"),
        (option_without_default, "default"),
    ],
)
def test_a_function_that_cannot_be_a_scorer_is_refused(function: Callable[..., Any], named: str):
    """At import, with the name of what is wrong."""
    with pytest.raises(TypeError, match=named):
        scorer(**FACTS)(function)


@pytest.mark.parametrize("wrong", [{"review_first": "high"}, {"range": (1.0, 1.0)}])
def test_facts_that_cannot_be_right_are_refused(wrong: dict[str, Any]):
    """An end that is none, a range without room."""
    with pytest.raises(TypeError):
        scorer(**{**FACTS, **wrong})(good)


def score_of(values: list[float], end: str) -> Score:
    """A score with these values."""
    declared: Scorer = scorer(**{**FACTS, "review_first": end})(good)
    return Score(declared, {}, np.array(values, dtype=np.float32))


@pytest.mark.parametrize(("end", "order"), [("lowest", [3, 0, 2, 1]), ("highest", [1, 0, 2, 3])])
def test_a_ranking_starts_at_the_declared_end(end: str, order: list[int]):
    """Ties keep the order of the table, rows that cannot be scored are left out."""
    score = score_of([0.5, 0.9, 0.5, -1.0, np.nan], end)

    assert order == score.ranking().tolist()


def test_suspicion_is_high_at_the_declared_end():
    """Turned for lowest-first, as it is for highest-first; nan stays nan."""
    np.testing.assert_array_equal([-0.25, np.nan], score_of([0.25, np.nan], "lowest").suspicion)
    np.testing.assert_array_equal([0.25, np.nan], score_of([0.25, np.nan], "highest").suspicion)
