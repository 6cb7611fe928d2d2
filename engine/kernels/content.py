"""An order of the rows that follows from what they hold, not from where they stand."""

import torch
from torch import Tensor


def content_order(vectors: Tensor, labels: Tensor, seed: int) -> tuple[Tensor, Tensor]:
    """A shuffle that moves with the rows: what is drawn row by row after it does not depend on
    the order of the table, to the last bit.

    vectors: (n, d) float32. labels: (n,) int64. Returns (n,) int64 row numbers in the order of a
    seeded hash, equal rows in table order; and (n,) int64 a number shared by equal rows alone, but
    for two different rows of a billion with probability 3e-2.

    >>> vectors = torch.tensor([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    >>> order, alike = content_order(vectors, torch.tensor([0, 0, 0]), seed=0)
    >>> bool(alike[0] == alike[2]), bool(alike[0] == alike[1])
    (True, False)
    """
    random = torch.Generator().manual_seed(seed)
    span = (-(2**62), 2**62)
    factors = torch.randint(*span, (vectors.shape[1] + 1,), generator=random).to(vectors.device)
    factors = 2 * factors + 1
    # Whole numbers that wrap around: the same sum in any order, on any device.
    keys = labels * factors[-1]
    bits = vectors.contiguous().view(torch.int32)
    for start in range(0, vectors.shape[1], 64):
        part = bits[:, start : start + 64].to(torch.int64)
        keys = keys + (part * factors[:-1][start : start + 64]).sum(dim=1)
    return keys.argsort(stable=True), keys.unique(return_inverse=True)[1]


def mean_of_alike(values: Tensor, alike: Tensor) -> Tensor:
    """(n,) every value replaced by the mean over the rows with the same number in `alike`.

    >>> mean_of_alike(torch.tensor([1.0, 5.0, 3.0]), torch.tensor([0, 1, 0]))
    tensor([2., 5., 2.])
    """
    groups = int(alike.amax()) + 1 if len(alike) else 0
    total = values.new_zeros(groups).index_add(0, alike, values)
    return (total / alike.bincount(minlength=groups))[alike]
