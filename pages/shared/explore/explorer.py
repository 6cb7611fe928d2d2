"""Explorer: answers what the Explore page asks of one project; may be asked from any thread."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pyarrow as pa

from engine.audit import Audit
from engine.choice import Choice, Step
from engine.columns import Column, columns_of
from engine.duplicates import duplicate_groups
from engine.inside import inside
from engine.row_table import changing_columns, row_table, with_verdicts
from engine.slices import Slice, slices_of
from index.projection import pca_layout
from pages.shared import measured
from pages.shared.explore.binned import Binned
from pages.shared.explore.cells import Cells
from pages.shared.explore.numbers import Numbers
from pages.shared.explore.orders import Orders
from pages.shared.explore.turns import Turns
from pages.shared.jobs import Job
from store.conditions import rows_that
from store.errors import UserError
from store.linked_rows import linked_rows
from store.lists import rows_of_list, version_of_list
from store.verdicts import UNDECIDED

if TYPE_CHECKING:
    from pages.shared.project import Project

Value = TypeVar("Value")
KEPT = 48
"""Masks kept: of a million rows they are a megabyte each."""


@dataclass(frozen=True, eq=False)
class Chosen:
    """(n,) bool each: what passes the filter, and what of it is selected; None = nothing drawn."""

    filtered: np.ndarray
    selected: np.ndarray | None

    @property
    def meant(self) -> np.ndarray:
        """What an action is about: the selection where there is one, else all that passes."""
        return self.filtered if self.selected is None else self.selected


class Explorer:
    """Masks, columns and places of one project and its latest audit."""

    def __init__(self, project: "Project", audit: Audit) -> None:
        self.project, self.audit = project, audit
        self._lock = threading.RLock()
        self._masks: OrderedDict[object, np.ndarray] = OrderedDict()
        self.turns = Turns()
        self.binned = Binned(changing_columns(project.dataset))
        self.sent_places: dict[str, Numbers] = {}

    @cached_property
    def _fixed(self) -> pa.Table:
        """The row table as nobody has decided yet; only verdict and label in force change."""
        n = len(self.project.dataset)
        return row_table(self.audit, np.full(n, UNDECIDED), self.project.dataset.labels)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """By name."""
        return {one.name: one for one in columns_of(self.audit, self._fixed)}

    @cached_property
    def slices(self) -> Job[tuple[Slice, ...]]:
        """What deserves a look, searched for in the background from the first look on."""
        return Job(lambda progress: slices_of(self.audit, tuple(self.columns.values())))

    @property
    def decided(self) -> int:
        """Entries in the log: another number, other verdicts."""
        return len(self.project.log.decisions())

    def table(self) -> pa.Table:
        """The row table with the verdicts in force."""
        with self._lock:
            decided = self.decided
            if getattr(self, "_table", (None, None))[0] != decided:
                applied = self.project.applied()
                now = with_verdicts(self._fixed, self.audit, applied.actions, applied.labels)
                self._table = decided, now
            return self._table[1]

    def column(self, name: str) -> Column:
        """One that may be shown. Raises UserError for another name."""
        if name not in self.columns:
            raise UserError(f"There is no column {name!r:.60} here. Choose one of those shown.")
        return self.columns[name]

    def chosen(self, choice: Choice) -> Chosen:
        """The rows of a choice.

        Raises UserError for a condition, a list or a layout there is none of.
        """
        with self._lock:  # several panels ask about the same choice at once
            # A list grows: the same name may soon mean more rows.
            known = choice.named and version_of_list(self.project.workspace, choice.named)
            filtered = self._kept(
                (choice.line, choice.named, known, self.decided), lambda: self._filtered(choice)
            )
            if not choice.steps:
                return Chosen(filtered, None)
            drawn = self._kept((choice.layout, choice.steps), lambda: self._drawn(choice))
            return Chosen(filtered, filtered & drawn)

    @cached_property
    def orders(self) -> Orders:
        """The rows by any column."""
        return Orders(self)

    @cached_property
    def cells(self) -> Cells:
        """Values of single rows."""
        return Cells(self)

    @cached_property
    def suggested(self) -> np.ndarray:
        """(n,) int64 the likeliest label of every row, -1 = none."""
        queue = self.audit.queue
        suggested = np.empty(len(self.project.dataset), dtype=np.int64)
        suggested[queue.rows] = queue.suggested
        return suggested

    @cached_property
    def duplicate_groups(self) -> np.ndarray | None:
        """(n,) int64 groups of near duplicates, -1 = in none; None where nobody is near."""
        graph = self.audit.evidence.graph
        if graph is None or self.project.dataset.unit == "pair":
            return None
        return duplicate_groups(graph)

    def rows(self, choice: Choice) -> np.ndarray:
        """(m,) int64: what an action is about, in table order."""
        return np.flatnonzero(self.chosen(choice).meant)

    def _filtered(self, choice: Choice) -> np.ndarray:
        passed = np.ones(len(self.project.dataset), dtype=bool)
        if choice.named is not None:
            passed[:] = False
            passed[rows_of_list(self.project.workspace, choice.named, self.project.dataset)] = True
        # Each by itself: what one lacks is told in the user's own words, and a chart that leaves
        # its own part out finds all the others done.
        for condition in (*(part.sql() for part in choice.parts), choice.typed):
            if condition:
                passed &= self._passing(condition)
        return passed

    def _passing(self, condition: str) -> np.ndarray:
        """Asked anew after a decision where its words allow that it is about one."""
        words = condition.lower()
        if not any(name in words for name in self.binned.changing):
            return self._kept((condition, 0), lambda: rows_that(self._fixed, condition))
        key = condition, self.decided
        return self._kept(key, lambda: rows_that(self.table(), condition))

    def _drawn(self, choice: Choice) -> np.ndarray:
        selected = np.zeros(len(self.project.dataset), dtype=bool)
        for step in choice.steps:
            if step.polygon:
                key = (choice.layout, step.polygon)
                found = self._kept(key, lambda step=step: self._inside(choice.layout, step))  # type: ignore[misc]
            else:
                found = np.zeros(len(selected), dtype=bool)
                found[self._rows_of(step)] = True
            selected = selected | found if step.op == "add" else selected & ~found
        return selected

    def _rows_of(self, step: Step) -> np.ndarray:
        project = self.project
        if step.linked:
            return linked_rows(project.workspace, step.linked, project.dataset)
        rows = project.dataset.rows_of(list(step.ids))
        return rows[rows >= 0]

    def _inside(self, layout: str, step: Step) -> np.ndarray:
        return inside(self.places(layout), np.array(step.polygon))

    def layouts(self) -> list[str]:
        """Those that are ready, the best first; () = there is no map."""
        if self.project.dataset.embeddings is None or self.project.dataset.unit == "pair":
            return []
        better = self.project.lay_out(self.audit).result()
        return ["pca"] if better is None else ["umap", "pca"]

    def places(self, layout: str) -> np.ndarray:
        """(n, 2) float32 of a layout that is ready. Raises UserError for another."""
        if layout not in self.layouts():
            raise UserError(
                f"The map {layout!r:.20} on which this was drawn is not ready. Wait for it, or "
                "clear the selection."
            )
        if layout == "pca":
            return self._pca
        better = self.project.lay_out(self.audit).result()
        assert better is not None
        return better.places

    def trust(self, layout: str) -> str:
        """How far to trust a layout, in words; "" = not measured."""
        better = self.project.lay_out(self.audit).result()
        return "" if better is None or layout == "pca" else measured.trust(better)

    @cached_property
    def _pca(self) -> np.ndarray:
        embeddings = self.project.dataset.embeddings
        assert embeddings is not None
        return pca_layout(embeddings)

    def _kept(self, key: object, make: Callable[[], np.ndarray]) -> np.ndarray:
        if key not in self._masks:
            self._masks[key] = make()
            self._masks[key].setflags(write=False)
            while len(self._masks) > KEPT:
                self._masks.popitem(last=False)
        self._masks.move_to_end(key)
        return self._masks[key]
