"""What training data is made of: which passages are taken as negatives, and what is suspected."""

import math
from dataclasses import dataclass
from typing import Literal

from store.errors import UserError

Sampling = Literal["top", "random"]
Suspected = Literal["keep", "leave out", "relabel", "weight"]


@dataclass(frozen=True)
class TrainingOptions:
    """The first eight are called as in sentence-transformers' mine_hard_negatives, and do the same.

    range_min: so many of the passages that survived all filters are skipped, not of all passages.
    range_max: so many survivors at most are looked at; None = as many as the library takes.
    max_score, min_score: passages with a higher or lower similarity are no negatives.
    absolute_margin, relative_margin: nor those closer than this to the query's weakest positive t:
        s + absolute > t, s > t - |t| * relative.
    num_negatives: per query. sampling_strategy: the nearest, or drawn by seed among the window.
    rescore: the filters compare the cross-encoder's scores instead of similarities.
    below: RocketQA's lower threshold: unjudged passages are negatives only where the cross-encoder
        scores less; missing ones are filled up with passages from further down. None = off.
    above: RocketQA's upper threshold: the best passage that scores more is the positive of a query
        that has none. None = off.
    suspected: what becomes of unjudged passages that are likely to be relevant: they stay, are left
        out, become positives, or stay as negatives of weight 1 - probability.
    suspected_by: the score that says so, for the manifest. suspected_above: from which value.
    random_share: share of the negatives that are drawn from all passages, as STAR mixes them in.
    seed: of everything that is drawn.
    """

    range_min: int = 0
    range_max: int | None = None
    max_score: float | None = None
    min_score: float | None = None
    absolute_margin: float | None = None
    relative_margin: float | None = None
    num_negatives: int = 3
    sampling_strategy: Sampling = "top"
    rescore: bool = False
    below: float | None = None
    above: float | None = None
    suspected: Suspected = "keep"
    suspected_by: str | None = None
    suspected_above: float = 0.5
    random_share: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.num_negatives < 1:
            raise UserError(
                f"{self.num_negatives} negatives per query were asked for; name 1 or more."
            )
        if self.range_min < 0:
            raise UserError(f"range_min is {self.range_min}; name how many to skip, 0 or more.")
        if self.range_max is not None and self.range_max - self.range_min < self.num_negatives:
            raise UserError(
                f"Ranks {self.range_min} to {self.range_max} hold no {self.num_negatives} "
                "negatives. Raise range_max, or lower range_min or the number of negatives."
            )
        if not 0 <= self.random_share <= 1:
            raise UserError(
                f"A random share of {self.random_share} was asked for; name one from 0 to 1."
            )
        for name in ("max_score", "min_score", "absolute_margin", "relative_margin", "below",
                     "above", "suspected_above"):  # fmt: skip
            value = getattr(self, name)
            if value is not None and not math.isfinite(value):
                raise UserError(f"{name} is {value}, and a number was expected.")
        if self.suspected != "keep" and self.suspected_by is None:
            raise UserError(
                f"Suspected positives are to be treated ({self.suspected}), but nothing says which "
                "they are. Name a score with --suspected-by."
            )

    @property
    def filters(self) -> bool:
        """A score decides which passages are no negatives."""
        limits = (self.absolute_margin, self.relative_margin, self.max_score)
        by_model = self.rescore and self.min_score is not None
        return by_model or any(limit is not None for limit in limits)

    def deepest(self, most_positives: int) -> int:
        """range_max, as the library takes it: further down where filters will leave some out."""
        if self.range_max is not None:
            return self.range_max
        times = 10 if self.filters else 1
        return self.range_min + times * self.num_negatives + most_positives
