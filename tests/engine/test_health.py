"""Facts about a dataset, counted by hand."""

from dataclasses import replace

import numpy as np

from engine.health import ClassCount, Suspected, class_balance, health, suspected_labels
from engine.inputs import Evidence
from engine.queueing import default_queue
from store.decisions import decide
from store.verdicts import apply_verdicts
from tests.blobs import dataset_of


def test_class_balance_counts_given_labels():
    """Two a, one b, no c; the unlabelled row is nobody's."""
    dataset = dataset_of(np.eye(4), [0, 0, 1, -1], c=3)

    assert class_balance(dataset) == (
        ClassCount("class-0", 2, 2 / 3),
        ClassCount("class-1", 1, 1 / 3),
        ClassCount("class-2", 0, 0.0),
    )


def test_health_of_a_small_dataset():
    """Six and two rows of two classes, one row without a label, an empty class."""
    facts = health(dataset_of(np.eye(9), [0] * 6 + [1] * 2 + [-1], c=3))

    assert (facts.rows, facts.labelled, facts.unlabelled, facts.classes) == (9, 8, 1, 3)
    assert [one.name for one in facts.few] == ["class-2", "class-1"]
    assert facts.imbalance == 3.0
    assert (facts.repeated, facts.contradicting) == (0, 0)


def test_equal_contents_are_repetitions_and_with_other_labels_contradictions():
    """Rows 0 1 2 are one content, twice labelled a, once b; 3 4 5 another, b, b and unlabelled."""
    dataset = dataset_of(np.eye(6), [0, 0, 1, 1, 1, -1])
    content = dataset.content[[0, 0, 0, 3, 3, 3]]

    facts = health(replace(dataset, content=content))

    assert facts.repeated == 4
    assert facts.contradicting == 3


def test_suspected_are_rows_whose_suggestion_differs():
    """The model contradicts rows 1 and 2; row 3 has no label. Row 1 was relabelled, row 0 kept."""
    pred_probs = np.array([[0.9, 0.1]] * 4, dtype=np.float32)
    dataset = replace(dataset_of(np.eye(4), [0, 1, 1, -1]), pred_probs=pred_probs)
    name = dataset.classes[0]
    decisions = [
        decide(dataset, [1], "relabel", reviewer="ann", label=name),
        decide(dataset, [0], "keep", reviewer="ann"),
    ]
    queue = default_queue([], Evidence(dataset))
    before = suspected_labels(dataset, queue, apply_verdicts(dataset, []))
    after = suspected_labels(dataset, queue, apply_verdicts(dataset, decisions))

    assert before == Suspected(rows=2, checked=0, found=0)
    assert after == Suspected(rows=2, checked=1, found=1)


def test_a_dataset_without_labels_has_no_imbalance():
    """nan, not 0."""
    assert np.isnan(health(dataset_of(np.eye(2), [-1, -1], c=1)).imbalance)
