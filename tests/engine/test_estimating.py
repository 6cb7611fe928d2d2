"""Where a review stands: counts by hand, and logs that are empty, skipped, complete."""

import numpy as np
import pytest

from engine.estimating import Standing, bound_of, standing

NOBODY = np.zeros(0, dtype=np.int64)
STRATA = np.array([0] * 4 + [1] * 6 + [-1] * 2, dtype=np.int8)


def stand(
    rows: list[int],
    wrong: list[int],
    blind: list[int],
    *,
    strata: np.ndarray = STRATA,
    seconds: list[float] | None = None,
    lists: dict[str, np.ndarray] | None = None,
) -> Standing:
    """The standing after these cards."""
    timed = np.full(len(rows), np.nan) if seconds is None else np.array(seconds)
    log = np.array(rows, np.int64), np.array(wrong, np.int8), np.array(blind, bool)
    return standing(strata, *log, timed, lists=lists or {})


def test_before_the_first_card_everything_is_open():
    """Ten rows count: none or all of them may be wrong."""
    now = stand([], [], [], lists={"named": np.arange(4), "empty": NOBODY})

    assert (now.decided, now.found, now.blind) == (0, 0, 0)
    assert (now.errors.low, now.errors.high) == (0, 10)
    assert (now.left.low, now.left.high, now.fewer_than) == (0, 10, 11)
    assert (now.precision["named"].low, now.precision["named"].high) == (0, 1)
    assert np.isnan(now.precision["empty"].middle)
    assert now.curve.shape == (0,)
    assert now.random_curve.shape == (0, 3)
    assert np.isnan([now.seconds_per_decision, now.found_per_minute]).all()


def test_when_all_is_decided_the_intervals_are_points():
    """Three of the ten are wrong, two of them in the list; unlabelled rows change nothing."""
    wrong = [1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1]
    now = stand(list(range(12)), wrong, [0, 1] * 6, lists={"named": np.array([0, 1, 2, 3, 11])})

    assert (now.decided, now.found) == (10, 3)
    assert (now.errors.low, now.errors.middle, now.errors.high) == (3, 3, 3)
    assert (now.left.high, now.fewer_than) == (0, 1)
    assert (now.precision["named"].low, now.precision["named"].high) == (0.5, 0.5)


def test_a_skipped_card_is_seen_but_tells_nothing():
    """It is in the curve; its row stays undecided; a skipped blind card is no blind card."""
    with_skips = stand([0, 5, 6, 1], [1, -1, 0, -1], [0, 1, 1, 0])
    without = stand([0, 6], [1, 0], [0, 1])

    assert with_skips.curve.tolist() == [1, 1, 1, 1]
    assert (with_skips.decided, with_skips.blind) == (2, 1)
    assert with_skips.errors == without.errors
    assert (
        with_skips.fewer_than
        == without.fewer_than
        == bound_of(STRATA, np.array([0, 6]), np.array([1, 0]), np.array([False, True]))
    )


def test_list_cards_alone_narrow_nothing_but_what_they_settle():
    """Of the rows nobody has seen, none or all may be wrong."""
    now = stand([0, 1, 2], [1, 1, 0], [0, 0, 0])

    assert (now.errors.low, now.errors.high) == (2, 9)
    assert (now.left.low, now.left.high, now.fewer_than) == (0, 7, 8)


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_single_row(wrong: int):
    """n = 1: first unknown, then known."""
    one = np.array([1], dtype=np.int8)

    assert stand([], [], [], strata=one).fewer_than == 2
    decided = stand([0], [wrong], [1], strata=one)
    assert (decided.errors.low, decided.errors.high, decided.fewer_than) == (wrong, wrong, 1)


def test_no_rows_or_none_that_counts():
    """An empty dataset, and one without labels."""
    for strata in (np.zeros(0, dtype=np.int8), np.full(5, -1, dtype=np.int8)):
        now = stand([], [], [], strata=strata)
        assert (now.errors.high, now.fewer_than) == (0, 1)
    assert stand([2], [1], [0], strata=np.full(5, -1, dtype=np.int8)).found == 0


def test_a_list_is_judged_by_its_own_rows():
    """500 rows of the rest, 100 blind: the list is wrong where the other rows are right."""
    strata = np.ones(1_000, dtype=np.int8)
    rows = np.random.default_rng(0).permutation(1_000)[:200]
    wrong, listed = (rows < 500).astype(np.int8), np.arange(500)
    log = rows, wrong, np.ones(200, dtype=bool), np.full(200, np.nan)

    now = standing(strata, *log, lists={"bad": listed, "good": np.arange(500, 1_000)})

    assert now.precision["bad"].low > 0.9
    assert now.precision["good"].high < 0.1
    assert now.errors.low < 500 < now.errors.high


def test_the_random_curve_is_the_estimated_share_of_errors():
    """After i cards i times errors / rows, with its interval."""
    now = stand([0, 4, 5, 1], [1, 0, 0, 1], [0, 1, 1, 0])

    assert now.curve.tolist() == [1, 1, 1, 2]
    expected = np.array([now.errors.low, now.errors.middle, now.errors.high]) / 10
    np.testing.assert_allclose(now.random_curve, np.arange(1, 5)[:, None] * expected)


def test_breaks_do_not_slow_a_reviewer_down():
    """Three cards of 2 s and one left lying for an hour, which counts as 20 s: 26 s, 2 errors."""
    now = stand([0, 1, 4, 5], [1, 0, 1, 0], [0, 0, 1, 0], seconds=[2, 2, 2, 3600])

    assert now.seconds_per_decision == 2
    np.testing.assert_allclose(now.found_per_minute, 60 * 2 / 26)
    untimed = stand([0, 1, 4], [1, 0, 1], [0, 0, 1], seconds=[np.nan, 2, 2])
    np.testing.assert_allclose(untimed.found_per_minute, 15)


def test_a_million_rows_and_ten_thousand_decisions():
    """The truth lies within, and all numbers keep their order."""
    rng = np.random.default_rng(1)
    strata = (rng.random(1_000_000) > 0.03).astype(np.int8)
    guilty = rng.random(1_000_000) < np.where(strata == 0, 0.6, 0.01)
    rows = rng.permutation(1_000_000)[:10_000]
    blind = np.arange(10_000) % 10 == 0
    named = np.flatnonzero(strata == 0)

    log = rows, guilty[rows].astype(np.int8), blind, np.full(10_000, np.nan)
    now = standing(strata, *log, lists={"named": named})

    assert now.errors.low < guilty.sum() < now.errors.high < now.fewer_than + now.found
    assert now.precision["named"].low < guilty[named].mean() < now.precision["named"].high
