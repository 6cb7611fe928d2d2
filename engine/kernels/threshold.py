"""Margins in training, against those of rows that carry a class that does not exist."""

import torch
from torch import Tensor

from engine.device import threads_for
from engine.heads import MLPHeads, label_error
from engine.kernels.blocks import row_blocks

HIDDEN, BATCH, RATE, DECAY = 256, 512, 3e-3, 1e-4
STEPS = 1_000
"""Enough for a head to settle; large datasets get 5 epochs, where that is more."""


def margin_above_threshold(
    embeddings: Tensor, labels: Tensor, positions: Tensor, *, share: float, seed: int
) -> Tensor:
    """(n,) area under the margin minus the threshold, the larger of two runs; below 0 = flagged.

    embeddings: (n, d). labels: (n,), -1 = unlabelled, which get nan. positions: (n,) place of
    every row in the table, which the random choices follow. share: of the threshold rows, how
    many may lie above the threshold. nan throughout with fewer than 2 rows to choose from.
    """
    values = embeddings.new_full((len(labels),), torch.nan)
    labelled = (labels >= 0).nonzero().squeeze(1)
    labelled = labelled[positions[labelled].argsort()]
    given = labels[labelled]
    if len(given) < 2:
        return values
    counts = given.bincount()
    smallest = int(counts[counts > 0].min())
    size = max(min(len(given) // (len(counts) + 1), smallest), 1)
    rng = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(given), generator=rng).to(given.device)
    made_up = torch.zeros(len(given), 2, dtype=torch.bool, device=given.device)
    made_up[order[:size], 0] = True
    made_up[order[size : 2 * size], 1] = True
    taught = given.unsqueeze(1).where(~made_up, len(counts))
    areas = areas_under_margins(_one_size(embeddings[labelled]), taught, seed=seed)
    above = [areas[:, run] - threshold(areas[made_up[:, run], run], share) for run in (0, 1)]
    judged = torch.stack(above, dim=1).masked_fill(made_up, -torch.inf)
    values[labelled] = judged.amax(dim=1)
    return values


def threshold(areas: Tensor, share: float) -> Tensor:
    """The largest value that no more than `share` of the areas exceed: below it a row is flagged.

    A row is flagged when more than `share` of the threshold rows have a strictly larger area.

    >>> threshold(torch.arange(200.0), 0.01)
    tensor(197.)
    """
    return areas.sort(descending=True).values[min(int(share * len(areas)), len(areas) - 1)]


def areas_under_margins(inputs: Tensor, labels: Tensor, *, seed: int) -> Tensor:
    """(n, runs) mean margin at the visits of a training; labels (n, runs) differ between runs."""
    (n, runs), c = labels.shape, int(labels.max()) + 1
    known = torch.zeros(runs, c, dtype=torch.bool, device=inputs.device)
    known[torch.arange(runs, device=inputs.device), labels] = True
    decay = torch.full((runs,), DECAY, device=inputs.device)
    heads = MLPHeads(inputs.shape[1], known, decay, hidden=HIDDEN, seed=seed)
    batch = min(max(n // 25, 8), BATCH)
    epochs = max(min(STEPS * batch // n, 20), 5)
    rng = torch.Generator().manual_seed(seed)
    visits = torch.cat([torch.randperm(n, generator=rng) for _ in range(epochs)]).to(inputs.device)
    total = torch.zeros(n, runs, device=inputs.device)
    even = torch.ones(batch, runs, device=inputs.device)
    steps = -(-len(visits) // batch)
    with threads_for(batch * heads.floats_per_row):
        # One step is a "row" here, so that progress is told, and asked to stop, every few of them.
        for some in row_blocks(steps, columns=2**20):
            for step in range(some.start, some.stop):
                rows = visits[step * batch : (step + 1) * batch]
                logits, way = heads.answers(inputs[rows])
                where = labels[rows].unsqueeze(2)
                others = logits.scatter(2, where, -torch.inf).amax(dim=2)
                total.index_add_(0, rows, logits.gather(2, where).squeeze(2) - others)
                error = label_error(logits.softmax(dim=2), labels[rows])
                heads.learn(inputs[rows], way, error, even[: len(rows)], RATE)
    return total / epochs


def _one_size(embeddings: Tensor) -> Tensor:
    """Unit length, centred, of usual length 1: as `engine.feeding` prepares them."""
    units = embeddings / embeddings.norm(dim=1, keepdim=True).clamp(min=1e-12)
    centred = units - units.mean(dim=0)
    size = centred.square().sum(dim=1).mean().sqrt()
    return centred / (size if size > 1e-6 else 1.0)
