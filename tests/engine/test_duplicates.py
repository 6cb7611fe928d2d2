"""Groups of near duplicates: among some rows only, in an order worth reading."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.duplicates import duplicate_groups, groups_among
from engine.findings import findings_of
from engine.inputs import Evidence
from index.search import build_graph


def listed(found):
    """Rows, conflict and usual label of every group."""
    return [(one.rows.tolist(), one.conflict, one.usual) for one in found]


@settings(deadline=None)
@given(
    groups=st.lists(st.integers(-1, 4), max_size=30),
    meant=st.lists(st.booleans(), min_size=30, max_size=30),
    labels=st.lists(st.integers(-1, 2), min_size=30, max_size=30),
)
def test_groups_among_some_rows_are_what_a_loop_finds(groups, meant, labels):
    """Two rows at least, conflicts first, then the largest, then the first in the table."""
    n = len(groups)
    expected = []
    for group in range(5):
        rows = [row for row in range(n) if groups[row] == group and meant[row]]
        if len(rows) < 2:
            continue
        known = [labels[row] for row in rows if labels[row] >= 0]
        counts = sorted(((known.count(one), one) for one in set(known)), reverse=True)
        clear = len(counts) == 1 or (len(counts) > 1 and counts[0][0] > counts[1][0])
        expected.append((rows, len(counts) > 1, counts[0][1] if clear else -1))
    expected.sort(key=lambda one: (not one[1], -len(one[0]), one[0][0]))
    arrays = np.array(groups, dtype=np.int64), np.array(meant[:n], dtype=bool)

    assert listed(groups_among(*arrays, np.array(labels[:n], dtype=np.int64))) == expected


def test_copies_are_found_as_the_findings_count_them(make_dataset):
    """Two copies of one row and one of another, among rows that are far apart."""
    embeddings = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
    embeddings[10] = embeddings[20] = embeddings[3]
    embeddings[41] = embeddings[40]
    dataset = make_dataset(["a", "b"] * 30, embeddings=embeddings)
    graph = build_graph(embeddings, k=10)
    groups = duplicate_groups(graph)
    found = groups_among(groups, np.ones(60, dtype=bool), dataset.labels)

    assert listed(found) == [([3, 10, 20], True, 0), ([40, 41], True, -1)]
    findings = findings_of(Evidence(dataset, graph, None, None, None))
    assert (findings.duplicate_sets, findings.duplicate_rows) == (2, 5)
