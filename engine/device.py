"""Where tensors live: one choice, made in one place."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from store.errors import UserError


def choose_device(device: str | None = None) -> torch.device:
    """The device asked for, else a CUDA GPU where there is one, else the CPU.

    Raises UserError when the device asked for is not on this machine.
    """
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(device)
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError, NotImplementedError) as problem:
        raise UserError(
            f"The device {device!r} cannot be used on this machine; 'cpu' always can, 'cuda' where "
            "there is an NVIDIA GPU. Leave the device out to have the best one chosen."
        ) from problem
    return chosen


@contextmanager
def threads_for(floats: int) -> Iterator[None]:
    """One thread within this, where a step works on fewer than a million numbers.

    Threads wait for each other after every product. For small ones that costs as much as it
    gains on a machine at rest, and 10 to 30 times the work on one that is busy.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1 if floats < 2**20 else before)
    try:
        yield
    finally:
        torch.set_num_threads(before)
