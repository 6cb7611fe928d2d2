"""How suspected each pair is: a score of pairs by name, for an export that treats such pairs."""

import numpy as np

from engine.audit import gather, score_of
from engine.queueing import DEFAULTS, MISSING_POSITIVE
from engine.scorers import all_scorers
from engine.training_data import mine
from store.dataset import UNLABELLED, Dataset
from store.errors import UserError
from store.mined import Mine, Mined
from store.progress import Progress, silent
from store.standing import SETTLED
from store.training_options import TrainingOptions
from store.verdicts import Applied
from store.workspace import Workspace


def suspects() -> list[str]:
    """Scores whose high values say: probably relevant. The default queue's is first."""
    names = [
        scorer.name
        for scorer in all_scorers().values()
        if scorer.finds == MISSING_POSITIVE and scorer.review_first == "highest"
    ]
    return sorted(names, key=lambda name: (name != DEFAULTS["pair"], name))


def suspicion_of(
    dataset: Dataset,
    name: str,
    trusted: np.ndarray | None = None,
    workspace: Workspace | None = None,
    *,
    progress: Progress = silent,
) -> np.ndarray:
    """(n,) the values of a score, high = likely to be relevant, nan = cannot be scored.

    trusted: (n,) int64 the label by verdict, -1 = none: scores that learn from verdicts do.

    Raises UserError for a name that is none of these, and as `score_of` does.
    """
    if name not in suspects():
        raise UserError(
            f"{name!r} is no score that says which pairs are probably relevant. There are: "
            f"{', '.join(suspects()) or 'none'}. Name one with --suspected-by."
        )
    evidence = gather(dataset, workspace, trusted=trusted, progress=progress)
    return score_of(all_scorers()[name], evidence, workspace).values


def miner_of(workspace: Workspace | None = None, *, progress: Progress = silent) -> Mine:
    """What an export calls to find negatives. The score is computed when it is called."""

    def find(dataset: Dataset, applied: Applied, options: TrainingOptions) -> Mined:
        values = None
        if options.suspected != "keep" and options.suspected_by is not None:
            settled = np.isin(applied.actions, SETTLED)
            # Without a verdict the score is the one of the queue, which the workspace has kept.
            trusted = np.where(settled, applied.labels, UNLABELLED) if settled.any() else None
            values = suspicion_of(
                dataset, options.suspected_by, trusted, workspace, progress=progress
            )
        return mine(dataset, applied, options, suspicion=values, progress=progress)

    return find
