"""Which card is next."""

import numpy as np
import pytest

from engine.queueing import Selection
from pages.shared import deck


@pytest.fixture
def selection() -> Selection:
    """Rows 3, 1, 0, 2 in review order."""
    rows = np.array([3, 1, 0, 2])
    return Selection("made", rows, np.linspace(1, 0, 4), np.full(4, -1), str)


def test_a_review_resumes_at_the_first_undecided_row(selection):
    """Row 3 is decided, so place 1 is next."""
    actions = np.array(["undecided", "undecided", "undecided", "keep"])

    assert deck.next_place(selection, actions, "undecided") == 1


def test_after_the_last_place_comes_the_first_that_is_left(selection):
    """Place 3 is the last; row 1 at place 1 is still undecided."""
    actions = np.array(["keep", "undecided", "keep", "keep"])

    assert deck.next_place(selection, actions, "undecided", after=3) == 1


def test_at_the_end_there_is_no_next_place(selection):
    """Everything is decided."""
    assert deck.next_place(selection, np.full(4, "keep"), "undecided") is None


def test_a_row_is_found_in_the_queue(selection):
    """Row 0 stands at place 2."""
    assert deck.place_of(selection, 0) == 2


def test_every_pile_is_counted_also_the_empty_ones():
    """Two kept, one undecided, nothing else."""
    counts = deck.piles(np.array(["keep", "undecided", "keep"]))

    assert (counts["keep"], counts["undecided"], counts["drop"]) == (2, 1, 0)
