"""What several rankings of the same candidates say together."""

import torch
from torch import Tensor

from engine.kernels.queries import standardised

DEPTH = 100
"""Places that count: runs are kept so deep, and behind it an order says little."""
WORDS = 1
"""Column of BM25: what judged pairs were mostly drawn by, so what it says is counted off."""


def named_high(system_ranks: Tensor, depth: int = DEPTH) -> Tensor:
    """(n,) bool: some ranking has the pair among its first `depth`."""
    return (system_ranks <= depth).any(dim=1)


def height(ranks: Tensor, depth: int = DEPTH) -> Tensor:
    """-log(1 + rank): 1 against 2 is worth more than 50 against 60. Not named = behind the last.

    >>> height(torch.tensor([1.0, 3.0, 500.0, torch.nan]))
    tensor([-0.6931, -1.3863, -4.6250, -4.6250])
    """
    return -ranks.nan_to_num(nan=depth + 1).clamp(max=depth + 1).log1p()


def joined_runs(
    system_ranks: Tensor, query_of: Tensor, near_positives: Tensor, *, first: int = 2
) -> Tensor | None:
    """(n,) the user's rankings joined, standardised per query; None where there are none.

    A ranking counts by the square of its partial correlation with the nearness to known positives
    (near_positives (n,), nan = none known), BM25 held fixed: as far as it says about relevance
    what words do not. So a second BM25 counts next to nothing. Where none counts all do alike.
    first: column of the first ranking that is the user's.
    """
    if system_ranks.shape[1] <= first:
        return None
    among = named_high(system_ranks)
    asked = among & ~near_positives.isnan()
    within = lambda values: standardised(values, query_of, among)[asked].double()  # noqa: E731
    positives, words = within(near_positives), within(height(system_ranks[:, WORDS]))
    total = torch.zeros(len(query_of), dtype=near_positives.dtype, device=query_of.device)
    alike = total.clone()
    for column in range(first, system_ranks.shape[1]):
        here = height(system_ranks[:, column])
        part = standardised(here, query_of)
        total += _partial(within(here), positives, words).clamp(min=0) ** 2 * part
        alike += part
    return standardised(total if total.any() else alike, query_of)


def _partial(x: Tensor, y: Tensor, held: Tensor) -> Tensor:
    """Correlation of x and y with `held` taken out of both; 0 where one of them is constant."""
    if len(x) < 3:
        return torch.zeros((), device=x.device)
    with_y, with_held, theirs = _correlation(x, y), _correlation(x, held), _correlation(y, held)
    left = ((1 - with_held**2) * (1 - theirs**2)).clamp(min=1e-6).sqrt()
    return ((with_y - with_held * theirs) / left).float()


def _correlation(x: Tensor, y: Tensor) -> Tensor:
    x, y = x - x.mean(), y - y.mean()
    return ((x * y).sum() / (x.norm() * y.norm())).nan_to_num(nan=0.0, posinf=0.0, neginf=0.0)
