"""SimiFeat rank: how little of the nearest examples' vote goes to the given label?"""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.similarity_votes import similarity_votes


@scorer(
    title="Similarity rank",
    finds="label error",
    review_first="highest",
    range=(0.0, 18.5),
    cost="O(n k²)",
    source="Zhu, Dong, Liu: Detecting corrupted labels without training a model to predict, "
    "ICML 2022 (SimiFeat-R)",
)
def simifeat_rank(
    neighbours: Tensor, distances: Tensor, labels: Tensor, *, k: int = 10
) -> tuple[Tensor, Tensor]:
    """-log of the given label's part in the similarity-weighted vote of the k nearest and itself.

    0 = all agree; 18.4 = neither the row nor any of the nearest speaks for the label. The
    suggestion is the class that wins, the given one on ties. nan for unlabelled rows and where no
    neighbour has a label.

    Fails for classes with fewer than k / 2 members and where wrong labels come in clumps. The
    paper flags, per class, the share of highest values that the noise rates say
    (`worst_by_rate`, `transition.noise_rates`); the order is all that is needed here. One round
    instead of 21 on augmented pictures, and no random jitter of the rates.

    >>> from torch import tensor
    >>> near, far = tensor([[1, 2], [0, 2], [1, 0]]), tensor([[0.2, 0.4]] * 3)
    >>> simifeat_rank.function(near, far, tensor([0, 0, 1]), k=3)[0]
    tensor([0.0527, 0.0527, 0.5426])
    """
    own, _, best = similarity_votes(neighbours, distances, labels, k)
    return -(own + 1e-8).log(), best
