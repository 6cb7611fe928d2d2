"""Evaluation data that lies beside the repository and never in it: tests without it are skipped."""

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest

BESIDE = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared_file(name: str) -> Path:
    """A file of the evaluation data; skips the test where it is absent.

    The folder is ../shared/data seen from the repository, or what SECOND_LOOK_TEST_DATA names.
    """
    path = Path(os.environ.get("SECOND_LOOK_TEST_DATA") or BESIDE) / name
    if not path.is_file():
        pytest.skip(f"{name} is not in {path.parent}: name the folder in SECOND_LOOK_TEST_DATA")
    return path


@cache
def label_errors(name: str) -> dict[str, np.ndarray]:
    """A test set with released probabilities: given, pyx (rows sum to 1), and the checked errors.

    errors: row numbers that people found wrong; checked: the rows they looked at.
    """
    with np.load(shared_file(f"label_errors/{name}.npz"), allow_pickle=False) as arrays:
        pyx = arrays["pyx"].astype(np.float64)
        return {
            "given": arrays["given"].astype(np.int64),
            "pyx": pyx / pyx.sum(axis=1, keepdims=True),
            "checked": arrays["mt_id"],
            "errors": arrays["mt_id"][arrays["mt_is_error"]],
        }
