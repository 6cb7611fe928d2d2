"""Hard negatives: near passages that are no positives, in the order of mine_hard_negatives."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from store.mined import NO_NEGATIVE
from store.training_options import TrainingOptions

NOTHING = -np.inf
"""The score of a passage that cannot be a negative."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """k passages near each of g queries, nearest first, and what is known of them.

    passage: (g, k) int64. score: (g, k) float32, by which the filters compare; -inf = has none.
    weakest: (g,) float32 the score of the query's weakest positive; nan = it has no score.
    excluded: (g, k) bool, positives and passages that are neither.
    trusted: (g, k) bool, a person said that they are not relevant: no filter against missing
        positives leaves them out.
    suspected: (g, k) bool, likely to be relevant. judge: (g, k) float32 the cross-encoder's score,
        nan = none.
    """

    passage: np.ndarray
    score: np.ndarray
    weakest: np.ndarray
    excluded: np.ndarray
    trusted: np.ndarray
    suspected: np.ndarray
    judge: np.ndarray


def filtered(near: Nearest, options: TrainingOptions) -> tuple[np.ndarray, dict[str, int]]:
    """(g, k) float32 scores, -inf where a passage is no negative, and how many each filter took.

    The order is the library's: margins, then max_score, then min_score. A relative margin is taken
    off |t|, so that it means the same for a positive below 0. What the library lacks comes last.
    """
    scores = np.where(near.excluded, NOTHING, near.score).astype(np.float32)
    taken: dict[str, int] = {}

    def remove(name: str, wrong: np.ndarray) -> None:
        gone = wrong & ~near.trusted & (scores != NOTHING)
        taken[name] = int(gone.sum())
        scores[gone] = NOTHING

    weakest = near.weakest[:, None]
    if options.absolute_margin is not None:
        limit = np.float32(options.absolute_margin)
        remove("absolute_margin", ~(scores + limit <= weakest))
    if options.relative_margin is not None:
        limit = weakest - np.abs(weakest) * np.float32(options.relative_margin)
        remove("relative_margin", ~(scores <= limit))
    if options.max_score is not None:
        remove("max_score", scores > np.float32(options.max_score))
    if options.min_score is not None:
        low = (scores < np.float32(options.min_score)) & (scores != NOTHING)
        taken["min_score"] = int(low.sum())
        scores[low] = NOTHING
    if options.suspected == "leave out":
        remove("suspected", near.suspected)
    if options.below is not None:
        remove("cross_encoder", ~(near.judge < options.below))
    return scores, taken


def window(scores: np.ndarray, options: TrainingOptions, deepest: int) -> np.ndarray:
    """(g, w) int64 columns of the survivors in order, -1 = none.

    range_min skips survivors, not ranks: with a filter set it skips good negatives. Ties keep the
    order of the columns.
    """
    order = np.argsort(-scores, axis=1, kind="stable")[:, :deepest][:, options.range_min :]
    survive = np.take_along_axis(scores, order, axis=1) != NOTHING
    return np.where(survive, order, NO_NEGATIVE)


def picked(
    columns: np.ndarray, passage: np.ndarray, names: list[str], count: int, options: TrainingOptions
) -> np.ndarray:
    """(g, count) int64 passages out of a window, in its order: its first, or some drawn by hash.

    names: (g,) of the queries: the draw of one depends on its own name and the seed alone.
    """
    width = min(count, columns.shape[1])
    chosen = columns[:, :width]
    if options.sampling_strategy == "random" and count:
        chosen = np.full((len(columns), width), NO_NEGATIVE, dtype=np.int64)
        for row, name in enumerate(names):
            there = columns[row][columns[row] >= 0]
            drawn = sorted(
                range(len(there)),
                key=lambda at: _hash(options.seed, name, int(passage[row, there[at]])),
            )
            kept = there[sorted(drawn[:width])]
            chosen[row, : len(kept)] = kept
    found = np.take_along_axis(passage, np.maximum(chosen, 0), axis=1)
    negatives = np.full((len(columns), count), NO_NEGATIVE, dtype=np.int64)
    negatives[:, :width] = np.where(chosen >= 0, found, NO_NEGATIVE)
    return negatives


def drawn(name: str, p: int, count: int, forbidden: set[int], seed: int) -> list[int]:
    """At most so many of p passages, each once, none forbidden, in the order of the draw.

    By hash, so that the same are drawn with every version of every library.
    """
    found: list[int] = []
    if count == 0:
        return found
    taken = set(forbidden)
    # Nearly every draw is free in a large corpus; in a small one all are tried in the end.
    for turn in range(8 * count + 64):
        passage = _hash(seed, f"{name} at random", turn) % p
        if passage not in taken:
            taken.add(passage)
            found.append(passage)
            if len(found) == count:
                return found
    free = [passage for passage in range(p) if passage not in taken] if p < 100_000 else []
    free.sort(key=lambda passage: _hash(seed, f"{name} what is left", passage))
    return found + free[: count - len(found)]


def _hash(seed: int, name: str, number: int) -> int:
    return int.from_bytes(blake2b(f"{seed} {number} {name}".encode(), digest_size=8).digest())
