"""An opened dataset, with its log and its work in the background."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from pages.shared.jobs import Job
from store.dataset import Dataset
from store.errors import UserError
from store.ledger import Ledger
from store.log_choice import log_of
from store.progress import Progress
from store.verdicts import Applied
from store.word_marks import common_words
from store.workspace import Arrays, Workspace, cache_key

if TYPE_CHECKING:
    from engine.audit import Audit
    from engine.contract import OptionValue, Score, Scorer
    from engine.findings import Findings
    from pages.shared.desk import Desk
    from pages.shared.explore.explorer import Explorer


@dataclass(frozen=True, eq=False)
class Layout:
    """The map's places and how far to trust them.

    places: (n, 2), by the method.
    trust, trust_of_pca: trustworthiness of them and of the first picture; nan = too few rows.
    measured: on how many rows.
    """

    places: np.ndarray
    method: Literal["UMAP", "PCA"]
    trust: float
    trust_of_pca: float
    measured: int


class Project:
    """An opened dataset; shared by every browser tab and every route of this process."""

    def __init__(self, workspace: Workspace, patience: float = 0.0) -> None:
        """patience: seconds that the audit leaves to the first screen, unless it is asked for."""
        self.workspace = workspace
        self.patience, self._wanted = patience, threading.Event()
        self.facts = workspace.project()
        self.dataset: Dataset = workspace.load()
        self.log = log_of(workspace, self.dataset)
        # The first decision looks its row up by name, and must not wait until all are sorted.
        self._names: Job[np.ndarray] = Job(self._sort_names)
        self.audit: Job[Audit] = Job(self._audit)
        self.requested: dict[str, Job[Score]] = {}
        self.layout: Job[Layout] | None = None
        self._findings: Job[Findings] | None = None
        self._lock = threading.RLock()
        self._ledger = Ledger(self.dataset)
        self._desk: Desk | None = None
        self._explorer: Explorer | None = None
        self._joined: tuple[Audit, list[Score], Audit] | None = None

    @property
    def fingerprint(self) -> str:
        """Names the dataset in every address."""
        return self.dataset.fingerprint

    def applied(self) -> Applied:
        """The verdicts in force; only what is new in the log is weighed."""
        with self.ledger() as ledger:
            return ledger.applied()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The verdicts in force, up to date and for this thread alone."""
        with self._lock:
            self._ledger.follow(self.log.decisions())
            yield self._ledger

    def desk(self, audit: "Audit") -> "Desk":
        """Where cards are dealt and decisions taken; of the latest audit."""
        from pages.shared.desk import Desk

        with self._lock:
            if self._desk is None or self._desk.audit is not audit:
                self._desk = Desk(self, audit)
            return self._desk

    def explorer(self, audit: "Audit") -> "Explorer":
        """What answers the Explore page; of the latest audit."""
        from pages.shared.explore.explorer import Explorer

        with self._lock:
            if self._explorer is None or self._explorer.audit is not audit:
                self._explorer = Explorer(self, audit)
            return self._explorer

    def row_of_content(self, content: str) -> int | None:
        """The first row with that content hash (hexadecimal), or None."""
        try:
            wanted = np.frombuffer(bytes.fromhex(content), dtype=np.uint64)
        except ValueError:
            return None
        if len(wanted) != 2:
            return None
        order, firsts, halves = self._by_content
        place = int(np.searchsorted(firsts, wanted[0]))
        while place < len(order) and firsts[place] == wanted[0]:
            if halves[order[place], 1] == wanted[1]:
                return int(order[place])
            place += 1
        return None

    @cached_property
    def _by_content(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Rows in the order of their hashes, so that one of a million is found in 20 steps."""
        halves = np.ascontiguousarray(self.dataset.content).view(np.uint64)
        order = np.argsort(halves[:, 0], kind="stable")
        return order, halves[order, 0], halves

    @cached_property
    def common_words(self) -> frozenset[str]:
        """Of pairs: words of so many passages that a match of them says nothing."""
        pairs = self.dataset.pairs
        return frozenset() if pairs is None else common_words(pairs.passages.texts)

    def want_audit(self) -> None:
        """Somebody waits for the audit."""
        self._wanted.set()

    def audit_again(self) -> None:
        """Start the audit that was cancelled or failed."""
        if self.audit.state != "running":
            self.audit = Job(self._audit)

    def findings(self, audit: "Audit") -> "Job[Findings]":
        """What is found about the dataset as a whole; begun on the first call."""
        if self._findings is None:
            self._findings = Job(lambda progress: self._find(audit, progress))
        return self._findings

    def find_again(self) -> None:
        """Begin anew at the next look, after it was cancelled."""
        self._findings = None

    def score_now(
        self, audit: "Audit", scorer: "Scorer", options: "dict[str, OptionValue]"
    ) -> None:
        """Begin a scorer that runs on request, unless it is running; `requested` has the job."""
        from engine.audit import score_of

        job = self.requested.get(scorer.name)
        if job is None or job.state != "running":
            self.requested[scorer.name] = Job(
                lambda progress: score_of(
                    scorer, audit.evidence, self.workspace, progress=progress, **options
                )
            )

    def with_requested(self, audit: "Audit") -> "Audit":
        """The audit with the scores that were asked for since."""
        done = {
            name: score
            for name, job in list(self.requested.items())
            if job.state == "done" and (score := job.result()) is not None
        }
        if not done:
            return audit
        with self._lock:
            before, scored, joined = self._joined or (None, None, audit)
            # The same scores are the same audit, so that what was made of it is not made again.
            if before is not audit or scored != list(done.values()):
                joined = replace(audit, scores=dict(sorted((audit.scores | done).items())))
                self._joined = audit, list(done.values()), joined
            return joined

    def lay_out(self, audit: "Audit") -> Job[Layout]:
        """The map's better layout, begun on the first call."""
        if self.layout is None:
            self.layout = Job(lambda progress: self._layout(audit, progress))
        return self.layout

    def lay_out_again(self) -> None:
        """Begin the layout anew at the next look, after it was cancelled."""
        if self.layout is not None and self.layout.state != "running":
            self.layout = None

    def _sort_names(self, progress: Progress) -> np.ndarray:
        self._wanted.wait(self.patience)
        return self.dataset.rows_of([""])

    def _audit(self, progress: Progress) -> "Audit":
        progress("loading the engine", 0, 0)
        # Importing torch keeps every other thread waiting, and the first screen needs none of it.
        self._wanted.wait(self.patience)
        # torch takes seconds to import; the first screen does not wait for it.
        from engine.audit import audit

        result = audit(self.dataset, self.workspace, progress=progress)
        # Measured: torch's many objects make every collection felt in a rerun unless frozen.
        gc.collect()
        gc.freeze()
        return result

    def _find(self, audit: "Audit", progress: Progress) -> "Findings":
        from engine.findings import findings_of

        return findings_of(audit.evidence, self.workspace, progress=progress)

    def _layout(self, audit: "Audit", progress: Progress) -> Layout:
        from index.projection import FEWEST, pca_layout, umap_layout
        from index.trustworthiness import SAMPLE, trustworthiness

        embeddings, graph = self.dataset.embeddings, audit.evidence.graph
        if embeddings is None or graph is None:
            raise UserError(f"{self.dataset.name} has no embeddings, so there is no map of it.")

        def build() -> Arrays:
            start = pca_layout(embeddings)
            places = umap_layout(embeddings, graph, start=start, progress=progress)
            trust = [
                trustworthiness(embeddings, one, metric=graph.metric, progress=progress)
                for one in (places, start)
            ]
            return {"places": places, "trust": np.array(trust)}

        key = cache_key(self.fingerprint, "umap", graph.metric, graph.k, 2)
        arrays = self.workspace.cached("layout", key, build)
        trust, trust_of_pca = (float(value) for value in arrays["trust"])
        n = len(self.dataset)
        method: Literal["UMAP", "PCA"] = "UMAP" if n >= FEWEST else "PCA"
        return Layout(arrays["places"], method, trust, trust_of_pca, min(SAMPLE, n))
