"""When to stop: how many errors are left at most, however often one has looked before.

For every number y of errors that may be left, what the blind cards showed has a chance. Beside it
stands the chance that a forecast made before each card gave to the same cards. Under the true y the
ratio forecast / truth is a martingale that starts at 1, so it exceeds 1 / (1 - confidence) at any
time at all only with probability 1 - confidence (Ville). All y where it does are excluded, and may
be looked at after each card. The same holds of the product over strata.
Source: Waudby-Smith, Ramdas: Confidence sequences for sampling without replacement, NeurIPS 2020
(prior-posterior ratio). Departure: the forecast's prior is set anew before each card to what is
undecided then, which any forecast may do and which costs less when a list empties a stratum.
"""

from collections.abc import Sequence

import numpy as np

from engine.seen import Seen

WHILE_LISTED = 0.2
"""Share of the risk for the bound that serves while the list is not finished: nobody stops then."""
COARSE, FINE = 65, 256
"""Nodes of the forecast, which may be coarse as any forecast is allowed, and of the bound."""


def most_left(sets: Sequence[Seen], *, confidence: float = 0.95) -> int:
    """With this confidence no more errors than this are left in all sets together, at all times.

    The better of two bounds that share the risk: one by the blind cards of all sets, and one by
    those of all but the first, whose undecided rows then count as errors. The first set is the
    list, which is reviewed first: when nothing is left of it, doubt about it costs nothing.
    """
    risk = 1 - confidence
    told = [_against(seen) for seen in sets]
    every = _bound(told, WHILE_LISTED * risk)
    rest = _bound(told[1:], (1 - WHILE_LISTED) * risk) + sum(seen.left for seen in sets[:1])
    return min(every, rest)


def _against(seen: Seen) -> tuple[np.ndarray, np.ndarray]:
    """(y, cost): numbers of errors left, log of forecast / truth against each; convex in y."""
    y = _nodes(seen.left, FINE)
    return y, forecast(seen) - seen.log_likelihood(y) - seen.log_scale


def _bound(told: Sequence[tuple[np.ndarray, np.ndarray]], risk: float) -> int:
    """The most errors left that are not excluded at this risk."""
    budget = -float(np.log(risk))
    at_best, costs, steps = 0.0, [np.zeros(0)], [np.zeros(0)]
    for y, against in told:
        best = int(np.argmin(against))
        budget -= float(against[best])
        at_best += float(y[best])
        costs.append(np.diff(against[best:]))
        steps.append(np.diff(y[best:]).astype(np.float64))
    # Each y is excluded at a cost that is convex in y: the most errors for a budget are had by
    # going up, one step after the other, in whichever set the next error costs least.
    cost, step = np.concatenate(costs), np.concatenate(steps)
    order = np.argsort(cost / step, kind="stable")
    spent, gone = np.cumsum(cost[order]), np.cumsum(step[order])
    taken = int(np.searchsorted(spent, budget, side="right"))
    further = float(gone[taken - 1]) if taken else 0.0
    if taken < len(order):
        before = float(spent[taken - 1]) if taken else 0.0
        further += step[order[taken]] * max(budget - before, 0.0) / cost[order[taken]]
    return int(at_best + further)


def forecast(seen: Seen) -> float:
    """Log of the chance that the forecast gave to the blind cards, each before it was turned.

    The forecast is the posterior mean of the share of errors in what is undecided, its prior half
    even and half as 1 / (errors + 1), which is right within a factor wherever few errors are left.
    """
    if not seen.blind:
        return 0.0
    first_wrong, first_right = int(seen.wrong_since[0]), int(seen.right_since[0])
    grid = _nodes(seen.left + first_wrong + first_right, COARSE).astype(np.float64)
    width = np.gradient(grid) if len(grid) > 1 else np.ones(1)
    rows = (seen.left + seen.wrong_since + seen.right_since).astype(np.float64)[:, None]
    errors = grid - (first_wrong - seen.wrong_since)[:, None]
    possible = (errors >= 0) & (errors <= rows)
    errors = np.clip(errors, 0, rows)
    with np.errstate(divide="ignore"):
        chance = np.log(np.where(seen.hit[:, None], errors, rows - errors) / rows)
    # What a card shows is known to the forecasts after it only.
    posterior = np.vstack([np.zeros(len(grid)), np.cumsum(chance, axis=0)[:-1]])
    posterior = np.where(possible, posterior, -np.inf)
    posterior -= posterior.max(axis=1, keepdims=True)
    prior = width * (1 / (rows + 1) + 1 / ((errors + 1) * np.log(rows + 2)))
    weights = prior * np.exp(posterior)
    share = (weights * errors).sum(axis=1) / weights.sum(axis=1) / rows[:, 0]
    least = 0.25 / (rows[:, 0] + 1)
    share = np.clip(share, least, 1 - least)
    return float(np.log(np.where(seen.hit, share, 1 - share)).sum())


def _nodes(most: int, count: int) -> np.ndarray:
    """(m,) int64 from 0 to `most`: all of few, else close together at both ends."""
    if most <= 2 * count:
        return np.arange(most + 1)
    steps = np.geomspace(1, most, count)
    even = np.linspace(0, most, 2 * count)
    return np.unique(np.concatenate([even, steps, most - steps]).astype(np.int64))
