"""Leases: who holds which card, so that two people do not judge the same one unasked."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

SECONDS = 300.0
"""A tab that is still there renews its lease with every card; of one that is gone it ends."""


@dataclass
class Leases:
    """The rows held by each tab. Not durable: after a restart every tab asks again.

    clock: seconds, monotonic.
    """

    clock: Callable[[], float] = time.monotonic
    held: dict[str, tuple[float, frozenset[int]]] = field(default_factory=dict)

    def hold(self, tab: str, rows: Iterable[int]) -> None:
        """This tab holds these rows from now on, and no others."""
        self.held[tab] = self.clock() + SECONDS, frozenset(rows)

    def elsewhere(self, tab: str) -> np.ndarray:
        """(r,) int64 rows that other tabs hold, each once."""
        now = self.clock()
        self.held = {other: lease for other, lease in self.held.items() if lease[0] > now}
        rows = set().union(*(rows for other, (_, rows) in self.held.items() if other != tab))
        return np.array(sorted(rows), dtype=np.int64)
