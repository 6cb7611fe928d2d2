"""What fits into a memory budget is held; what does not fit anywhere is refused with the need."""

import re

import pytest

from index.budget import make_plan
from store.errors import UserError

MILLION = {"n": 1_000_000, "d": 128, "k": 15, "mapped": True, "exact": False}
VECTORS = 4 * 128 * 1_000_000


def test_without_a_bound_or_with_a_wide_one_everything_stays_as_it_is():
    """No plan: the usual search."""
    assert make_plan(**MILLION, memory=None) is None
    assert make_plan(**MILLION, memory=3 * VECTORS) is None


def test_the_less_memory_the_fewer_bytes_stand_for_a_row():
    """Half of the vectors' bytes holds int8 codes, a quarter four numbers to a byte, and so on."""
    shares = [1.3, 0.5, 0.3, 0.25, 0.18]
    plans = [make_plan(**MILLION, memory=int(share * VECTORS)) for share in shares]

    assert [plan.per_byte for plan in plans] == [0, 1, 2, 4, 8]
    assert [plan.storage for plan in plans] == ["float32", "int8", "pq", "pq", "pq"]


def test_vectors_that_are_in_memory_anyway_are_no_part_of_the_bound():
    """Codes beside them would only add to what is taken."""
    there = MILLION | {"mapped": False}

    assert make_plan(**there, memory=VECTORS) is None
    assert make_plan(**there, memory=VECTORS // 4).per_byte == 0
    with pytest.raises(UserError, match=r"takes 0\.08 GB"):
        make_plan(**there, memory=VECTORS // 10)


@pytest.mark.parametrize("exact", [False, True])
def test_what_cannot_be_is_refused_with_what_is_needed(exact):
    """And with that much it can be done."""
    with pytest.raises(UserError, match=r"1,000,000 rows takes .* GB .* limit is 0\.03 GB") as told:
        make_plan(**MILLION | {"exact": exact}, memory=2**25)
    (named,) = re.findall(r"SECOND_LOOK_MEMORY_GB=([\d.]+)", str(told.value))
    memory = int(float(named) * 2**30)

    plan = make_plan(**MILLION | {"exact": exact}, memory=memory)
    assert (plan is None) == exact
    with pytest.raises(UserError):
        make_plan(**MILLION | {"exact": exact}, memory=memory - 2**25)


def test_a_small_dataset_needs_next_to_nothing():
    """Sixty rows are searched as always within a hundred kilobytes."""
    assert make_plan(60, 8, k=5, memory=100_000, mapped=True, exact=False) is None
