"""What several reviewers said of the same rows, and what is to be settled between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from store.agreement import (
    cohen_kappa,
    counts_of,
    fleiss_kappa,
    krippendorff_alpha,
    raw_agreement,
)
from store.consensus import adjudicates
from store.dataset import Dataset
from store.decision import Decision
from store.last_words import Word, last_words
from store.undoing import in_force
from store.verdicts import about, contents_of


@dataclass(frozen=True, eq=False)
class Ratings:
    """n rows that somebody has an opinion on, r reviewers by name.

    values: (n, r) int64, the category: a position in `categories`; -1 = no opinion.
    categories: ("label", name) for what is kept or chosen, ("drop", None), ("flag", None).
    adjudicated: (n,) bool, a decision that adjudicates is in force. Those are no ratings: whoever
        settles a dispute has seen what the others said.
    """

    ids: tuple[str, ...]
    reviewers: tuple[str, ...]
    categories: tuple[tuple[str, str | None], ...]
    values: np.ndarray
    adjudicated: np.ndarray

    @property
    def disputed(self) -> np.ndarray:
        """(n,) bool: at least two opinions differ."""
        return np.asarray((counts_of(self.values) > 0).sum(axis=1) > 1)

    @property
    def shared(self) -> np.ndarray:
        """(n,) bool: at least two reviewers have an opinion."""
        return np.asarray((self.values >= 0).sum(axis=1) > 1)

    def said_of(self, place: int) -> str:
        """Who said what of one row, in words."""
        parts = []
        for reviewer, value in zip(self.reviewers, self.values[place].tolist(), strict=True):
            if value >= 0:
                action, label = self.categories[value]
                parts.append(f"{reviewer} {label if action == 'label' else action}")
        return ", ".join(parts)


@dataclass(frozen=True)
class Agreement:
    """Figures about reviewers; see store/agreement.py for what they mean.

    rows: with an opinion. shared: of those with two or more. agree, adjudicated, to_adjudicate:
    of the shared ones, and all of them. fleiss_rows: judged by so many as any row is.
    pairs: (reviewer, reviewer, rows of both, raw agreement, Cohen's kappa).
    """

    reviewers: tuple[str, ...]
    rows: int
    shared: int
    agree: int
    adjudicated: int
    to_adjudicate: int
    raw: float
    fleiss: float
    fleiss_rows: int
    alpha: float
    pairs: tuple[tuple[str, str, int, float, float], ...]


def ratings_of(dataset: Dataset, decisions: Iterable[Decision]) -> Ratings:
    """The last opinion of each reviewer on each row, as far as the row shows what he saw."""
    decisions = tuple(decisions)
    ids = list(dict.fromkeys(id_ for each in decisions for id_ in each.ids))
    rows = dataset.rows_of(ids).tolist() if ids else []
    there = {id_: row for id_, row in zip(ids, rows, strict=True) if row >= 0}
    contents = contents_of(dataset, there)
    now = (about(contents, decision) for decision in decisions)
    force = in_force(now, unit=dataset.unit)
    # Whoever settles what they had an opinion on keeps that opinion.
    plain = last_words([each for each in force if not _rules(each)], unit=dataset.unit)
    ruled_on = {
        id_: any(_rules(word.decision) for word in words)
        for id_, words in last_words(force, unit=dataset.unit).items()
    }
    opinions = {
        id_: [word for word in plain.get(id_, ()) if word.decision.action != "skip"]
        for id_ in ruled_on
    }
    opinions = {id_: words for id_, words in opinions.items() if words or ruled_on[id_]}
    rated = [(id_, word) for id_, words in opinions.items() for word in words]
    reviewers = tuple(sorted({word.decision.reviewer for _, word in rated}))
    categories = tuple(sorted({_category(word) for _, word in rated}, key=str))
    place_of = {id_: place for place, id_ in enumerate(opinions)}
    column_of = {reviewer: column for column, reviewer in enumerate(reviewers)}
    number_of = {category: number for number, category in enumerate(categories)}
    values = np.full((len(opinions), len(reviewers)), -1, dtype=np.int64)
    for id_, word in rated:
        values[place_of[id_], column_of[word.decision.reviewer]] = number_of[_category(word)]
    ruled = np.array([ruled_on[id_] for id_ in opinions], dtype=bool)
    return Ratings(tuple(opinions), reviewers, categories, values, ruled)


def agreement_in(ratings: Ratings) -> Agreement:
    """Every figure there is about these ratings."""
    counts, shared, disputed = counts_of(ratings.values), ratings.shared, ratings.disputed
    judged = counts.sum(axis=1)
    pairs = []
    for one, other in combinations(range(len(ratings.reviewers)), 2):
        first, second = ratings.values[:, one], ratings.values[:, other]
        both = (first >= 0) & (second >= 0)
        if both.any():
            names = ratings.reviewers[one], ratings.reviewers[other]
            raw = float((first == second)[both].mean())
            pairs.append((*names, int(both.sum()), raw, cohen_kappa(first, second)))
    return Agreement(
        reviewers=ratings.reviewers,
        rows=len(ratings.ids),
        shared=int(shared.sum()),
        agree=int((shared & ~disputed).sum()),
        adjudicated=int((disputed & ratings.adjudicated).sum()),
        to_adjudicate=int((disputed & ~ratings.adjudicated).sum()),
        raw=raw_agreement(counts),
        fleiss=fleiss_kappa(counts),
        fleiss_rows=int((judged == judged.max(initial=0)).sum()) if shared.any() else 0,
        alpha=krippendorff_alpha(counts),
        pairs=tuple(pairs),
    )


def _rules(decision: Decision) -> bool:
    return adjudicates(decision) and decision.action != "skip"


def _category(word: Word) -> tuple[str, str | None]:
    action = word.decision.action
    return ("label", word.label) if action in ("keep", "relabel") else (action, None)
