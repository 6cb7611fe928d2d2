"""Audit: everything that can be said about a dataset, from its rows to the queue."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from engine import (
    adam,
    early_learning,
    feeding,
    folds,
    heads,
    kernels,
    pooling,
    regression,
    temperature,
    training,
    watching,
)
from engine.contract import OptionValue, Score, Scorer
from engine.history import TrainingHistory
from engine.inputs import Evidence, missing_inputs
from engine.neighbours import GraphOptions, graph_key, graph_of
from engine.pooling import Pool
from engine.queueing import DEFAULTS, Selection, default_queue
from engine.run import run
from engine.scorers import all_scorers
from index.graph import NeighbourGraph
from store.dataset import Dataset
from store.progress import Progress, silent
from store.workspace import Arrays, Workspace, cache_key

HEADS_CODE = (training, heads, adam, early_learning, folds, feeding, watching, temperature)
POOL_CODE = (regression, pooling)


@dataclass(frozen=True, eq=False)
class Audit:
    """What came of it.

    evidence: what was weighed.
    scores: by scorer name, of every scorer whose inputs are there.
    queue: the default order, of the joined evidence.
    """

    evidence: Evidence
    scores: dict[str, Score]
    queue: Selection

    @property
    def default(self) -> str:
        """Name of the scorer whose list comes first; without its inputs it is no score of these."""
        return DEFAULTS[self.evidence.dataset.unit]


def audit(
    dataset: Dataset,
    workspace: Workspace | None = None,
    *,
    k: int = 15,
    progress: Progress = silent,
) -> Audit:
    """Build the evidence, run the scorers that always run and have their inputs, queue the rows.

    Kept in the workspace. A scorer that runs on request is scored by `score_of`.
    """
    evidence = gather(dataset, workspace, k=k, progress=progress)
    ready = [
        scorer
        for scorer in all_scorers().values()
        if scorer.unit == dataset.unit
        and scorer.runs == "always"
        and not missing_inputs(scorer.inputs, evidence)
    ]
    scores = {}
    for done, scorer in enumerate(ready):
        progress("scores", done, len(ready))
        scores[scorer.name] = score_of(scorer, evidence, workspace)
    progress("scores", len(ready), len(ready))
    return Audit(evidence, scores, default_queue(list(scores.values()), evidence))


def gather(
    dataset: Dataset,
    workspace: Workspace | None,
    *,
    k: int = 15,
    trusted: np.ndarray | None = None,
    progress: Progress = silent,
) -> Evidence:
    """The costly readings of a dataset: who is near whom, what heads learn, all of it joined.

    Neighbours need embeddings, heads also classes; what cannot be built is left out. Heads are
    trained even where the user gave pred_probs: their dynamics are evidence of their own.
    trusted: (n,) int64 labels that persons vouched for, -1 = none; None = as the dataset's own
    column says. Of pairs the graph says which passages of one query are near each other, and
    nothing is trained.
    """
    graph = graph_of(dataset, workspace, GraphOptions(k=k), progress=progress)
    history = _history(dataset, workspace, progress)
    joined = _pool(dataset, graph, history, workspace, progress)
    vouched = dataset.trusted if trusted is None else trusted
    return Evidence(dataset, graph, history, vouched, joined)


def _history(
    dataset: Dataset, workspace: Workspace | None, progress: Progress
) -> TrainingHistory | None:
    if dataset.embeddings is None:
        return None
    embeddings, c = dataset.embeddings, len(dataset.classes)

    def train() -> Arrays:
        return dict(vars(training.train_heads(embeddings, dataset.labels, c, progress=progress)))

    return TrainingHistory(**_kept(workspace, "heads", _heads_key(dataset), train))


def _pool(
    dataset: Dataset,
    graph: NeighbourGraph | None,
    history: TrainingHistory | None,
    workspace: Workspace | None,
    progress: Progress,
) -> Pool | None:
    """Everybody's opinion about the rows' classes, joined; None where nobody has one."""
    c, labels = len(dataset.classes), dataset.labels
    if dataset.unit == "pair" or not (labels >= 0).any():
        return None
    if dataset.pred_probs is None and history is None:
        return None

    def build() -> Arrays:
        opinions = {} if dataset.pred_probs is None else {"your probabilities": dataset.pred_probs}
        if dataset.embeddings is not None and history is not None and graph is not None:
            opinions["the model"] = history.pred_probs
            opinions["a linear model"] = regression.out_of_fold_probs(
                dataset.embeddings, labels, c, progress=progress
            )
            opinions["the neighbours"] = pooling.neighbours_opinion(graph, labels, c)
        joined = pooling.join(opinions, labels, progress=progress)
        weights = joined.weights
        return {
            "probs": joined.probs,
            "sources": np.array(list(weights)),
            "weights": np.array(list(weights.values())),
        }

    arrays = _kept(workspace, "pool", _evidence_key(dataset, graph), build)
    weights = dict(zip(arrays["sources"].tolist(), arrays["weights"].tolist(), strict=True))
    return Pool(arrays["probs"], weights)


def with_score(
    audit: Audit,
    scorer: Scorer,
    workspace: Workspace | None,
    *,
    progress: Progress = silent,
    **options: OptionValue,
) -> Audit:
    """The audit with one more score, or with one under other options. The queue stays as it is.

    Raises UserError as `engine.run.run` does.
    """
    score = score_of(scorer, audit.evidence, workspace, progress=progress, **options)
    return replace(audit, scores={**audit.scores, scorer.name: score})


def score_of(
    scorer: Scorer,
    evidence: Evidence,
    workspace: Workspace | None,
    *,
    progress: Progress = silent,
    **options: OptionValue,
) -> Score:
    """One scorer's values for this evidence, from the workspace where they are kept.

    Raises UserError as `engine.run.run` does.
    """
    chosen = {**scorer.options, **options}

    def compute() -> Arrays:
        score = run(scorer, evidence, progress=progress, **chosen)  # type: ignore[arg-type]
        arrays = {"values": score.values, "suggestion": score.suggestion}
        return {name: array for name, array in arrays.items() if array is not None}

    keys = [_evidence_key(evidence.dataset, evidence.graph)]
    if "trusted_labels" in scorer.inputs and evidence.trusted is not None:
        keys.append(blake2b(evidence.trusted.tobytes(), digest_size=16).hexdigest())
    code = code_of(kernels, scorer.function)
    arrays = _kept(workspace, "score", cache_key(scorer.name, keys, chosen, code), compute)
    return Score(scorer, chosen, arrays["values"], arrays.get("suggestion"))


def _heads_key(dataset: Dataset) -> str:
    return cache_key(dataset.fingerprint, code_of(*HEADS_CODE))


def _evidence_key(dataset: Dataset, graph: NeighbourGraph | None) -> str:
    """What everything read off the evidence is kept under: data, options and all code behind it."""
    k = 0 if graph is None else graph.k
    parts = graph_key(dataset, GraphOptions(k=k)), _heads_key(dataset), code_of(*POOL_CODE)
    return cache_key(*parts)


def _kept(workspace: Workspace | None, kind: str, key: str, build: Callable[[], Arrays]) -> Arrays:
    return build() if workspace is None else workspace.cached(kind, key, build)


def code_of(*parts: Any) -> str:
    """Hash of the files behind modules, packages and functions: a change in one changes the key."""
    digest = blake2b(digest_size=8)
    for part in parts:
        path = Path(part.__code__.co_filename if hasattr(part, "__code__") else part.__file__)
        package = sorted(path.parent.glob("*.py")) if path.name == "__init__.py" else [path]
        for file in package:
            digest.update(file.read_bytes())
    return digest.hexdigest()
