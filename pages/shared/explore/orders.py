"""Orders: the rows of a choice by any column, or by how near they are to a row or to words."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import numpy as np

from engine.choice import Choice
from engine.ordering import order_by_distance, order_of
from engine.row_table import changing_columns
from index.lookup import distances_to
from index.vectors import Vectors, as_vectors
from pages.shared.jobs import Job
from store.errors import UserError
from store.lists import version_of_list
from store.word_queries import FromWords, takes_words, words_encoder

if TYPE_CHECKING:
    from pages.shared.explore.explorer import Explorer

KEPT = 12
"""Orders kept, and as many of the rows of a choice: of a million rows each is 4 MB."""
LONGEST = 500
"""Characters of words that are looked for by meaning."""
Scope = Literal["", "filtered", "selected"]


@dataclass(frozen=True)
class Sort:
    """How rows are ordered. One of by, near and words; none = the default list.

    by: a column. near: an id, the nearest first. words: the nearest in meaning first.
    """

    by: str = ""
    descending: bool = False
    near: str = ""
    words: str = ""


def read_sort(facts: object) -> Sort:
    """A sort as a browser sends it, None for the default. Raises UserError for anything else."""
    if facts is None:
        return Sort()
    if not isinstance(facts, dict):
        raise UserError(f"A sort is {facts!r:.60}; an object was expected. Reload the page.")
    named = {name: facts.get(name) or "" for name in ("by", "near", "words")}
    if not all(isinstance(value, str) and len(value) <= LONGEST for value in named.values()):
        raise UserError("Sort by a column, a row, or at most 500 characters. Choose another order.")
    return Sort(descending=facts.get("descending") is True, **named)


def read_scope(facts: object) -> Scope:
    """A scope as a browser sends it. Raises UserError for what is none."""
    found = next((one for one in get_args(Scope) if one == (facts or "")), None)
    if found is None:
        raise UserError(f"{facts!r:.40} is no part of the rows. Reload the page.")
    return cast(Scope, found)


class ComingError(Exception):
    """An order that is still being made; job: how far it is."""

    def __init__(self, job: Job[Any]) -> None:
        super().__init__(job.stage)
        self.job = job


class Orders:
    """Sorted once per column, filtered once per choice. May be asked from any thread."""

    def __init__(self, explorer: "Explorer") -> None:
        self._explorer = explorer
        self._lock = threading.RLock()
        self._orders: OrderedDict[Hashable, Any] = OrderedDict()
        self._parts: OrderedDict[Hashable, Any] = OrderedDict()
        self._encoder: Job[FromWords] | None = None

    def rows(self, choice: Choice, sort: Sort, scope: Scope = "") -> np.ndarray:
        """(m,) int32: the rows of a choice in order, nulls last, ties in table order.

        scope: "filtered" for all that pass, "selected" for what is drawn; "" = the selection where
        there is one. Raises UserError for a column there is none of, `ComingError` while words
        wait for their encoder.
        """
        explorer = self._explorer
        with self._lock:
            order = self._order(sort)
            # A list grows: the same name may soon mean more rows.
            known = choice.named and version_of_list(explorer.project.workspace, choice.named)
            key = (choice, sort, scope, known, explorer.decided)
            return _kept(self._parts, key, lambda: _those(order, self._mask(choice, scope)))

    def distances(self, sort: Sort) -> np.ndarray | None:
        """(n,) float32 how far each row is, of an order by nearness; else None."""
        with self._lock:
            if sort.near:
                return self._kept_distances(("near", sort.near), lambda: self._of_id(sort.near))
            if sort.words:
                encode = self._encode()
                return self._kept_distances(("words", sort.words), lambda: encode(sort.words))
        return None

    @property
    def words_from(self) -> str | None:
        """What turns words into a vector here, in words; None = nothing does."""
        project = self._explorer.project
        how = project.facts.get("embeddings_from")
        return how if self.has_vectors and takes_words(project.dataset, how) else None

    @property
    def has_vectors(self) -> bool:
        """Whether rows can be ordered by nearness at all."""
        dataset = self._explorer.project.dataset
        return (dataset.embeddings is not None) or dataset.pairs is not None

    def _mask(self, choice: Choice, scope: Scope) -> np.ndarray:
        chosen = self._explorer.chosen(choice)
        if scope == "filtered":
            return chosen.filtered
        if scope == "selected" and chosen.selected is None:
            return np.zeros(len(chosen.filtered), dtype=bool)
        return chosen.meant

    def _order(self, sort: Sort) -> np.ndarray:
        if sort.near or sort.words:
            distances = self.distances(sort)
            assert distances is not None
            return _kept(self._orders, sort, lambda: order_by_distance(distances))
        explorer = self._explorer
        if not sort.by:
            return _kept(self._orders, sort, lambda: explorer.audit.queue.rows.astype(np.int32))
        about = explorer.column(sort.by)
        changing = changing_columns(explorer.project.dataset)
        state = explorer.decided if sort.by in changing else 0
        column, ours = explorer.table()[sort.by], about.source == "ours"
        return _kept(
            self._orders,
            (sort, state),
            lambda: order_of(column, descending=sort.descending, by_place=ours),
        )

    def _kept_distances(self, key: Hashable, vector: Callable[[], np.ndarray]) -> np.ndarray:
        return _kept(
            self._orders, key, lambda: self._to_rows(distances_to(self._vectors, vector()))
        )

    @cached_property
    def _vectors(self) -> Vectors:
        dataset, graph = self._explorer.project.dataset, self._explorer.audit.evidence.graph
        vectors = dataset.embeddings if dataset.pairs is None else dataset.pairs.passages.embeddings
        if vectors is None:
            raise UserError(
                f"{dataset.name} has no embeddings, so nothing is near. Sort by a column."
            )
        return as_vectors(vectors, "cosine" if graph is None else graph.metric)

    def _to_rows(self, distances: np.ndarray) -> np.ndarray:
        pairs = self._explorer.project.dataset.pairs
        return distances if pairs is None else distances[pairs.passage]

    def _of_id(self, id_: str) -> np.ndarray:
        dataset = self._explorer.project.dataset
        row = int(dataset.rows_of([id_])[0])
        if row < 0:
            raise UserError(f"{id_!r:.80} is not in {dataset.name}. Sort by another row.")
        place = row if dataset.pairs is None else int(dataset.pairs.passage[row])
        return self._vectors.embeddings[place]

    def _encode(self) -> FromWords:
        project, how = self._explorer.project, self.words_from
        if how is None:
            raise UserError("Nothing here turns words into vectors. Search the text instead.")
        if self._encoder is None:
            self._encoder = Job(
                lambda progress: words_encoder(project.dataset, how, progress=progress)
            )
            self._encoder.wait(QUICK)
        job = self._encoder
        if job.state == "failed":
            self._encoder = None  # so that another search tries again
        encode = job.result()
        if encode is None:
            raise ComingError(job)
        return encode


QUICK = 0.3
"""Seconds that a question waits for the encoder before it says that it is on its way."""


def _those(order: np.ndarray, mask: np.ndarray) -> np.ndarray:
    found: np.ndarray = order if mask.all() else order[mask[order]]
    return found


def _kept(store: "OrderedDict[Hashable, Any]", key: Hashable, make: Callable[[], Any]) -> Any:
    if key not in store:
        store[key] = make()
        store[key].setflags(write=False)
        while len(store) > KEPT:
            store.popitem(last=False)
    store.move_to_end(key)
    return store[key]
