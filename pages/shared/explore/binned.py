"""Binned: the bin or group of every row in every column that a chart has shown, worked out once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pyarrow as pa

from engine.binning import Bins, bins_of, numbers_of
from engine.crossfilter import paired, tally
from engine.grouping import Groups, groups_of

KEPT = 200
"""Answers: of a chart they are a few kilobytes."""


class Binned:
    """One per Explorer. changing: names of the columns that a decision may change."""

    def __init__(self, changing: frozenset[str]) -> None:
        self.changing = changing
        self._lock = threading.RLock()
        self._parts: dict[Hashable, Any] = {}
        self._answers: OrderedDict[Hashable, dict[str, Any]] = OrderedDict()

    def bins(self, table: pa.Table, name: str, decided: int) -> Bins:
        """Of a column of numbers. decided: entries in the log before the table was made."""
        return self._part(("bins", name), decided, lambda: bins_of(table[name]))

    def groups(self, table: pa.Table, name: str, decided: int) -> Groups:
        """Of a column of names."""
        return self._part(("groups", name), decided, lambda: groups_of(table[name]))

    def values(self, table: pa.Table, name: str, decided: int) -> np.ndarray:
        """(n,) of a column of numbers, nan = no value."""
        return self._part(("values", name), decided, lambda: numbers_of(table[name]))

    def pairs(self, first: Bins, second: Bins, key: tuple[str, str], decided: int) -> np.ndarray:
        """(n,) one code for the bins of two columns, of the sizes with the bin for no value."""
        sizes = first.size + 1, second.size + 1
        return self._part(
            ("pairs", *key), decided, lambda: paired(first.codes, second.codes, sizes)
        )

    def of_all(
        self, codes: np.ndarray, size: int, key: tuple[str, ...], decided: int
    ) -> np.ndarray:
        """How many of all rows have each code. key: what the codes are of, then the columns."""
        return self._part(("all", *key), decided, lambda: tally(codes, size))

    def answer(self, key: Hashable, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """The answer kept under a key, or a new one."""
        with self._lock:
            if key not in self._answers:
                self._answers[key] = make()
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)
            self._answers.move_to_end(key)
            return self._answers[key]

    def _part(self, key: tuple[str, ...], decided: int, make: Callable[[], Any]) -> Any:
        """What is kept under a key that ends in columns; of what changes the newest alone."""
        stamp = decided if self.changing.intersection(key) else 0
        with self._lock:
            if key not in self._parts or self._parts[key][0] != stamp:
                self._parts[key] = stamp, make()
            return self._parts[key][1]
