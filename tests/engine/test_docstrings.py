"""Examples in docstrings are run, so that they cannot lie. Those of scorers: test_every_scorer."""

import doctest
from types import ModuleType

import pytest

from engine import evaluate, kernels, queueing


@pytest.mark.parametrize("module", [evaluate, kernels, queueing], ids=lambda one: one.__name__)
def test_examples_in_docstrings_are_true(module: ModuleType):
    """Each module has some, and none fails."""
    failed, tried = doctest.testmod(module)

    assert tried > 0
    assert failed == 0
