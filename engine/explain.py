"""Why a row is in the queue, in words for a person."""

from collections.abc import Sequence
from unicodedata import bidirectional

import numpy as np

from engine.contract import Score
from engine.inputs import Evidence
from store.dataset import UNLABELLED
from store.pairs import Pairs

VOTERS = 10
"""How many labelled neighbours are asked for a suggestion: the default of the neighbour vote."""

WORDED = ("label error", "outlier", "near duplicate")
"""Problems that have words of their own below; any other is told by title and value."""


def reasons(row: int, scores: Sequence[Score], evidence: Evidence) -> list[str]:
    """Why this row is here: "1 of 10 neighbours says 4, 8 say 9", "the model gives 4 at 0.03"."""
    if evidence.dataset.pairs is not None:
        return _of_a_pair(row, scores, evidence.dataset.pairs)
    finds = {score.scorer.finds for score in scores}
    said = []
    if {"label error", "missed class"} & finds:
        said += [_neighbours_say(row, _voters(scores), evidence), _model_says(row, evidence)]
    if "outlier" in finds:
        said.append(_far_away(row, scores, evidence))
    if "near duplicate" in finds:
        said.append(_nearest(row, evidence))
    said += [_value(row, score) for score in scores if score.scorer.finds not in WORDED]
    said = [reason for reason in said if reason]
    if evidence.dataset.given(row) is None:
        return ["no label given", *said]
    return said or ["cannot be scored"]


def _of_a_pair(row: int, scores: Sequence[Score], pairs: Pairs) -> list[str]:
    """What the list goes by, the nearest known positive, and how much of the query is in it.

    Of several scores only the first: the others stand beside it on the card.
    """
    said = [_chance_or_value(row, score) for score in scores[:1]] + [_like_a_positive(row, pairs)]
    share = float(pairs.shared_concepts[row])
    if share > 0:
        said.append(f"has {share:.0%} of the query's rare words")
    return [reason for reason in said if reason] or ["cannot be scored"]


def _chance_or_value(row: int, score: Score) -> str:
    """A probability as one; other scores by their title."""
    if score.scorer.name != "missing_positive":
        return _value(row, score)
    value = float(score.values[row])
    return "" if np.isnan(value) else f"relevant with a chance of {value:.2g}"


def _like_a_positive(row: int, pairs: Pairs) -> str:
    known, vectors = pairs.positives(int(pairs.query[row])), pairs.passages.embeddings
    known = known[known != row]
    if len(known) == 0 or vectors is None:
        return ""
    alike = vectors[pairs.passage[known]] @ vectors[pairs.passage[row]]
    nearest = pairs.passages.id_of(int(pairs.passage[known[alike.argmax()]]))
    return f"{alike.max():.2f} like {nearest}, which is known to be relevant"


def neighbour_labels(evidence: Evidence, rows: np.ndarray, k: int) -> np.ndarray:
    """(len(rows), width) labels of the k nearest labelled neighbours; -1 = no such neighbour."""
    if evidence.graph is None:
        return np.full((len(rows), 1), UNLABELLED)
    neighbours = np.asarray(evidence.graph.neighbours[rows])
    found = np.where(neighbours < 0, UNLABELLED, evidence.dataset.labels[neighbours])
    rank = (found >= 0).cumsum(axis=1)
    return np.where(rank > k, UNLABELLED, found)


def _voters(scores: Sequence[Score]) -> int:
    ks = [score.options["k"] for score in scores if score.scorer.name == "neighbour_vote"]
    return int(ks[0]) if ks else VOTERS


def _neighbours_say(row: int, k: int, evidence: Evidence) -> str:
    votes = neighbour_labels(evidence, np.array([row]), k)[0]
    votes = votes[votes >= 0]
    if len(votes) == 0:
        return ""
    counts = np.bincount(votes, minlength=len(evidence.dataset.classes))
    given = int(evidence.dataset.labels[row])
    others = [label for label in np.argsort(-counts, kind="stable") if counts[label]]
    # The given label first, then the two that most neighbours carry.
    named = [given] if given >= 0 else []
    named += [int(label) for label in others if label != given][:2]
    neighbours = f"{len(votes)} neighbours" if len(votes) > 1 else "1 neighbour"
    first, *rest = [int(counts[label]) for label in named]
    name, *names = [_name(label, evidence) for label in named]
    said = [f"{_count(first)} of {neighbours} {_verb(first)} {name}"]
    said += [
        f"{_count(count)} {_verb(count)} {other}" for count, other in zip(rest, names, strict=True)
    ]
    return ", ".join(said)


def _model_says(row: int, evidence: Evidence) -> str:
    if evidence.pred_probs is None:
        return ""
    probs = np.asarray(evidence.pred_probs[row], dtype=np.float64)
    if np.isnan(probs).all():
        return ""
    given, best = int(evidence.dataset.labels[row]), int(np.nanargmax(probs))
    named = dict.fromkeys([given, best] if given >= 0 else [best])
    said = ", ".join(
        f"{_name(label, evidence)} at {probs[label]:.2f}"
        for label in named
        if not np.isnan(probs[label])
    )
    return f"the model gives {said}"


def _far_away(row: int, scores: Sequence[Score], evidence: Evidence) -> str:
    score = next(score for score in scores if score.scorer.finds == "outlier")
    if np.isnan(score.values[row]):
        return ""
    return f"{score.scorer.title.lower()} {score.values[row]:.3g}"


def _value(row: int, score: Score) -> str:
    value = score.values[row]
    return "" if np.isnan(value) else f"{score.scorer.title.lower()} {value:.3g}"


def _nearest(row: int, evidence: Evidence) -> str:
    if evidence.graph is None or evidence.graph.neighbours[row, 0] < 0:
        return ""
    other = int(evidence.graph.neighbours[row, 0])
    label = evidence.dataset.given(other)
    labelled = "unlabelled" if label is None else f"labelled {label}"
    distance = float(evidence.graph.distances[row, 0])
    return f"{evidence.dataset.ids([other])[0]} is at distance {distance:.3g}, {labelled}"


def _count(count: int) -> str:
    return str(count) if count else "none"


def _verb(count: int) -> str:
    return "say" if count > 1 else "says"


def _name(label: int, evidence: Evidence) -> str:
    name = evidence.dataset.classes[label]
    # An Arabic or Hebrew name would turn the numbers beside it round; isolated it cannot.
    turns = any(bidirectional(letter) in ("R", "AL") for letter in name)
    return f"\u2068{name}\u2069" if turns else name
