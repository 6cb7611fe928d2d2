"""View: which list a reviewer goes through, which rows of it and in which order."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pyarrow.compute as pc

from engine.queueing import DEFAULT
from store.dataset import Dataset
from store.errors import UserError
from store.ledger import ACTIONS
from store.verdicts import UNDECIDED

Order = Literal["learning", "fixed", "random"]
NO_LABEL = ""
"""The name under which rows without a label are chosen; no class can be called so."""


@dataclass(frozen=True)
class View:
    """What the address of the review screen says.

    queue: name of the scorer whose list it is. pile: a verdict in force, or "undecided".
    given, suggested: name of a class; None = any. given "" = rows without a label.
    order: "learning" from the verdicts so far, "fixed" as the list was made, or "random".
    blind: one card in ten is drawn at random. mine: only rows that this reviewer decided.
    query: of pairs the id of one query; None = any.
    named: a named list of rows; None = all.
    settles: what is decided about a row that is to be adjudicated settles it, over the others.
    """

    queue: str = DEFAULT
    pile: str = UNDECIDED
    given: str | None = None
    suggested: str | None = None
    order: Order = "learning"
    blind: bool = True
    mine: bool = False
    query: str | None = None
    named: str | None = None
    settles: bool = True

    @property
    def is_whole(self) -> bool:
        """All that is undecided, nothing picked out: here a random card stands for the rest."""
        picked = (self.given, self.suggested, self.query, self.named)
        return self.pile == UNDECIDED and picked == (None, None, None, None)


def read_view(facts: object, dataset: Dataset, queues: tuple[str, ...]) -> View:
    """A view from what a browser sent; without a list, the first of the queues.

    Whether there is a named list of that name is seen when its rows are asked for.

    Raises UserError for a name that there is none of.
    """
    known = facts if isinstance(facts, dict) else {}
    fields = ("queue", "pile", "given", "suggested", "order", "query", "named")
    for field in fields:
        if not isinstance(known.get(field), str | None):
            raise UserError(f"{field} of a view is {known[field]!r}; a name was expected.")
    named = {name: known[name] for name in fields if known.get(name) is not None}
    view = View(
        **{"queue": queues[0], **named},
        blind=known.get("blind") is not False,
        mine=known.get("mine") is True,
        settles=known.get("settles") is not False,
    )
    _among(view.queue, queues, "list")
    _among(view.pile, ACTIONS, "pile")
    _among(view.order, get_args(Order), "order")
    for name in (view.given, view.suggested):
        if name is not None and name != NO_LABEL:
            _among(name, dataset.classes, "class")
    if view.query:
        position_of(dataset, view.query)
    return replace(
        view, suggested=view.suggested or None, query=view.query or None, named=view.named or None
    )


def position_of(dataset: Dataset, query: str) -> int:
    """Where a query stands among those of a dataset of pairs. Raises UserError for another id."""
    ids = () if dataset.pairs is None else dataset.pairs.queries.ids
    found = pc.index(ids, query).as_py() if len(ids) else -1
    if found < 0:
        raise UserError(
            f"There is no query {query!r:.60} in {dataset.name}. Choose one of its queries, or "
            "leave the field empty for all of them."
        )
    return int(found)


def _among(name: str, names: tuple[str, ...], what: str) -> None:
    if name not in names:
        some = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
        raise UserError(f"There is no {what} {name!r} here; there are {some}. Choose one of them.")


def rows_in(
    view: View,
    dataset: Dataset,
    codes: np.ndarray,
    suggested: np.ndarray,
    mine: np.ndarray,
    listed: np.ndarray | None = None,
) -> np.ndarray:
    """(n,) bool: the rows of a view.

    codes: (n,) positions in ACTIONS, the verdicts in force. suggested: (n,) positions of classes.
    mine: (m,) rows that the reviewer decided. listed: (l,) rows of the named list; None = all.
    """
    inside: np.ndarray = codes == ACTIONS.index(view.pile)
    if view.given is not None:
        label = -1 if view.given == NO_LABEL else dataset.classes.index(view.given)
        inside &= dataset.labels == label
    if view.suggested is not None:
        inside &= suggested == dataset.classes.index(view.suggested)
    if view.query is not None and dataset.pairs is not None:
        rows = dataset.pairs.of_query(position_of(dataset, view.query))
        inside[: rows.start] = inside[rows.stop :] = False
    for chosen in (mine if view.mine else None, listed):
        if chosen is not None:
            among = np.zeros(len(inside), dtype=bool)
            among[chosen] = True
            inside &= among
    return inside
