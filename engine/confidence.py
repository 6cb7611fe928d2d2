"""Intervals for the number of errors left in sets of rows, from their blind cards.

One set: the exact interval of Clopper and Pearson for a hypergeometric count, as two confidence
distributions, of the lower and of the upper limit. They are the likelihood times 1 / (number wrong)
and times 1 / (number right): an identity where only blind cards were decided, and our extension
where a list was reviewed at the same time. Half of each (Lancaster's mid-P) holds at the nominal
rate in the mean, where the exact interval holds more than it says.
Several sets: the distribution of the sum, as in melded intervals.
Both tails get half of the risk, but where errors are rare the high limit cannot miss: no blind card
shows fewer errors than none. There the low limit gets the risk of both, as in intervals that weigh
the tails of each number anew (Sterne, Blaker), and exactly; and the other way round.
Source: Clopper, Pearson: The use of confidence or fiducial limits, Biometrika 1934; Lancaster:
Significance tests in discrete distributions, JASA 1961; Sterne: Some remarks on confidence or
fiducial limits, Biometrika 1954; Blaker: Confidence curves and improved exact confidence intervals
for discrete distributions, Canadian Journal of Statistics 2000; Fay, Proschan, Brittain: Combining
one-sample confidence procedures for inference in the two-sample case, Biometrics 2015.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.seen import Seen

CELLS = 2_048
"""The sum's range is cut into so many cells: finer than anybody reads an interval."""
NODES = 129
Densities = tuple[np.ndarray | None, np.ndarray | None]
NEGLIGIBLE = 20.0
"""exp(-20) = 2e-9 of the highest density."""
WORST = 1.4
"""A tail that has all the risk may take so much of it at the number it misses most: 7 % for 5 %.
Hits come in steps, so that in the mean it takes less than it may; chosen for 93 to 97 %."""


@dataclass(frozen=True, eq=False)
class _Sum:
    """Confidence distributions of the number of errors left in some sets together.

    y: (m,) numbers of errors, rising. lower, upper: (m,) cumulative, of either limit. half: (m,) of
    half of each in every set.
    """

    y: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    half: np.ndarray

    def at(self, below: np.ndarray, chance: float) -> float:
        """The least number that has this chance, or a hair less, at or below it."""
        # Sums of floats must not decide whether a tail is reached.
        return float(self.y[np.searchsorted(below, chance - 1e-9)])


def interval_of_left(
    sets: Sequence[Seen], *, confidence: float = 0.95
) -> tuple[float, float, float]:
    """(low, median, high): how many errors are left in all of the sets together.

    Holds when the moment to look does not depend on what was seen; for a rule that stops by what it
    sees there is `engine.stopping`.
    """
    sets = [seen for seen in sets if seen.left]
    if not sets:
        return 0.0, 0.0, 0.0
    tail = (1 - confidence) / 2
    alone = 2 * WORST * tail
    found = _summed(sets)
    hits, blind = sum(seen.hits for seen in sets), sum(seen.blind for seen in sets)
    if_none = _summed([seen.had_all(wrong=False) for seen in sets])
    if_all = _summed([seen.had_all(wrong=True) for seen in sets])
    # Up to here the high limit, from there the low limit cannot miss, whatever blind cards show.
    rare = if_none.at(if_none.half, 1 - tail) - hits
    common = if_all.at(if_all.half, tail) + blind - hits
    low = max(found.at(found.half, tail), min(found.at(found.lower, alone), rare))
    high = min(found.at(found.half, 1 - tail), max(found.at(found.upper, 1 - alone), common))
    return low, found.at(found.half, 0.5), high


def _summed(sets: Sequence[Seen]) -> _Sum:
    """Of sets of which each has rows left."""
    spans = [_span(seen) for seen in sets]
    step = max(1, -(-sum(high - low for low, high in spans) // CELLS))
    lower = upper = half = np.ones(1)
    for seen, span in zip(sets, spans, strict=True):
        low, high = _weights(seen, np.arange(span[0], span[1] + step, step))
        lower, upper = np.convolve(lower, low), np.convolve(upper, high)
        half = np.convolve(half, (low + high) / 2)
    y = sum(low for low, _ in spans) + step * np.arange(len(half))
    most = sum(seen.left for seen in sets)
    return _Sum(np.minimum(y, most), *(np.cumsum(one) / one.sum() for one in (lower, upper, half)))


def _weights(seen: Seen, y: np.ndarray) -> np.ndarray:
    """(2, len(y)) float64 chances of y errors left, by the lower and by the upper limit."""
    nodes = y if len(y) <= 2 * NODES else y[np.linspace(0, len(y) - 1, 2 * NODES).astype(np.int64)]
    nodes = np.minimum(nodes, seen.left)
    weights = np.zeros((2, len(y)))
    for one, density, end in zip(weights, _log_densities(seen, nodes), (0, -1), strict=True):
        if density is None:
            one[end] = 1
        else:
            chance = np.exp(np.interp(y, nodes, density - density.max()))
            one[:] = chance / chance.sum()
    return weights


def _log_densities(seen: Seen, y: np.ndarray) -> Densities:
    """Of the lower and the upper limit, up to constants; None = certainly 0, or all that is left.

    Blind cards that never met an error cannot exclude that none is left, and so for right labels.
    """
    likelihood = seen.log_likelihood(y)
    lower = upper = None
    if seen.hits:
        found = _counted(seen.wrong_since, seen.hit)
        lower = likelihood + _log_mean_inverse(y, found)
    if seen.hits < seen.blind:
        found = _counted(seen.right_since, ~seen.hit)
        upper = likelihood + _log_mean_inverse(seen.left - y, found)
    return lower, upper


def _counted(since: np.ndarray, blind: np.ndarray) -> np.ndarray:
    """(b,) float64 per blind card: how many of one kind there were besides those left.

    since: (b,) found from the card on by anybody. blind: (b,) bool, found by the blind card itself.
    All that blind cards found, and what the list found since. An early blind find counts the less,
    the more of its kind the list has found after it: it may well have been one of those.
    """
    by_list = since - np.cumsum(blind[::-1])[::-1]
    finds = blind.sum()
    return by_list + (finds / (finds + by_list[blind])).sum()


def _log_mean_inverse(y: np.ndarray, found: np.ndarray) -> np.ndarray:
    """log of the mean over blind cards of 1 / (y + found)."""
    counts, times = np.unique(found, return_counts=True)
    return np.log((times / (y[:, None] + counts)).sum(axis=1) / times.sum())


def _span(seen: Seen) -> tuple[int, int]:
    """The least and the greatest y that are not negligible."""
    left = seen.left
    steps = np.geomspace(1, left, NODES)
    y = np.unique(
        np.concatenate([np.linspace(0, left, 2 * NODES), steps, left - steps, [0]]).astype(np.int64)
    )
    low, high = left, 0
    for density, end in zip(_log_densities(seen, y), (0, left), strict=True):
        if density is None:
            low, high = min(low, end), max(high, end)
        else:
            (likely,) = np.nonzero(density > density.max() - NEGLIGIBLE)
            low = min(low, int(y[max(likely[0] - 1, 0)]))
            high = max(high, int(y[min(likely[-1] + 1, len(y) - 1)]))
    return low, high
