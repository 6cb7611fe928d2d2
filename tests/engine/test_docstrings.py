"""Examples in docstrings are run, so that they cannot lie. Those of scorers: test_every_scorer."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

from engine import evaluate, kernels, queueing

KERNELS = [
    importlib.import_module(f"{kernels.__name__}.{found.name}")
    for found in pkgutil.iter_modules(kernels.__path__)
]


@pytest.mark.parametrize("module", [evaluate, queueing, *KERNELS], ids=lambda one: one.__name__)
def test_examples_in_docstrings_are_true(module: ModuleType):
    """Each module has some, and none fails."""
    failed, tried = doctest.testmod(module)

    assert tried > 0
    assert failed == 0
