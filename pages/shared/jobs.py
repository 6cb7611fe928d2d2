"""Long work in the background: how far it is, how long it still takes, how to stop it."""

import threading
import time
from collections.abc import Callable
from typing import Generic, Literal, TypeVar

from store.errors import Cancelled
from store.progress import Progress

Result = TypeVar("Result")
State = Literal["running", "done", "cancelled", "failed"]


class Job(Generic[Result]):
    """One piece of work in its own thread; may be asked about from any thread.

    work is called with a progress callable that raises `Cancelled` once `cancel` was pressed.
    """

    def __init__(self, work: Callable[[Progress], Result]) -> None:
        self.state: State = "running"
        self.stage, self.done, self.total = "starting", 0, 0
        self.problem: Exception | None = None
        self._result: Result | None = None
        self._work = work
        self._stage_began = time.monotonic()
        self._asked_to_stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work(self._note)
            self.state = "done"
        except Cancelled:
            self.state = "cancelled"
        except Exception as problem:  # shown by whoever asks for the result
            self.problem = problem
            self.state = "failed"

    def _note(self, stage: str, done: int, total: int) -> None:
        if self._asked_to_stop.is_set():
            raise Cancelled(stage)
        if stage != self.stage:
            self._stage_began = time.monotonic()
        self.stage, self.done, self.total = stage, done, total

    def cancel(self) -> None:
        """Ask the work to stop at its next progress report."""
        self._asked_to_stop.set()

    @property
    def cancelling(self) -> bool:
        """Asked to stop and still running."""
        return self._asked_to_stop.is_set() and self.state == "running"

    @property
    def share(self) -> float:
        """Part of the present stage that is done, 0 to 1; 0 where its size is unknown."""
        return min(self.done / self.total, 1.0) if self.total else 0.0

    def remaining(self) -> float | None:
        """Seconds the present stage still takes at the rate so far; None = not known yet."""
        elapsed = time.monotonic() - self._stage_began
        if not self.total or not self.done or elapsed < 0.5:
            return None
        return elapsed * (self.total - self.done) / self.done

    def result(self) -> Result | None:
        """What the work returned, None while there is nothing; raises what the work raised."""
        if self.problem is not None:
            raise self.problem
        return self._result

    def wait(self, seconds: float | None = None) -> None:
        """Until the work has ended, or that long."""
        self._thread.join(seconds)
