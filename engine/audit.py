"""Audit: everything that can be said about a dataset, from its rows to the fused queue."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from engine import (
    adam,
    early_learning,
    feeding,
    folds,
    heads,
    kernels,
    temperature,
    training,
    watching,
)
from engine.contract import OptionValue, Score, Scorer
from engine.history import TrainingHistory
from engine.inputs import Evidence, missing_inputs
from engine.neighbours import GraphOptions, graph_key, graph_of
from engine.queueing import Selection, fuse
from engine.run import run
from engine.scorers import all_scorers
from store.dataset import Dataset
from store.progress import Progress, silent
from store.workspace import Arrays, Workspace, cache_key

HEADS_CODE = (training, heads, adam, early_learning, folds, feeding, watching, temperature)


@dataclass(frozen=True, eq=False)
class Audit:
    """What came of it.

    evidence: what was weighed.
    scores: by scorer name, of every scorer whose inputs are there.
    queue: the default order, fused from the scores that find label errors.
    """

    evidence: Evidence
    scores: dict[str, Score]
    queue: Selection


def audit(
    dataset: Dataset,
    workspace: Workspace | None = None,
    *,
    k: int = 15,
    progress: Progress = silent,
) -> Audit:
    """Build the evidence, run the scorers that always run and have their inputs, fuse.

    Kept in the workspace. A scorer that runs on request is scored by `score_of`.
    """
    evidence = gather(dataset, workspace, k=k, progress=progress)
    ready = [
        scorer
        for scorer in all_scorers().values()
        if scorer.runs == "always" and not missing_inputs(scorer.inputs, evidence)
    ]
    scores = {}
    for done, scorer in enumerate(ready):
        progress("scores", done, len(ready))
        scores[scorer.name] = score_of(scorer, evidence, workspace)
    progress("scores", len(ready), len(ready))
    return Audit(evidence, scores, fuse(list(scores.values()), evidence))


def gather(
    dataset: Dataset, workspace: Workspace | None, *, k: int = 15, progress: Progress = silent
) -> Evidence:
    """The two costly readings of a dataset: who is near whom, and heads trained on the embeddings.

    Both need embeddings, heads also classes; what cannot be built is left out. Heads are trained
    even where the user gave pred_probs: EL2N needs them.
    """
    if dataset.embeddings is None:
        return Evidence(dataset)
    embeddings = dataset.embeddings

    def train() -> Arrays:
        c = len(dataset.classes)
        return dict(vars(training.train_heads(embeddings, dataset.labels, c, progress=progress)))

    graph = graph_of(dataset, workspace, GraphOptions(k=k), progress=progress)
    history = TrainingHistory(**_kept(workspace, "heads", _heads_key(dataset), train))
    return Evidence(dataset, graph, history)


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

    k = 0 if evidence.graph is None else evidence.graph.k
    keys = [graph_key(evidence.dataset, GraphOptions(k=k)), _heads_key(evidence.dataset)]
    if "trusted_labels" in scorer.inputs and evidence.trusted is not None:
        keys.append(blake2b(evidence.trusted.tobytes(), digest_size=16).hexdigest())
    code = _code_of(kernels, scorer.function)
    arrays = _kept(workspace, "score", cache_key(scorer.name, keys, chosen, code), compute)
    return Score(scorer, chosen, arrays["values"], arrays.get("suggestion"))


def _heads_key(dataset: Dataset) -> str:
    return cache_key(dataset.fingerprint, _code_of(*HEADS_CODE))


def _kept(workspace: Workspace | None, kind: str, key: str, build: Callable[[], Arrays]) -> Arrays:
    return build() if workspace is None else workspace.cached(kind, key, build)


def _code_of(*parts: Any) -> str:
    """Hash of the files behind modules, packages and functions: a change in one changes the key."""
    digest = blake2b(digest_size=8)
    for part in parts:
        path = Path(part.__code__.co_filename if hasattr(part, "__code__") else part.__file__)
        package = sorted(path.parent.glob("*.py")) if path.name == "__init__.py" else [path]
        for file in package:
            digest.update(file.read_bytes())
    return digest.hexdigest()
