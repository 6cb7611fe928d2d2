"""Sets of equal rows, against a dictionary that knows every content by name."""

from collections import Counter, defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.copies import content_sets, contradicting, surely_wrong, surplus

ROWS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(-1, 3), st.booleans()), min_size=1, max_size=40
)


def contents(names: list[int]) -> np.ndarray:
    """16 bytes each; those of two names differ in one half only."""
    found = np.zeros((len(names), 16), dtype=np.uint8)
    for row, name in enumerate(names):
        found[row, name % 16 if name % 2 else 15 - name] = 1 + name
    return found


@given(ROWS)
def test_sets_are_those_of_a_dictionary(rows):
    """Alone is -1; together is the same number, apart another one; numbers have no gaps."""
    names = [name for name, _, _ in rows]
    sets = content_sets(contents(names))
    many = Counter(names)

    assert [one == -1 for one in sets] == [many[name] == 1 for name in names]
    number_of = {name: one for name, one in zip(names, sets.tolist(), strict=True) if one >= 0}
    assert sorted(number_of.values()) == list(range(len(number_of)))
    assert all(
        one == number_of.get(name, -1) for name, one in zip(names, sets.tolist(), strict=True)
    )


@given(ROWS)
def test_what_is_counted_of_sets_is_what_a_person_would_count(rows):
    """Surplus, contradictions and labels that must be wrong, set by set."""
    names = [name for name, _, _ in rows]
    labels = np.array([label for _, label, _ in rows])
    out = np.array([gone for _, _, gone in rows])
    sets = content_sets(contents(names))
    members = defaultdict(list)
    for row, name in enumerate(names):
        members[name].append(row)
    several = [group for group in members.values() if len(group) > 1]
    staying = [sum(not out[row] for row in group) for group in several]
    labelled = [[row for row in group if labels[row] >= 0] for group in several]
    differing = [group for group in labelled if len({labels[row] for row in group}) > 1]

    assert surplus(sets, out) == sum(max(many - 1, 0) for many in staying)
    assert contradicting(sets, labels).tolist() == sorted(
        row for group in differing for row in group
    )
    assert surely_wrong(sets, labels) == sum(
        len(group) - max(Counter(labels[row] for row in group).values()) for group in differing
    )


def test_a_half_of_the_hash_is_not_enough():
    """The same first eight bytes, other last ones."""
    content = np.zeros((2, 16), dtype=np.uint8)
    content[1, 15] = 1

    assert content_sets(content).tolist() == [-1, -1]


def test_one_row_is_alone():
    """n = 1."""
    sets = content_sets(np.zeros((1, 16), dtype=np.uint8))

    assert sets.tolist() == [-1]
    assert surplus(sets, np.zeros(1, dtype=bool)) == 0
    assert contradicting(sets, np.zeros(1, dtype=np.int64)).tolist() == []
    assert surely_wrong(sets, np.zeros(1, dtype=np.int64)) == 0
