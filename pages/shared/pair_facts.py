"""What the card of a pair says beside its two texts: known positives, ranks, words in common."""

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.judging import DUPLICATE, grades, judging
from engine.reviewed import SETTLED
from pages.shared.words import shortened
from store.ledger import Ledger
from store.pairs import NO_TWIN, Pairs
from store.text_vectors import words_of
from store.word_marks import marks

if TYPE_CHECKING:
    from pages.shared.project import Project

POSITIVES = 20
"""Known positives that travel with a card; a query seldom has more."""
BEGINNING = 400
"""Characters of each of them."""
JUDGED, FOUND, TWIN = "judged", "found", "twin"
"""Why a passage counts as relevant to a query: the judgements, a reviewer, or what it repeats."""

Facts = dict[str, Any]


def pair_facts(project: "Project", ledger: Ledger, row: int, text: str, *, bare: bool) -> Facts:
    """The `pair` part of a card. text: the passage as it is shown.

    A bare card names the known positives without saying how near they are, and no rank: both are
    what a list goes by.
    """
    pairs = _pairs(project)
    query, passage = int(pairs.query[row]), int(pairs.passage[row])
    asked = pairs.queries.text_of(query)
    common = (set(words_of(asked)) & set(words_of(text))) - project.common_words
    known, more = _positives(pairs, ledger, row, bare=bare)
    counts = judging(pairs, ledger, query=query)
    ranks = [] if bare else zip(pairs.systems, pairs.ranks[row].tolist(), strict=True)
    return {
        "query": {"id": pairs.queries.id_of(query), "text": asked, "marks": marks(asked, common)},
        "passage": {"id": pairs.passages.id_of(passage), "marks": marks(text, common)},
        "judged": bool(pairs.judged[row]),
        "twin": _twin(pairs, row),
        "positives": known,
        "more": more,
        "ranks": [[system, rank] for system, rank in ranks],
        "similarity": None if bare else float(pairs.similarity[row]),
        "of_query": {
            "candidates": int(counts.candidates[0]),
            "judged": int(counts.judged[0]),
            "found": int(counts.found[0]),
        },
    }


def is_open(pairs: Pairs, ledger: Ledger, row: int) -> bool:
    """Nobody has said anything of a pair: that it counts as not relevant is no judgement."""
    known = pairs.judged[row] or pairs.twin[row] != NO_TWIN
    return not known and int(ledger.codes[row]) not in SETTLED


def near_pairs(
    pairs: Pairs, row: int, want: int, allowed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Of the candidates of a row's query the nearest to its passage: rows, cosine distances.

    allowed: (n,) bool rows that may be named; the row itself never is.
    """
    rows = pairs.of_query(int(pairs.query[row]))
    others = rows.start + np.flatnonzero(allowed[rows])
    others = others[others != row]
    far = 1.0 - _similarities(pairs, row, others)
    order = np.argsort(far, kind="stable")[:want]
    return others[order], far[order]


def _positives(pairs: Pairs, ledger: Ledger, row: int, *, bare: bool) -> tuple[list[Facts], int]:
    """Passages known to be relevant to the query of a row, and how many more there are.

    Judged ones first, then those that a reviewer found, then what repeats one; the nearest first.
    """
    rows = pairs.of_query(int(pairs.query[row]))
    codes, in_force = ledger.codes[rows], grades(ledger, rows)
    known = rows.start + np.flatnonzero((in_force > 0) & (codes != DUPLICATE))
    known = known[known != row]
    found = (pairs.grade[known] <= 0) & np.isin(ledger.codes[known], SETTLED)
    kind = np.where(found, 1, np.where(pairs.twin[known] != NO_TWIN, 2, 0))
    alike = _similarities(pairs, row, known)
    second = -in_force[known - rows.start] if bare else -alike
    order = np.lexsort((known, second, kind))
    return [
        {
            "id": pairs.passages.id_of(int(pairs.passage[other])),
            "text": shortened(pairs.passages.text_of(int(pairs.passage[other])), BEGINNING),
            "grade": str(in_force[other - rows.start]),
            "kind": (JUDGED, FOUND, TWIN)[kind[place]],
            "twin": _twin(pairs, int(other)),
            "similarity": None if bare else float(alike[place]),
        }
        for place, other in zip(order[:POSITIVES].tolist(), known[order].tolist(), strict=False)
    ], max(len(known) - POSITIVES, 0)


def _similarities(pairs: Pairs, row: int, others: np.ndarray) -> np.ndarray:
    """(others,) cosine of the passage of a row and those of other rows."""
    vectors = pairs.passages.embeddings
    assert vectors is not None
    alike: np.ndarray = vectors[pairs.passage[others]] @ vectors[pairs.passage[row]]
    return alike


def _twin(pairs: Pairs, row: int) -> str | None:
    """Id of the known positive that the passage repeats, None = none."""
    twin = int(pairs.twin[row])
    return None if twin == NO_TWIN else pairs.passages.id_of(twin)


def _pairs(project: "Project") -> Pairs:
    pairs = project.dataset.pairs
    assert pairs is not None
    return pairs
