"""The moves of UMAP: rows that belong together pull, any others push, for many rounds.

The maths of umap-learn's optimiser, four times as fast: a table replaces its powers, and the five
pushes of one move do not wait for each other. No interpreter's lock is held meanwhile, and short
calls let whoever watches stop it.
"""

from collections.abc import Callable

import numba
import numpy as np
from scipy.sparse import coo_matrix

A, B = 1.576943, 0.8950609
"""1 / (1 + A d^2B) is the closeness of two places: umap-learn's fit for its min_dist of 0.1."""
PUSHES = 5
ROUNDS_SMALL, ROUNDS_LARGE, LARGE = 500, 200, 10_000
"""As in umap-learn."""
AT_ONCE = 1_000_000
"""Edges per call: a tenth of a second."""

LOWEST, HIGHEST, FINE = -24, 14, 7
"""The tables reach from 2^-24 to 2^14 squared distance, 2^7 steps per doubling: 0.4 % off."""
FIRST, LAST = (LOWEST + 127) << FINE, ((HIGHEST - LOWEST) << FINE) - 1


def unfold(
    start: np.ndarray, edges: coo_matrix, *, seed: int, progress: Callable[[int, int], None]
) -> np.ndarray:
    """(n, 2) float32 places after all rounds, from (n, 2) places to start at.

    progress: called with (rounds done, rounds in all) several times a second; may raise to stop.
    """
    n = len(start)
    rounds = ROUNDS_SMALL if n <= LARGE else ROUNDS_LARGE
    layout = _spread_out(start, seed)
    if edges.nnz == 0:
        return layout
    share = (edges.data / edges.data.max()).astype(np.float32)
    felt = share * rounds >= 1  # the others would never have their turn
    heads, tails = edges.row[felt].astype(np.int32), edges.col[felt].astype(np.int32)
    share = share[felt]
    chances = np.random.default_rng(seed).integers(2**63, size=rounds, dtype=np.uint64)
    pull, push = _tables()
    for number, chance in enumerate(chances):
        step = np.float32(1 - number / rounds)
        for first in range(0, len(heads), AT_ONCE):
            progress(number, rounds)
            part = first, min(first + AT_ONCE, len(heads))
            _move(layout, heads, tails, share, part, number, step, pull, push, chance)
    progress(rounds, rounds)
    return layout


def _spread_out(start: np.ndarray, seed: int) -> np.ndarray:
    """(n, 2) float32 from 0 to 10 on each axis; rows at the same place are drawn apart a little."""
    layout = start - start.min(axis=0)
    layout = 10 * layout / np.maximum(layout.max(axis=0), np.finfo(np.float32).tiny)
    layout += np.random.default_rng(seed).normal(scale=1e-4, size=start.shape)
    layout -= layout.min(axis=0)
    return np.ascontiguousarray(10 * layout / layout.max(axis=0), dtype=np.float32)


def _tables() -> tuple[np.ndarray, np.ndarray]:
    """How hard to pull and to push at each squared distance, found by the bits of a float32."""
    bits = np.arange(FIRST, FIRST + LAST + 1, dtype=np.int32) << (23 - FINE)
    squared = bits.view(np.float32).astype(np.float64) * (1 + 0.5 ** (FINE + 1))
    closeness = 1 / (1 + A * squared**B)
    pull = 2 * A * B * squared ** (B - 1) * closeness
    push = 2 * B * closeness / (0.001 + squared)
    return pull.astype(np.float32), push.astype(np.float32)


@numba.njit(inline="always")
def _place(squared: np.float32) -> int:
    place = int(np.float32(squared).view(np.int32) >> (23 - FINE)) - FIRST
    return min(max(place, 0), LAST)


@numba.njit(inline="always")
def _clip(move: np.float32) -> np.float32:
    return min(max(move, np.float32(-4)), np.float32(4))


@numba.njit(nogil=True, cache=True, fastmath=True)
def _move(
    layout: np.ndarray,
    heads: np.ndarray,
    tails: np.ndarray,
    share: np.ndarray,
    part: tuple[int, int],
    number: int,
    step: np.float32,
    pull: np.ndarray,
    push: np.ndarray,
    chance: np.uint64,
) -> None:
    """One round of some edges, in place: an edge has its turn in `share` of the rounds."""
    n = np.uint64(len(layout))
    for edge in range(part[0], part[1]):
        if int(share[edge] * (number + 1)) == int(share[edge] * number):
            continue
        head, tail = heads[edge], tails[edge]
        x, y = layout[head]
        dx, dy = x - layout[tail, 0], y - layout[tail, 1]
        force = pull[_place(dx * dx + dy * dy)]
        dx, dy = step * _clip(force * dx), step * _clip(force * dy)
        x, y = x - dx, y - dy
        layout[tail, 0] += dx
        layout[tail, 1] += dy
        # Knuth's linear congruential generator, begun anew for each edge and round.
        dice = (chance + np.uint64(edge)) * np.uint64(0x9E3779B97F4A7C15)
        dice ^= dice >> np.uint64(29)
        pushed_x = pushed_y = np.float32(0)
        for _ in range(PUSHES):
            dice = dice * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            other = np.int64(((dice >> np.uint64(32)) * n) >> np.uint64(32))
            dx, dy = x - layout[other, 0], y - layout[other, 1]
            force = push[_place(dx * dx + dy * dy)]
            pushed_x += _clip(force * dx)
            pushed_y += _clip(force * dy)
        layout[head, 0] = x + step * pushed_x
        layout[head, 1] = y + step * pushed_y
