"""Turns: while a hand moves, only the newest question of its tab is worth an answer."""

import threading
from collections import OrderedDict
from collections.abc import Callable

MOST_TABS = 1_000
"""Tabs remembered, the latest ones: an older one is told once too often, and no more than that."""


class Turns:
    """Which question of a tab is the newest. May be asked from any thread.

    alone: held by whoever answers; the others wait, and find out then whether they are overtaken.
    """

    def __init__(self) -> None:
        self.alone = threading.Lock()
        self._lock = threading.Lock()
        self._newest: OrderedDict[str, int] = OrderedDict()

    def begin(self, tab: str, turn: int) -> Callable[[], bool]:
        """A question has arrived. Returns what says whether a newer one of this tab has since.

        turn: grows within a tab, whatever the order of arrival.
        """
        with self._lock:
            self._newest[tab] = max(turn, self._newest.get(tab, turn))
            self._newest.move_to_end(tab)
            while len(self._newest) > MOST_TABS:
                self._newest.popitem(last=False)
        return lambda: self._newest.get(tab, turn) > turn
