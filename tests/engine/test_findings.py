"""What is said about a dataset as a whole, on data whose faults are planted."""

from dataclasses import replace

import numpy as np
import pytest

from engine.findings import findings_of, told
from engine.inputs import Evidence
from index.search import build_graph
from store.dataset import Dataset
from store.errors import Cancelled
from tests.blobs import blobs, copies, dataset_of, muddle, strangers


def evidence_about(dataset: Dataset, confidence: np.ndarray | None = None) -> Evidence:
    """With a graph, and two-class probabilities where a confidence in class 0 is given."""
    if confidence is not None:
        probs = np.stack([confidence, 1 - confidence], axis=1).astype(np.float32)
        dataset = replace(dataset, pred_probs=probs)
    assert dataset.embeddings is not None
    return Evidence(dataset, build_graph(dataset.embeddings, k=15))


def test_nothing_is_flagged_where_nothing_is_wrong():
    """Three clouds in mixed order, classes of one size."""
    found = findings_of(evidence_about(blobs()))

    assert found.order_p > 0.05
    assert (found.ordered, found.imbalanced, found.group_underperforms) == (False, False, False)
    assert (found.rarest, found.rarest_share, found.classes) == ("class-0", 1 / 3, 3)
    assert found.duplicate_sets == 0
    assert found.spurious == ()


def test_sorted_rows_are_not_in_random_order():
    """The same rows by class."""
    dataset = blobs()
    order = np.argsort(dataset.labels, kind="stable")
    found = findings_of(
        evidence_about(dataset_of(dataset.embeddings[order], dataset.labels[order]))
    )

    assert found.ordered
    assert ("The order of the rows says what they are like", True) in [
        (sentence.split(" (")[0], problem) for sentence, problem in told(found)
    ]


def test_copies_are_counted_in_sets_and_rows():
    """20 pairs among 300."""
    found = findings_of(evidence_about(copies()[0]))

    assert (found.duplicate_sets, found.duplicate_rows) == (20, 40)


def test_strangers_are_outliers():
    """15 were planted; the rule finds them and hardly anybody else."""
    dataset, guilty = strangers()

    assert guilty.sum() <= findings_of(evidence_about(dataset)).outliers <= guilty.sum() + 10


@pytest.mark.parametrize(("members", "flagged"), [(4, True), (20, False)])
def test_a_class_is_flagged_below_a_tenth_of_an_even_share(members, flagged):
    """4 and 20 of 100 rows against a limit of .1 / 2."""
    labels = np.arange(100) >= 100 - members
    found = findings_of(Evidence(dataset_of(np.eye(100)[:, :50] + 1, labels)))

    assert found.imbalanced is flagged
    assert found.rarest == "class-1"
    assert found.rarest_share == pytest.approx(members / 100)


def test_the_worst_group_is_the_muddled_one():
    """Confidence .05 in the fourth cloud, .95 in the others: a ratio of .05 / .77."""
    dataset, guilty = muddle()
    plain = dataset_of(np.array(dataset.embeddings), np.zeros(300, dtype=int), c=2)
    found = findings_of(evidence_about(plain, np.where(guilty, 0.05, 0.95)))

    np.testing.assert_array_equal(found.worst_group, np.flatnonzero(guilty))
    assert found.worst_ratio == pytest.approx(0.05 / (0.8 * 0.95 + 0.2 * 0.05), abs=1e-4)
    assert found.group_underperforms


def test_without_embeddings_and_labels_it_says_what_it_can():
    """Neither graph nor labels: nothing is flagged, nothing fails."""
    bare = replace(dataset_of(np.eye(3), [-1, -1, -1], c=2), embeddings=None)
    found = findings_of(Evidence(bare))

    assert np.isnan(found.order_p)
    assert (found.rarest, found.outliers, found.duplicate_sets) == (None, -1, -1)
    assert told(found) == ()


def test_a_handful_of_rows():
    """n = 1 and 2."""
    for n in (1, 2):
        found = findings_of(evidence_about(dataset_of(np.eye(3)[:n], [0, 1][:n])))

        assert not found.ordered
        assert len(found.worst_group) == 0


def test_a_label_that_is_how_dark_the_picture_is():
    """Class 0 dark, class 1 light, nothing else in the pictures."""
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    images = (labels * 150)[:, None, None] + rng.integers(0, 60, (60, 8, 8))
    dataset = replace(dataset_of(rng.normal(size=(60, 4)), labels), images=images.astype(np.uint8))
    found = findings_of(Evidence(dataset))

    flagged = {one.name for one in found.spurious if one.flagged}
    assert {"dark", "light"} <= flagged
    assert "grayscale" not in flagged
    assert any("how dark a picture is" in sentence for sentence, _ in told(found))


def test_it_can_be_cancelled():
    """Whoever listens may raise."""

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "order of the rows":
            raise Cancelled(stage)

    with pytest.raises(Cancelled):
        findings_of(evidence_about(blobs()), progress=stop)
