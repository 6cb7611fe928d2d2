"""Counts among some rows, the confusion of given and suggested, groups that differ."""

from itertools import product

import numpy as np
import pytest

from engine.crossfilter import confusion, paired, tally
from engine.group_means import group_means
from engine.group_table import group_table


def test_tallies_count_what_is_asked_for():
    codes = np.array([0, 2, 2, 1, 2], dtype=np.uint8)

    assert tally(codes, 4).tolist() == [1, 1, 3, 0]
    assert tally(codes, 4, np.array([1, 1, 0, 0, 0], bool)).tolist() == [1, 0, 1, 0]


@pytest.mark.parametrize("sizes", [(3, 5), (200, 200), (70_000, 70_000)])
def test_two_codes_become_one_that_fits(sizes):
    first, second = np.array([0, sizes[0] - 1]), np.array([sizes[1] - 1, sizes[1] - 1])
    first, second = (one.astype(np.min_scalar_type(max(sizes))) for one in (first, second))

    both = paired(first, second, sizes)

    assert both.tolist() == [sizes[1] - 1, sizes[0] * sizes[1] - 1]


@pytest.mark.parametrize("dense", [True, False])
def test_the_confusion_counts_as_a_loop_does(dense, monkeypatch):
    """The two most confused of five classes, against pairs counted one by one."""
    monkeypatch.setattr("engine.crossfilter.DENSE", 1_000 if dense else 0)
    rng = np.random.default_rng(0)
    given, suggested = rng.integers(0, 6, size=(2, 400)).astype(np.uint8)  # 5 = none
    filtered, selected = rng.random((2, 400)) < 0.7
    selected &= filtered

    found = confusion(given, suggested, 5, filtered=filtered, selected=selected, most=2)

    def rows(mask, down, across):
        pairs = zip(given[mask].tolist(), suggested[mask].tolist(), strict=True)
        return sum(pair == (down, across) for pair in pairs)

    apart = {
        one: sum(rows(filtered, one, x) + rows(filtered, x, one) for x in range(5) if x != one)
        for one in range(5)
    }
    assert found.classes.tolist() == sorted(sorted(apart, key=lambda x: (-apart[x], x))[:2])
    for (i, down), (j, across) in product(enumerate(found.classes), repeat=2):
        assert found.filtered[i, j] == rows(filtered, down, across)
        assert found.selected[i, j] == rows(selected, down, across)
    inside = found.filtered.sum() - np.trace(found.filtered)
    everywhere = sum(rows(filtered, a, b) for a, b in product(range(5), repeat=2) if a != b)
    assert found.elsewhere == everywhere - inside


def test_no_rows_are_no_confusion():
    none = np.zeros(3, dtype=bool)
    codes = np.array([0, 1, 2], dtype=np.uint8)

    found = confusion(codes, codes, 2, filtered=none, selected=None, most=12)

    assert found.filtered.tolist() == [[0, 0], [0, 0]]
    assert found.elsewhere == 0


def test_the_mean_of_a_group_scatters_as_the_formula_says():
    """Against groups drawn at random: about one table in twenty has any group beyond chance."""
    rng = np.random.default_rng(0)
    values = rng.beta(1, 3, size=400)
    flagged = sum(
        bool(group_means(rng.permutation(np.repeat(np.arange(8), 50)), 8, values).differs.any())
        for _ in range(400)
    )

    assert 5 <= flagged <= 35  # 20 expected; beyond these once in 1,000 tries


def test_a_group_that_differs_is_found_and_only_that_one():
    rng = np.random.default_rng(1)
    codes = np.repeat(np.arange(5), 200)
    values = rng.normal(size=1_000)
    values[codes == 3] -= 1

    found = group_means(codes, 5, values)

    assert found.differs.tolist() == [0, 0, 0, -1, 0] or found.differs[3] == -1
    assert found.mean[3] == pytest.approx(values[codes == 3].mean())
    assert found.overall == pytest.approx(values.mean())


def test_a_shift_of_all_values_changes_no_verdict():
    """Sums of large numbers would lose the differences."""
    rng = np.random.default_rng(2)
    codes, values = rng.integers(0, 4, 300), rng.normal(size=300)

    near, far = (group_means(codes, 4, values + by).differs for by in (0, 1e9))

    assert near.tolist() == far.tolist()


@pytest.mark.parametrize(
    ("codes", "values"),
    [
        ([], []),
        ([0], [1.0]),
        ([0, 0, 0, 0, 0, 0], [1.0] * 6),
        ([0, 0, 1, 1], [np.nan] * 4),
        ([0, 1, 1, 1, 1, 1, 1], [9.0, 0, 0, 0, 0, 0, 0]),
        ([0] * 10, list(range(10))),
    ],
)
def test_what_cannot_be_told_differs_nowhere(codes, values):
    """No rows, one, all alike, no score, fewer than five, one group that is everything."""
    found = group_means(np.array(codes, dtype=np.int64), 3, np.array(values, dtype=np.float32))

    assert found.differs[[0, 2]].tolist() == [0, 0]
    assert np.isnan(found.mean[2])


def test_a_table_of_groups_by_hand():
    codes = np.array([0, 0, 0, 1, 1, 2])
    rows = np.array([1, 1, 1, 1, 1, 0], dtype=bool)
    given, suggested = np.array([0, 0, 2, 1, 1, 1]), np.array([1, 0, 1, 0, 2, 0])  # 2 = none

    found = group_table(
        codes,
        4,
        rows=rows,
        given=given,
        suggested=suggested,
        classes=2,
        wrong=np.array([0, 1, 0, 1, 1, 1], dtype=bool),
        values=None,
    )

    assert found.rows.tolist() == [3, 2, 0, 0]
    assert found.suspected.tolist() == [1, 1, 0, 0]
    assert found.found.tolist() == [1, 2, 0, 0]
    assert found.share[:2].tolist() == [1 / 3, 1 / 2]
    assert np.isnan(found.share[2:]).all()
