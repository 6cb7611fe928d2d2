"""Joined evidence: everything that is known, weighed by what it has proved, against the label."""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.confident import read_confident
from engine.kernels.joint import estimate_latent
from engine.kernels.noise_model import true_label_differs
from engine.kernels.tables import best_class


@scorer(
    title="Joined evidence",
    finds="label error",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n c)",
    source="Opinion pool: Genest, Zidek: Combining probability distributions, 1986; noise matrix: "
    "Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; the join is ours",
)
def joined_evidence(
    joined_probs: Tensor, labels: Tensor, *, steps: int = 5, even: float = 0.2
) -> tuple[Tensor, Tensor]:
    """Probability that the given label is wrong, by model and neighbours joined, each weighing
    what it predicts of rows it has not seen, and by which classes are mistaken for which here.

    The default order of the queue. Above 0.5 the label is more likely wrong than right, and the
    suggestion is the likeliest other class; elsewhere it is the most probable class of the joined
    probabilities, often the given one. nan for unlabelled rows.

    It is the noise-model posterior of the joined probabilities, with a fifth of even noise mixed
    into the noise matrix: where errors have a direction it follows it, where they have none it is
    close to self-confidence. Both options were chosen on audited sets; the scoreboard says how.

    Fails where all sources share a blind spot, and where the noise matrix cannot be told from
    hard classes (few rows of a class, most of them hard).

    >>> joined = torch.tensor([[0.9, 0.1]] * 6 + [[0.1, 0.9]] * 4 + [[0.5, 0.5]])
    >>> labels = torch.tensor([0] * 8 + [1] * 2 + [0])
    >>> values, suggested = joined_evidence.function(joined, labels)
    >>> (values[[6, 10, 0]].diff() < 0).tolist(), suggested[[0, 6, 8]].tolist()
    ([True, True], [0, 1, 1])
    """
    table, given = joined_probs.cpu().numpy(), labels.cpu().numpy()
    found = read_confident(table, given)
    latent = estimate_latent(found.joint, found.members)
    wrong, other = true_label_differs(table, given, latent, steps=steps, even=even)
    values, others = (torch.tensor(part, device=joined_probs.device) for part in (wrong, other))
    return values, others.where(values > 0.5, best_class(joined_probs))
