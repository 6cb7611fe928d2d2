"""The report of confident learning: from disk as in memory, bounded memory, true numbers."""

import functools
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.confident import confident_report
from engine.evaluate import auroc, average_precision
from engine.kernels import mapped
from engine.kernels.blocks import row_blocks
from engine.kernels.confident import FILTERS, flag_errors, read_confident
from engine.run import run
from engine.scorers import all_scorers
from store.errors import Cancelled, UserError
from tests.digits import noisy_digits
from tests.shared_data import label_errors

SCORERS = all_scorers()


@pytest.fixture(scope="module")
def problem() -> tuple[np.ndarray, np.ndarray]:
    """3,000 rows of 12 classes, a tenth of the labels wrong, five rows without one."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 12, 3_000)
    logits = rng.normal(size=(3_000, 12)) * 1.5
    logits[np.arange(3_000), truth] += 3
    pred_probs = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = np.where(rng.random(3_000) < 0.1, rng.integers(0, 12, 3_000), truth)
    labels[:5] = -1
    return pred_probs.astype(np.float32), labels


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 170 rows, so that a table of 3,000 has 18 of them."""

    def blocks(n: int, *, columns: int):
        return row_blocks(n, columns=columns * 128, megabytes=1)

    monkeypatch.setattr(mapped, "row_blocks", blocks)


@pytest.mark.parametrize("filter", FILTERS)
def test_from_disk_and_in_memory_the_same_rows_are_flagged(filter, problem, tmp_path, small_blocks):
    """In 18 blocks off a mapped file, or in one piece: flags, order and estimates are equal."""
    pred_probs, labels = problem
    np.save(tmp_path / "pred_probs.npy", pred_probs)
    on_disk = np.load(tmp_path / "pred_probs.npy", mmap_mode="r")
    whole = read_confident(pred_probs, labels)
    report = confident_report(on_disk, labels, filter=filter)

    expected = np.flatnonzero(flag_errors(whole, pred_probs, filter))
    assert len(expected) > 100
    assert sorted(report.flagged) == expected.tolist()
    assert (np.diff(whole.margin[report.flagged]) >= 0).all()
    np.testing.assert_array_equal(report.thresholds, whole.thresholds)
    np.testing.assert_array_equal(on_disk, pred_probs)


def test_the_order_of_the_table_in_memory_does_not_matter(problem, small_blocks):
    """Columns first, half precision, a slice of something wider: copied block by block."""
    pred_probs, labels = problem
    expected = confident_report(pred_probs, labels).flagged
    wider = np.concatenate([pred_probs, pred_probs], axis=1)

    for same in (np.asfortranarray(pred_probs), wider[:, :12], pred_probs[::-1][::-1]):
        np.testing.assert_array_equal(confident_report(same, labels).flagged, expected)
    half = pred_probs.astype(np.float16)
    np.testing.assert_array_equal(
        confident_report(half, labels).flagged,
        confident_report(half.astype(np.float32), labels).flagged,
    )


def test_the_numbers_of_the_report_belong_together(problem):
    """Joint, errors and matrices are readings of one count; the scorer flags the same rows."""
    pred_probs, labels = problem
    report = confident_report(pred_probs, labels)

    assert report.rows == 2_995
    assert report.joint.sum() == pytest.approx(1)
    np.testing.assert_allclose(report.joint.sum(axis=1) * 2_995, np.bincount(labels[5:]))
    assert report.errors.sum() == report.issues_calibrated
    assert np.diagonal(report.errors).sum() == 0
    for matrix in (report.noise_matrix, report.inverse_noise_matrix):
        np.testing.assert_allclose(matrix.sum(axis=0), 1)
    assert report.prior.sum() == pytest.approx(1)
    assert (report.suggestion != labels[report.flagged]).mean() > 0.95
    assert (report.flagged >= 5).all()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_pages_that_were_read_are_given_back(problem, tmp_path, monkeypatch):
    """After a report in blocks of 1 MB, next to nothing of the mapped file is in the process."""
    monkeypatch.setattr(mapped, "row_blocks", functools.partial(row_blocks, megabytes=1))
    pred_probs, labels = (part.repeat(40, axis=0) for part in problem)
    np.save(tmp_path / "pred_probs.npy", pred_probs)
    on_disk = np.load(tmp_path / "pred_probs.npy", mmap_mode="r")

    assert on_disk.sum() > 0
    assert resident(tmp_path / "pred_probs.npy") > 4_000
    confident_report(on_disk, labels)
    assert resident(tmp_path / "pred_probs.npy") < 400


def resident(path: Path) -> int:
    """Kilobytes of a mapped file that this process holds."""
    lines = iter(Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines())
    held = 0
    for line in lines:
        if line.endswith(str(path)):
            held += int(next(one for one in lines if one.startswith("Rss:")).split()[1])
    return held


def test_it_reports_progress_and_can_be_cancelled(problem, small_blocks):
    """Every block of every pass is told, and the first word to stop it is heard."""
    told = []
    confident_report(*problem, progress=lambda *words: told.append(words))

    assert {words[0] for words in told} == {"confident learning"}
    assert {words[2] for words in told} == {3_000}
    assert sum(words[1] == 3_000 for words in told) == 3

    def stop(stage: str, done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        confident_report(*problem, progress=stop)


def test_what_cannot_be_compared_is_refused(problem):
    """Shapes that differ, a label without a column, nothing labelled."""
    pred_probs, labels = problem
    with pytest.raises(UserError, match="same rows"):
        confident_report(pred_probs, labels[1:])
    with pytest.raises(UserError, match=r"0 to 11|-1 to 11"):
        confident_report(pred_probs[:, :4], labels)
    with pytest.raises(UserError, match="No row has both"):
        confident_report(pred_probs, np.full(3_000, -1))


@pytest.mark.parametrize(
    ("kind", "filter", "count", "precision", "recall", "f1"),
    [
        ("symmetric", "prune_by_noise_rate", 329, 0.954, 0.875, 0.913),
        ("symmetric", "prune_by_class", 353, 0.943, 0.928, 0.935),
        ("symmetric", "both", 312, 0.978, 0.850, 0.909),
        ("symmetric", "confident_learning", 276, 0.978, 0.752, 0.850),
        ("symmetric", "predicted_neq_given", 431, 0.828, 0.994, 0.904),
        ("asymmetric", "prune_by_noise_rate", 392, 0.847, 0.925, 0.884),
        ("asymmetric", "prune_by_class", 400, 0.775, 0.864, 0.817),
        ("asymmetric", "both", 353, 0.867, 0.852, 0.860),
        ("asymmetric", "confident_learning", 306, 0.866, 0.738, 0.797),
        ("asymmetric", "predicted_neq_given", 495, 0.697, 0.961, 0.808),
    ],
)
def test_flags_on_the_noisy_digits(kind, filter, count, precision, recall, f1):
    """The published table, up to three rows.

    LogisticRegression stops where it likes, and cleanlab rounds equal cells as its sort has them.
    """
    noisy = noisy_digits()[kind]
    dataset = noisy.given.dataset
    flagged = confident_report(dataset.pred_probs, dataset.labels, filter=filter).flagged
    hits = noisy.wrong[flagged].sum()

    assert len(flagged) == pytest.approx(count, abs=3)
    assert hits / len(flagged) == pytest.approx(precision, abs=6e-3)
    assert hits / noisy.wrong.sum() == pytest.approx(recall, abs=6e-3)
    assert 2 * hits / (len(flagged) + noisy.wrong.sum()) == pytest.approx(f1, abs=6e-3)


@pytest.mark.parametrize(
    ("kind", "area", "precision"),
    [("symmetric", 0.9959, 0.9851), ("asymmetric", 0.9308, 0.7220)],
)
def test_confidence_weighted_entropy_on_the_noisy_digits(kind, area, precision):
    """The published table."""
    noisy = noisy_digits()[kind]
    score = run(SCORERS["confidence_weighted_entropy"], noisy.given, device="cpu")

    assert auroc(score.suspicion, noisy.wrong) == pytest.approx(area, abs=2e-3)
    found = average_precision(score.suspicion, noisy.wrong)
    assert found == pytest.approx(precision, abs=2e-3)


def test_the_posterior_finds_errors_that_have_a_direction():
    """Every wrong digit is given as the next class: .98 of average precision instead of .83."""
    noisy = noisy_digits()["asymmetric"]
    found = [
        average_precision(run(SCORERS[name], noisy.given, device="cpu").suspicion, noisy.wrong)
        for name in ("self_confidence", "noise_posterior")
    ]

    assert found[0] < 0.85
    assert found[1] > 0.97


@pytest.mark.parametrize(
    ("name", "filter", "count", "covered"),
    [
        ("mnist", "prune_by_noise_rate", 15, 7),
        ("mnist", "predicted_neq_given", 87, 15),
        ("cifar10", "prune_by_noise_rate", 284, 49),
        ("cifar10", "prune_by_class", 284, 46),
        ("cifar10", "both", 226, 44),
        ("cifar10", "confident_learning", 244, 48),
        ("cifar10", "predicted_neq_given", 706, 54),
        ("20news", "prune_by_noise_rate", 95, 55),
    ],
)
def test_flags_on_test_sets_that_people_checked(name, filter, count, covered):
    """Rows flagged and confirmed errors among them: released probabilities, cleanlab 2.9."""
    known = label_errors(name)
    flagged = confident_report(known["pyx"], known["given"], filter=filter).flagged

    assert len(flagged) == count
    assert np.isin(known["errors"], flagged).sum() == covered


def test_the_first_275_of_cifar_by_margin_hold_all_54_confirmed_errors():
    """As in the paper's list for review."""
    known = label_errors("cifar10")
    margin = read_confident(known["pyx"], known["given"]).margin

    assert np.isin(known["errors"], np.argsort(margin, kind="stable")[:275]).sum() == 54


def test_rows_beyond_the_largest_input_that_is_copied_are_flagged_alike(problem, monkeypatch):
    """The scorer off a shared table flags what the report flags."""
    noisy = noisy_digits()["symmetric"].given
    monkeypatch.setattr("engine.run.SHARED_BYTES", 0)
    score = run(SCORERS["confident_learning"], replace(noisy), device="cpu")
    report = confident_report(noisy.dataset.pred_probs, noisy.dataset.labels)

    assert np.flatnonzero(score.values < 0).tolist() == sorted(report.flagged)
    np.testing.assert_array_equal(score.ranking()[: len(report.flagged)], report.flagged)
