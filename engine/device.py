"""Where tensors live: one choice, made in one place."""

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
