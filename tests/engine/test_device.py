"""Where tensors live."""

import pytest
import torch

from engine.device import choose_device, threads_for
from store.errors import UserError


def test_the_device_asked_for_is_the_device_used():
    """The CPU is always there."""
    assert torch.device("cpu") == choose_device("cpu")


def test_without_a_wish_the_best_one_is_chosen():
    """A CUDA GPU where there is one."""
    assert ("cuda" if torch.cuda.is_available() else "cpu") == choose_device().type


@pytest.mark.parametrize("device", ["abacus", "cuda:99"])
def test_a_device_that_is_not_there_is_a_sentence(device: str):
    """It names the device and the one that always works."""
    with pytest.raises(UserError, match=f"{device}.*cpu"):
        choose_device(device)


def test_small_steps_take_one_thread_and_leave_the_number_as_it_was():
    """Large steps take all there are."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with threads_for(2**20):
            assert torch.get_num_threads() == 2
        with threads_for(1_000):
            assert torch.get_num_threads() == 1
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
