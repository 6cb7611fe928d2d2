"""The bound to stop by: true at all times, by enumeration of everything that can happen."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from engine.seen import Seen, read_cards
from engine.stopping import forecast, most_left

EMPTY = read_cards(0, np.zeros(0, bool), np.zeros(0, bool))


def only_blind(size: int, verdicts: tuple[bool, ...]) -> Seen:
    """Blind cards with these verdicts; no list."""
    return read_cards(size, np.array(verdicts, dtype=bool), np.ones(len(verdicts), dtype=bool))


@cache
def bound(size: int, verdicts: tuple[bool, ...], first: bool) -> int:
    """The bound at a confidence of 0.8, of a set that is the list or the rest."""
    seen = only_blind(size, verdicts)
    return most_left([seen] if first else [EMPTY, seen], confidence=0.8)


@pytest.mark.parametrize("size", [6, 9])
def test_the_forecast_is_a_probability(size: int):
    """Over all that six cards can show it sums to 1."""
    total = sum(np.exp(forecast(only_blind(size, story))) for story in product([0, 1], repeat=6))

    np.testing.assert_allclose(total, 1)


@pytest.mark.parametrize("errors", range(8))
@pytest.mark.parametrize("first", [True, False])
def test_it_is_true_at_all_times(errors: int, first: bool):
    """All orders in which 7 rows can be drawn: ever too low in at most a fifth, as asked for."""
    size, wrong_ever = 7, 0
    for story in product([False, True], repeat=size):
        if sum(story) != errors:
            continue
        parts = [story[:looked] for looked in range(size + 1)]
        wrong_ever += any(bound(size, part, first) < errors - sum(part) for part in parts)

    orders = sum(sum(story) == errors for story in product([0, 1], repeat=size))
    assert wrong_ever / orders <= 0.2


def test_it_is_true_at_all_times_of_two_sets_and_a_list():
    """Blind cards beside a list that knows most errors; 100 sessions."""
    broken = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        strata = np.repeat([0, 1], [15, 60])
        guilty = rng.random(75) < np.array([0.5, 0.05])[strata]
        undecided, log = np.ones(75, dtype=bool), []
        order = np.argsort(strata - 0.5 * guilty + rng.normal(size=75) * 0.3)
        too_low = False
        for card in range(60):
            blind = card % 3 == 0
            here = [h for h in (0, 1) if undecided[strata == h].any()]
            among = undecided & (strata == rng.choice(here))
            row = rng.choice(np.flatnonzero(among)) if blind else order[undecided[order]][0]
            undecided[row] = False
            log.append((strata[row], guilty[row], blind))
            h, wrong, was_blind = (np.array(part) for part in zip(*log, strict=True))
            sets = [
                read_cards(size, wrong[h == one], was_blind[h == one])
                for one, size in ((0, 15), (1, 60))
            ]
            if card % 6 == 0:
                too_low |= most_left(sets, confidence=0.8) < guilty[undecided].sum()
        broken += too_low

    assert broken / 100 <= 0.2


def test_without_blind_cards_everything_may_be_wrong():
    """However much the list has shown."""
    seen = read_cards(50, np.array([True, False]), np.zeros(2, bool))

    assert most_left([seen]) == 48
    assert most_left([EMPTY, seen]) == 48
    assert most_left([]) == 0


def test_all_decided_nothing_left():
    """And only then without any doubt."""
    assert most_left([only_blind(3, (True, False, True))]) == 0
    assert most_left([EMPTY, only_blind(3, (True, False, True))]) == 0


def test_each_right_label_lowers_it_and_more_confidence_raises_it():
    """Blind cards of 400 rows that meet no error."""
    found = [most_left([EMPTY, only_blind(400, (False,) * looked)]) for looked in range(0, 90, 10)]

    assert (np.diff(found) < 0).all()
    seen = only_blind(400, (False,) * 60)
    assert most_left([EMPTY, seen], confidence=0.99) > most_left([EMPTY, seen])
