"""Intervals of errors left, against the hypergeometric distribution and every population."""

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import hypergeom

from engine.confidence import interval_of_left
from engine.seen import Seen, read_cards


def only_blind(size: int, looked: int, hits: int) -> Seen:
    """`looked` blind cards of `size` rows, the errors first; no list."""
    return read_cards(size, np.arange(looked) < hits, np.ones(looked, dtype=bool))


def cards(size: int, story: str) -> Seen:
    """W and R: a blind card was wrong, right; w and r: a card of the list was."""
    wrong = [letter in "Ww" for letter in story]
    return read_cards(size, np.array(wrong, bool), np.array([one.isupper() for one in story], bool))


def tails(size: int, looked: int, hits: int) -> tuple[np.ndarray, ...]:
    """Of all numbers of errors: the numbers, exact and mid-P chances of so many hits or more."""
    errors = np.arange(hits, size - looked + hits + 1)
    half = hypergeom.pmf(hits, size, errors, looked) / 2
    above = hypergeom.sf(hits, size, errors, looked)
    return errors, above + 2 * half, above + half


def lowest(size: int, looked: int, hits: int) -> int:
    """The least number of errors that is not rejected.

    By a mid-P tail of 2.5 %; where no outcome has so small a tail on the other side, by an exact
    tail of 7 %.
    """
    errors, exact, mid = tails(size, looked, hits)
    of_none, _, above_none = tails(size, looked, 0)
    free = set(of_none[1 - above_none > 0.025].tolist())
    rejected = mid <= np.where(np.isin(errors, list(free)), -1, 0.025)
    rejected |= np.isin(errors, list(free)) & (exact <= 0.07)
    return int(errors[~rejected].min())


@pytest.mark.parametrize(
    ("size", "looked", "hits"),
    [
        (30, 5, 0), (30, 5, 2), (30, 5, 5), (500, 60, 1), (500, 60, 4), (500, 60, 7), (500, 60, 58),
        (500, 400, 30), (2000, 80, 1), (2000, 80, 2), (9, 9, 4),
    ],
)  # fmt: skip
def test_without_a_list_every_number_within_is_rejected_by_no_tail(
    size: int, looked: int, hits: int
):
    """At most one error wider at each end, never narrower; seen from either side."""
    low, _, high = interval_of_left([only_blind(size, looked, hits)])

    least = lowest(size, looked, hits)
    most = size - lowest(size, looked, looked - hits)
    assert least - 1 <= low + hits <= least
    assert most <= high + hits <= most + 1


def test_a_large_set_is_cut_into_cells_without_harm():
    """100,000 rows, 300 looked at, 12 wrong: both limits have a mid-P tail of 2.5 %."""
    low, _, high = interval_of_left([only_blind(100_000, 300, 12)])

    half = hypergeom.pmf(12, 100_000, [low + 12, high + 12], 300) / 2
    above = hypergeom.sf(12, 100_000, low + 12, 300) + half[0]
    below = hypergeom.cdf(12, 100_000, high + 12, 300) - half[1]
    np.testing.assert_allclose([above, below], 0.025, atol=0.0005)


def test_few_hits_leave_the_whole_risk_to_the_low_limit():
    """100,000 rows, 300 looked at, 2 wrong: none wrong would not exclude what 2 exclude."""
    low, _, high = interval_of_left([only_blind(100_000, 300, 2)])

    half = hypergeom.pmf(2, 100_000, high + 2, 300) / 2
    np.testing.assert_allclose(hypergeom.sf(1, 100_000, low + 2, 300), 0.07, atol=0.004)
    np.testing.assert_allclose(hypergeom.cdf(2, 100_000, high + 2, 300) - half, 0.025, atol=0.0005)


def test_the_likelihood_is_the_product_of_chances():
    """Ten rows. Each blind card against the errors and rows that were undecided when it came."""
    seen = cards(10, "wRrWwR")

    for left in range(5):
        errors = left + 3
        expected = (1 - (errors - 1) / 9) * ((errors - 1) / 7) * (1 - (errors - 3) / 5)
        found = np.exp(seen.log_likelihood(np.array([left]))[0] + seen.log_scale)
        np.testing.assert_allclose(found, max(expected, 0), atol=1e-12)


@pytest.mark.parametrize("looked", [3, 8, 15])
def test_it_covers_every_number_of_errors(looked: int):
    """All populations of 20 rows, all samples: at worst in 90 %, in the mean in 95 % or more."""
    held = coverage(20, looked)

    assert min(held) > 0.9
    assert np.mean(held) > 0.95


def test_rare_errors_are_covered_in_93_to_97_percent():
    """Up to 3 expected hits among 60 blind cards of 3,000: never less than 92.5 %, in the mean 96.

    Equal tails hold in 97 to 98 % there, for they cannot miss on the high side.
    """
    held = coverage(3_000, 60, np.arange(1, 151))

    assert min(held) > 0.925
    assert 0.955 < np.mean(held) < 0.965


def coverage(size: int, looked: int, numbers: np.ndarray | None = None) -> list[float]:
    """Of each number of errors, the chance that the interval holds it."""
    found = [interval_of_left([only_blind(size, looked, hits)]) for hits in range(looked + 1)]
    lows, _, highs = np.array(found).T + np.arange(looked + 1)
    return [
        float(hypergeom.pmf(np.arange(looked + 1), size, errors, looked)
              @ ((lows <= errors) & (errors <= highs)))
        for errors in (np.arange(size + 1) if numbers is None else numbers)
    ]  # fmt: skip


def test_it_holds_while_a_list_takes_the_errors_away():
    """60 rows with 12 errors that a good list finds one by one; 300 sessions."""
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        guilty = rng.permutation(60) < 12
        order = np.argsort(-(guilty + rng.normal(size=60)), kind="stable").tolist()
        undecided, wrong, blind = list(range(60)), [], []
        for card in range(30):
            chosen = card % 3 == 0
            row = int(rng.choice(undecided)) if chosen else order.pop(0)
            undecided.remove(row)
            if chosen:
                order.remove(row)
            wrong.append(guilty[row])
            blind.append(chosen)
        low, _, high = interval_of_left([read_cards(60, np.array(wrong), np.array(blind))])
        held += low <= 12 - sum(wrong) <= high

    assert held / 300 > 0.93


def test_an_early_hit_does_not_haunt_a_set_that_the_list_has_emptied():
    """Two blind hits, then 40 finds of the list, then 30 blind cards without any: 0 is possible."""
    assert interval_of_left([cards(300, "WW" + "w" * 40 + "R" * 30)])[0] == 0


def bounds(sets: Sequence[Seen], confidence: float = 0.95) -> np.ndarray:
    return np.array(interval_of_left(sets, confidence=confidence))


def test_nothing_left_and_nothing_known():
    """A decided set has no errors left; without a blind card every number is possible."""
    assert bounds([]).tolist() == [0, 0, 0]
    assert bounds([cards(3, "WrR")]).tolist() == [0, 0, 0]
    assert bounds([cards(8, "wr")])[[0, 2]].tolist() == [0, 6]
    assert bounds([cards(1, "")])[[0, 2]].tolist() == [0, 1]
    assert bounds([cards(0, "")]).tolist() == [0, 0, 0]


def test_what_is_known_adds_nothing_to_the_sum():
    """A second set that is decided, or empty, changes nothing."""
    one = only_blind(100, 20, 3)

    assert (bounds([one]) == bounds([one, cards(2, "WR"), cards(0, "")])).all()


def test_more_errors_seen_are_more_errors_left_and_more_confidence_is_wider():
    """Of the same 20 cards."""
    found = np.array([bounds([only_blind(100, 20, hits)]) + hits for hits in range(21)])

    assert (np.diff(found, axis=0) >= 0).all()
    low, _, high = bounds([only_blind(100, 20, 5)])
    wide_low, _, wide_high = bounds([only_blind(100, 20, 5)], 0.99)
    assert wide_low < low < high < wide_high


def test_what_the_cards_would_say_had_all_been_wrong():
    """Of the blind cards alone; what the list found stays found."""
    turned, expected = cards(20, "wRrWwR").had_all(wrong=True), cards(20, "wWrWwW")
    back, all_right = turned.had_all(wrong=False), cards(20, "wRrRwR")

    for one, other in ((turned, expected), (back, all_right)):
        assert one.left == other.left
        for name in ("hit", "wrong_since", "right_since"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_wrong_and_right_are_mirror_images():
    """Errors left by the one are right labels left by the other."""
    low, _, high = bounds([cards(50, "WRRwRrRW")])
    mirrored = bounds([cards(50, "RWWrWwWR")])

    np.testing.assert_allclose([low, high], [42 - mirrored[2], 42 - mirrored[0]], atol=1)
