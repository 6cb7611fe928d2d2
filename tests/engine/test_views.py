"""What the address of the review screen may say."""

import numpy as np
import pytest

from engine.views import View, read_view, rows_in
from store.errors import UserError

QUEUES = ("joined_evidence", "self_confidence")


def test_a_view_is_read_from_what_a_browser_sent(make_dataset):
    """Unknown fields are left alone, missing ones are the default."""
    dataset = make_dataset(["a", "b", None])
    sent = {"queue": "self_confidence", "given": "a", "blind": False, "mine": True, "more": 1}

    assert read_view(sent, dataset, QUEUES) == View(
        queue="self_confidence", given="a", blind=False, mine=True
    )
    assert read_view({"given": None}, dataset, QUEUES) == read_view(None, dataset, QUEUES) == View()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"queue": "nothing"}, "no list 'nothing'"),
        ({"pile": "lost"}, "no pile 'lost'"),
        ({"order": "up"}, "no order 'up'"),
        ({"given": "c"}, "no class 'c'"),
        ({"suggested": 4}, "a name was expected"),
    ],
)
def test_a_name_that_there_is_none_of_is_told_with_those_there_are(make_dataset, wrong, told):
    """So that a link from another dataset says why it does not work."""
    with pytest.raises(UserError, match=told):
        read_view(wrong, make_dataset(["a", "b"]), QUEUES)


def test_the_rows_of_a_view(make_dataset):
    """Every choice narrows it."""
    dataset = make_dataset(["a", "b", "a", None])
    codes, suggested = np.array([0, 0, 1, 0], dtype=np.int8), np.array([1, 1, 1, 0])
    mine = np.array([1, 2])

    def chosen(**view):
        return np.flatnonzero(rows_in(View(**view), dataset, codes, suggested, mine)).tolist()

    assert chosen() == [0, 1, 3]
    assert chosen(given="a") == [0]
    assert chosen(given="") == [3]
    assert chosen(suggested="b") == [0, 1]
    assert chosen(suggested="b", mine=True) == [1]
    assert chosen(pile="keep") == [2]
