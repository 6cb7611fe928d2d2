"""Ids that are there twice are found however many there are."""

import numpy as np
import pyarrow as pa
import pytest

from store.readers import ids as module
from store.readers.ids import repeated


@pytest.mark.parametrize("block", [1, 2, 7, 65_536])
@pytest.mark.parametrize("kinds", [1, 3, 40, 10_000])
@pytest.mark.parametrize("n", [0, 1, 2, 500])
def test_repeated_values_as_a_person_would_list_them(monkeypatch, block, kinds, n):
    """Each once, in the order of first appearance; blocks of the search do not show."""
    monkeypatch.setattr(module, "BLOCK", block)
    names = [f"é{one}" for one in np.random.default_rng(n).integers(0, kinds, n)]
    expected = [name for name in dict.fromkeys(names) if names.count(name) > 1]

    assert repeated(pa.array(names, pa.string())).to_pylist() == expected
