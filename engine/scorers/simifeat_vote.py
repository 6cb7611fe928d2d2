"""SimiFeat vote: by how much does the given label win among the nearest?"""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.similarity_votes import similarity_votes


@scorer(
    title="Similarity vote",
    finds="label error",
    review_first="lowest",
    range=(-1.0, 1.0),
    cost="O(n k²)",
    source="Zhu, Dong, Liu: Detecting corrupted labels without training a model to predict, "
    "ICML 2022 (SimiFeat-V)",
)
def simifeat_vote(
    neighbours: Tensor, distances: Tensor, labels: Tensor, *, k: int = 10
) -> tuple[Tensor, Tensor]:
    """Vote of the k nearest, the row itself among them, for the given label minus the best other.

    Votes weigh by cosine similarity and are divided by their norm. Below 0 another class wins:
    exactly the rows that the paper's voting rule flags. The suggestion is the class that wins, the
    given one on ties. nan for unlabelled rows and where no neighbour has a label.

    Fails for classes with fewer than k / 2 members, which can hardly win, and where wrong labels
    come in clumps. Departs from the paper: the margin keeps the order where it says yes or no; one
    round instead of 21 on augmented pictures; ties go to the given label, not to the first class.

    >>> from torch import tensor
    >>> near, far = tensor([[1, 2], [0, 2], [1, 0]]), tensor([[0.2, 0.4]] * 3)
    >>> simifeat_vote.function(near, far, tensor([0, 0, 1]), k=3)
    (tensor([ 0.6325,  0.6325, -0.2325]), tensor([0, 0, 0]))
    """
    own, other, best = similarity_votes(neighbours, distances, labels, k)
    return own - other, best
