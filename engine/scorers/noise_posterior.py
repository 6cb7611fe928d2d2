"""Noise-model posterior: how probable is another label, given how this dataset's labels err?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.confident import read_confident
from engine.kernels.joint import estimate_latent
from engine.kernels.noise_model import true_label_differs


@scorer(
    title="Noise-model posterior",
    finds="label error",
    review_first="highest",
    range=(0.0, 1.0),
    cost="O(n c), and n times up to 32 x 32 per step",
    source="Noise matrix: Northcutt, Jiang, Chuang: Confident Learning, JAIR 2021; de-mixing: "
    "expectation maximisation, Dempster, Laird, Rubin, 1977",
)
def noise_posterior(pred_probs: Tensor, labels: Tensor, *, steps: int = 5) -> tuple[Tensor, Tensor]:
    """Probability that the true label differs from the given one, under a model of the noise.

    Above 0.5 the label is more likely wrong than right. The suggestion is the likeliest true class
    but the given one, so there is one at every value. nan for unlabelled rows and for rows with an
    unknown probability.

    The noise matrix (which class is given for which) comes from the confident joint. A model that
    learned from wrong labels repeats them: its probabilities are de-mixed by a few EM steps, then
    Bayes' rule weighs the given label. Strong where errors have a direction (a missed class, a
    class taken for its neighbour); where they have none, it says what self-confidence says. Fails
    where the model cannot tell the classes apart, and then the noise matrix is wrong too.

    >>> pred_probs = torch.tensor([[0.9, 0.1]] * 6 + [[0.1, 0.9]] * 4 + [[0.5, 0.5]])
    >>> labels = torch.tensor([0] * 8 + [1] * 2 + [0])       # two of four are given as 0
    >>> values, suggested = noise_posterior.function(pred_probs, labels)
    >>> values[[0, 6, 8, 10]].round(decimals=2)
    tensor([0.1200, 1.0000, 0.0000, 0.7400])
    >>> suggested[[0, 6, 8, 10]]
    tensor([1, 1, 0, 1])
    """
    table, given = pred_probs.cpu().numpy(), labels.cpu().numpy()
    found = read_confident(table, given)
    latent = estimate_latent(found.joint, found.members)
    values, suggestion = true_label_differs(table, given, latent, steps=steps)
    where = pred_probs.device
    return torch.tensor(values, device=where), torch.tensor(suggestion, device=where)
