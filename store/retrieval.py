"""Retrieval: queries, passages, the judgements that join them, and what systems returned."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from store.array_checks import check_embeddings
from store.errors import UserError

NOT_RELEVANT = 0
"""The grade of a passage that does not answer a query."""


@dataclass(frozen=True, eq=False)
class Texts:
    """One side of a retrieval set: m queries or m passages. Nothing in it ever changes.

    ids: (m,) strings, each its own. texts: (m,) large strings; a title stands in front.
    embeddings: (m, d) float32, finite, or None.

    Raises UserError when there is none, or the parts do not describe the same m texts.
    """

    ids: pa.Array
    texts: pa.Array
    embeddings: np.ndarray | None = None

    def __post_init__(self) -> None:
        if not len(self.ids) == len(self.texts):
            raise ValueError(f"{len(self.ids)} ids for {len(self.texts)} texts")
        if self.embeddings is None:
            return
        if len(self.embeddings) != len(self.ids):
            raise UserError(
                f"The embeddings have {len(self.embeddings):,} rows, but there are "
                f"{len(self.ids):,} texts. Row i must be the vector of text i; export both again."
            )
        check_embeddings(self.embeddings)
        self.embeddings.setflags(write=False)

    def __len__(self) -> int:
        return len(self.ids)

    def id_of(self, at: int) -> str:
        """The name of one."""
        name: str = self.ids[int(at)].as_py()
        return name

    def text_of(self, at: int) -> str:
        """The words of one."""
        return self.texts[int(at)].as_py() or ""


@dataclass(frozen=True, eq=False)
class Judgements:
    """j relevance judgements (qrels), each pair at most once.

    query, passage: (j,) int64 positions. grade: (j,) int64, 0 = not relevant.
    """

    query: np.ndarray
    passage: np.ndarray
    grade: np.ndarray

    def __post_init__(self) -> None:
        _aligned("judgements", self.query, self.passage, self.grade)

    def __len__(self) -> int:
        return len(self.query)


@dataclass(frozen=True, eq=False)
class Run:
    """What one system returned, r lines of it.

    query, passage: (r,) int64 positions. rank: (r,) int64 from 1 in each query.
    score: (r,) float64, high = relevant; nan = the file had none.
    """

    name: str
    query: np.ndarray
    passage: np.ndarray
    rank: np.ndarray
    score: np.ndarray

    def __post_init__(self) -> None:
        _aligned(f"run {self.name}", self.query, self.passage, self.rank, self.score)

    def __len__(self) -> int:
        return len(self.query)


@dataclass(frozen=True, eq=False)
class Retrieval:
    """A retrieval set as its files say it, before any pair is looked for.

    cross_encoder: scores of pairs by a model that reads both texts, brought by the user, or None.
    """

    name: str
    queries: Texts
    passages: Texts
    judgements: Judgements
    runs: tuple[Run, ...] = ()
    cross_encoder: Run | None = None

    def __post_init__(self) -> None:
        for what, side in (("queries", self.queries), ("passages", self.passages)):
            if len(side) == 0:
                raise UserError(f"{self.name} has no {what}. At least one was expected.")
        vectors = [side.embeddings for side in (self.queries, self.passages)]
        if vectors[0] is None or vectors[1] is None:
            return
        if vectors[0].shape[1] != vectors[1].shape[1]:
            raise UserError(
                f"The vectors of the queries have {vectors[0].shape[1]} numbers, those of the "
                f"passages {vectors[1].shape[1]}. Both must come from the same model."
            )


def _aligned(what: str, *columns: np.ndarray) -> None:
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"{what}: columns of {[len(column) for column in columns]} lines")
    for column in columns:
        column.setflags(write=False)
