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


def mid_p(size: int, looked: int, hits: int) -> tuple[int, int]:
    """The least and greatest number of errors that neither mid-P tail rejects, of all numbers."""
    errors = np.arange(hits, size - looked + hits + 1)
    half = hypergeom.pmf(hits, size, errors, looked) / 2
    above = hypergeom.sf(hits, size, errors, looked) + half
    below = hypergeom.cdf(hits, size, errors, looked) - half
    kept = errors[(above > 0.025) & (below > 0.025)]
    return int(kept.min()), int(kept.max())


@pytest.mark.parametrize(
    ("size", "looked", "hits"),
    [(30, 5, 0), (30, 5, 2), (30, 5, 5), (500, 60, 7), (500, 400, 30), (2000, 80, 1), (9, 9, 4)],
)
def test_without_a_list_it_is_the_mid_p_interval(size: int, looked: int, hits: int):
    """At most one error wider at each end, never narrower."""
    low, _, high = interval_of_left([only_blind(size, looked, hits)])

    exact = mid_p(size, looked, hits)
    assert exact[0] - 1 <= low + hits <= exact[0]
    assert exact[1] <= high + hits <= exact[1] + 1


def test_a_large_set_is_cut_into_cells_without_harm():
    """100,000 rows, 300 looked at, 12 wrong: both limits have a mid-P tail of 2.5 %."""
    low, _, high = interval_of_left([only_blind(100_000, 300, 12)])

    half = hypergeom.pmf(12, 100_000, [low + 12, high + 12], 300) / 2
    above = hypergeom.sf(12, 100_000, low + 12, 300) + half[0]
    below = hypergeom.cdf(12, 100_000, high + 12, 300) - half[1]
    np.testing.assert_allclose([above, below], 0.025, atol=0.0005)


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
    """All populations of 20 rows, all samples: at worst in 90 %, in the mean in more than 95 %."""
    found = [interval_of_left([only_blind(20, looked, hits)]) for hits in range(looked + 1)]

    held = []
    for errors in range(21):
        chance = hypergeom.pmf(np.arange(looked + 1), 20, errors, looked)
        inside = [low <= errors - hits <= high for hits, (low, _, high) in enumerate(found)]
        held.append(float(chance @ np.array(inside)))

    assert min(held) > 0.9
    assert np.mean(held) > 0.95


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


def test_wrong_and_right_are_mirror_images():
    """Errors left by the one are right labels left by the other."""
    low, _, high = bounds([cards(50, "WRRwRrRW")])
    mirrored = bounds([cards(50, "RWWrWwWR")])

    np.testing.assert_allclose([low, high], [42 - mirrored[2], 42 - mirrored[0]], atol=1)
