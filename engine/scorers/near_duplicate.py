"""Near duplicate: is another row almost the same?"""

import torch
from torch import Tensor

from engine.contract import scorer
from engine.kernels.distances import median


@scorer(
    title="Near duplicate",
    finds="near duplicate",
    review_first="lowest",
    range=(0.0, 1.0),
    cost="O(n)",
    source="cleanlab 2.9, Datalab near_duplicate: 1 - exp(-d / median d), d to the nearest row",
)
def near_duplicate(distances: Tensor) -> Tensor:
    """How far the nearest other example is, against how far it usually is.

    0 = an exact copy in the embedding, 0.63 = as far as for the median row, 1 = far from all.
    nan where there is no other row.

    Fails where the encoder cannot see the difference (numbers in a text, a crop of a picture):
    small distances mean alike to the encoder. The scale is this dataset's own, so values of two
    datasets do not compare.

    >>> near_duplicate.function(torch.tensor([[1.0, 2.0], [0.02, 1.0], [7.0, 9.0]]))
    tensor([0.6321, 0.0198, 0.9991])
    """
    nearest = distances[:, 0].masked_fill(distances[:, 0].isinf(), torch.nan)
    # Where most rows have an exact copy the median is 0; any distance is then a large one.
    usual = median(nearest).clamp(min=100 * torch.finfo(nearest.dtype).eps)
    return -torch.expm1(-nearest / usual)
