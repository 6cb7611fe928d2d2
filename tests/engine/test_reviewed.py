"""The log as the estimators read it."""

import numpy as np

from engine.reviewed import reviewed
from store.decision import decide, withdraw
from store.ledger import Ledger


def test_one_line_per_row_in_order_of_arrival(make_dataset):
    """A second verdict keeps the place of the first; undone ones are gone; skips are unknown."""
    dataset = make_dataset(["a", "b"] * 5)

    def say(row, action, label=None, blind=None, seconds=None, who="ann"):
        because = {} if blind is None else {"blind": blind}
        return decide(
            dataset, [row], action, label=label, because=because, seconds=seconds, reviewer=who
        )

    gone = say(9, "drop")
    log = [
        say(4, "keep", blind=True, seconds=2.0),
        gone,
        say(2, "relabel", "b", blind=False, seconds=1.0),
        withdraw(gone, reviewer="ann"),
        say(0, "skip", blind=True),
        say(4, "drop", blind=False, seconds=9.0),
        decide(dataset, [7, 6], "keep", reviewer="ann", seconds=5.0),
        say(1, "relabel", "b", who="ben"),
    ]
    ledger = Ledger(dataset)
    ledger.follow(log)
    found = reviewed(ledger)

    assert found.rows.tolist() == [4, 2, 0, 7, 6, 1]
    assert found.wrong.tolist() == [1, 1, -1, 0, 0, 0]
    assert found.blind.tolist() == [True, False, True, False, False, False]
    np.testing.assert_array_equal(found.seconds, [2.0, 1.0, np.nan, np.nan, np.nan, np.nan])


def test_an_empty_log_is_empty(make_dataset):
    """No rows, of the right kinds."""
    found = reviewed(Ledger(make_dataset(["a"])))

    assert [array.shape for array in vars(found).values()] == [(0,)] * 4
    assert found.rows.dtype == np.int64
