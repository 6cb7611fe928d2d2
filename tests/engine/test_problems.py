"""Of every kind of problem the rows that are suspected and what became of them, by hand."""

from dataclasses import replace

import numpy as np

from engine.copies import content_sets
from engine.findings import findings_of
from engine.inputs import Evidence
from engine.problems import suspects_of, tallied
from engine.queueing import default_queue
from store.decisions import decide
from store.ledger import Ledger
from tests.blobs import copies, dataset_of, strangers
from tests.engine.test_findings import evidence_about
from tests.retrieval_sets import made_retrieval


def of(problems, kind):
    """The one of a kind."""
    (found,) = [one for one in problems if one.kind == kind]
    return found


def test_suspected_labels_are_rows_whose_suggestion_differs():
    """The model contradicts rows 1 and 2; row 3 has no label. Row 1 was relabelled, row 0 kept."""
    pred_probs = np.array([[0.9, 0.1]] * 4, dtype=np.float32)
    dataset = replace(dataset_of(np.eye(4), [0, 1, 1, -1]), pred_probs=pred_probs)
    queue = default_queue([], Evidence(dataset))
    suspects = suspects_of(dataset, content_sets(dataset.content), queue=queue)
    ledger = Ledger(dataset)
    before = of(tallied(suspects, ledger.codes), "label error")
    ledger.follow(
        [
            decide(dataset, [1], "relabel", reviewer="ann", label=dataset.classes[0]),
            decide(dataset, [0], "keep", reviewer="ann"),
        ]
    )
    after = of(tallied(suspects, ledger.codes), "label error")

    assert suspects["label error"].tolist() == [1, 2]
    assert (before.checked, before.found, before.share) == (0, 0, None)
    assert (after.checked, after.found, after.share.middle) == (1, 1, 1.0)


def test_kinds_that_nobody_could_look_for_are_not_there():
    """No list, no neighbours: an empty kind would say that there is none."""
    dataset = dataset_of(np.eye(3), [0, 1, -1])
    suspects = suspects_of(dataset, content_sets(dataset.content))

    assert set(suspects) == {"contradiction", "exact copy", "small class", "unlabelled"}
    assert suspects["small class"].tolist() == [0, 1]
    assert suspects["unlabelled"].tolist() == [2]


def test_a_class_of_five_is_not_small():
    """Four are; a class without rows names no row."""
    dataset = dataset_of(np.eye(9), [0] * 5 + [1] * 4, c=3)

    assert suspects_of(dataset, content_sets(dataset.content))["small class"].tolist() == [
        5,
        6,
        7,
        8,
    ]


def test_a_skip_checks_nothing_and_a_copy_is_found_by_dropping_it():
    """Three copies: one kept, one dropped, one skipped; the relabelled one is no copy found."""
    dataset = dataset_of(np.eye(4), [0, 0, 0, 1])
    dataset = replace(dataset, content=dataset.content[[0, 0, 0, 0]])
    ledger = Ledger(dataset)
    ledger.follow(
        [
            decide(dataset, [0], "keep", reviewer="ann"),
            decide(dataset, [1], "drop", reviewer="ann"),
            decide(dataset, [2], "skip", reviewer="ann"),
            decide(dataset, [3], "relabel", reviewer="ann", label="class-0"),
        ]
    )
    problems = tallied(suspects_of(dataset, content_sets(dataset.content)), ledger.codes)

    copied, differing = of(problems, "exact copy"), of(problems, "contradiction")
    assert (len(copied.rows), copied.checked, copied.found) == (4, 3, 1)
    assert (len(differing.rows), differing.checked, differing.found) == (4, 3, 2)


def test_near_duplicates_and_outliers_are_those_that_were_planted():
    """20 pairs of copies; 15 strangers and hardly anybody else."""
    dataset, guilty = copies()
    found = findings_of(evidence_about(dataset))
    suspects = suspects_of(dataset, content_sets(dataset.content), findings=found)
    assert suspects["near duplicate"].tolist() == np.flatnonzero(guilty).tolist()
    assert found.duplicate_set[:20].tolist() == found.duplicate_set[20:40].tolist()

    dataset, guilty = strangers()
    found = findings_of(evidence_about(dataset))
    outliers = suspects_of(dataset, content_sets(dataset.content), findings=found)["outlier"]
    assert set(np.flatnonzero(guilty)) <= set(outliers.tolist())
    assert len(outliers) == found.outliers


def test_of_pairs_there_are_missing_positives_and_known_answers():
    """Those that the list names, and twins of judged positives; nothing of examples."""
    dataset = made_retrieval(6, 40).dataset()
    strata = np.where(np.arange(len(dataset)) % 7 == 0, 0, 1).astype(np.int8)
    sets = np.full(len(dataset), -1)

    suspects = suspects_of(dataset, sets, strata=strata)
    assert set(suspects) == {"missing positive", "known answer"}
    assert suspects["missing positive"].tolist() == list(range(0, len(dataset), 7))
    assert suspects["known answer"].tolist() == np.flatnonzero(dataset.pairs.twin >= 0).tolist()
    assert set(suspects_of(dataset, sets)) == {"known answer"}
