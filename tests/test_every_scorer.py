"""One suite that runs every scorer in the folder on awkward data: what a scorer promises."""

import doctest
import sys

import numpy as np
import pytest
import torch

from engine.contract import Score, Scorer
from engine.evaluate import auroc
from engine.inputs import Evidence
from engine.run import run
from engine.scorers import all_scorers
from tests.blobs import PLANTED, blobs, dataset_of, evidence_of, permuted

SCORERS = {name: scorer for name, scorer in all_scorers().items() if scorer.unit == "example"}
every_scorer = pytest.mark.parametrize("scorer", SCORERS.values(), ids=SCORERS.keys())
of_either_unit = pytest.mark.parametrize("scorer", all_scorers().values(), ids=all_scorers().keys())


@pytest.fixture(scope="module")
def evidence() -> dict[str, Evidence]:
    """Evidence about every kind of awkward data, built once."""
    rng = np.random.default_rng(0)
    few = rng.normal(size=(10, 8))
    return {
        "ordinary": evidence_of(blobs()),
        "some unlabelled": evidence_of(blobs(unlabelled=40)),
        "no labels": evidence_of(dataset_of(rng.normal(size=(40, 8)), [-1] * 40, c=3)),
        "one class": evidence_of(dataset_of(rng.normal(size=(60, 8)), [0] * 60)),
        "two classes": evidence_of(blobs(60, 2)),
        "a class of one": evidence_of(dataset_of(rng.normal(size=(31, 8)), [0, 1] * 15 + [2])),
        "an empty class": evidence_of(dataset_of(rng.normal(size=(40, 8)), [0, 2] * 20, c=4)),
        "exact duplicates": evidence_of(dataset_of(few.repeat(30, axis=0), [0, 1, 2] * 100)),
        "all but equal": evidence_of(dataset_of(1 + few[:1] * [[1e-6]] * np.eye(8), [0, 1] * 4)),
        "zero vectors": evidence_of(dataset_of(few * (np.arange(10) > 4)[:, None], [0, 1] * 5)),
        "negative": evidence_of(dataset_of(-np.abs(rng.normal(size=(60, 8))), [0, 1, 2] * 20)),
        "k > n": evidence_of(dataset_of(few[:5], [0, 1, 0, 1, 0])),
        "n = 2": evidence_of(dataset_of(few[:2], [0, 1])),
        "n = 1": evidence_of(dataset_of(few[:1], [0])),
    }


CASES = (
    "ordinary", "some unlabelled", "no labels", "one class", "two classes", "a class of one",
    "an empty class", "exact duplicates", "all but equal", "zero vectors", "negative", "k > n",
    "n = 2", "n = 1",
)  # fmt: skip


def assert_same(expected: Score, actual: Score, order: np.ndarray | slice = slice(None)) -> None:
    """Values and suggestions are the same to the last bit."""
    np.testing.assert_array_equal(expected.values[order], actual.values)
    if expected.suggestion is not None:
        np.testing.assert_array_equal(expected.suggestion[order], actual.suggestion)


@every_scorer
def test_the_declared_end_finds_what_was_planted(scorer: Scorer):
    """Guilty rows lie towards the declared end: AUROC > 0.8 on planted problems of its kind."""
    assert scorer.finds in PLANTED, f"teach tests/blobs.py to plant a {scorer.finds!r}"
    dataset, guilty = PLANTED[scorer.finds]()

    score = run(scorer, evidence_of(dataset), device="cpu")

    assert auroc(score.suspicion, guilty) > 0.8


@every_scorer
@pytest.mark.parametrize("case", CASES)
def test_awkward_data_gives_values_in_range_or_nan(scorer: Scorer, case: str, evidence):
    """`run` refuses values out of range, infinite or of another shape; n values come back."""
    score = run(scorer, evidence[case], device="cpu")

    assert (len(evidence[case].dataset),) == score.values.shape
    assert np.float32 == score.values.dtype


@every_scorer
@pytest.mark.parametrize("case", ["ordinary", "two classes", "exact duplicates", "negative"])
def test_rows_with_everything_are_scored(scorer: Scorer, case: str, evidence):
    """Where labels, neighbours and a model are there, no value is missing.

    A missed class is a question to rows given the negative class only, here the largest one, and
    only to those that nobody vouched for where the scorer asks who did.
    """
    score = run(scorer, evidence[case], device="cpu")

    if scorer.finds == "missed class":
        labels, trusted = evidence[case].dataset.labels, evidence[case].trusted
        asked = labels == np.bincount(labels).argmax()
        asked &= (trusted < 0) | ("trusted_labels" not in scorer.inputs)
        assert (~np.isnan(score.values)).tolist() == asked.tolist()
        return
    assert not np.isnan(score.values).any()
    assert sorted(score.ranking()) == list(range(len(score.values)))


@every_scorer
def test_unlabelled_rows_have_no_label_error(scorer: Scorer, evidence):
    """A row without a label cannot be wrong about it: nan there, values everywhere else."""
    if scorer.finds != "label error":
        return
    score = run(scorer, evidence["some unlabelled"], device="cpu")

    assert np.isnan(score.values).tolist() == [True] * 40 + [False] * 260
    assert not np.isin(np.arange(40), score.ranking()).any()


@every_scorer
def test_permuted_rows_give_permuted_values(scorer: Scorer, evidence):
    """Row numbers carry no meaning, but to a scorer that asks for them."""
    if "positions" in scorer.inputs:
        return
    order = np.random.default_rng(0).permutation(300)
    for case in ("ordinary", "some unlabelled"):
        straight = run(scorer, evidence[case], device="cpu")
        mixed = run(scorer, permuted(evidence[case], order), device="cpu")

        assert_same(straight, mixed, order)


@every_scorer
def test_two_runs_are_equal_and_leave_the_evidence_alone(scorer: Scorer, evidence):
    """The same call gives the same values: nothing is random, nothing is changed on the way."""
    ordinary = evidence["ordinary"]
    before = [ordinary.graph.neighbours.copy(), ordinary.pred_probs.copy()]

    assert_same(run(scorer, ordinary, device="cpu"), run(scorer, ordinary, device="cpu"))
    np.testing.assert_array_equal(before[0], ordinary.graph.neighbours)
    np.testing.assert_array_equal(before[1], ordinary.pred_probs)


@every_scorer
def test_equal_rows_get_equal_values(scorer: Scorer):
    """Ties stay ties: two rows that no input can tell apart have one value."""
    if "positions" in scorer.inputs:
        return
    vectors = np.repeat(np.eye(4), 20, axis=0)
    score = run(scorer, evidence_of(dataset_of(vectors, [0] * 40 + [1] * 40)), device="cpu")

    alike = score.values[:20][~np.isnan(score.values[:20])]

    # Training folds differ from row to row, so a head's values agree only as far as heads do.
    # Margins are as large as logits get, so what may differ goes by their size.
    assert len(alike) > 0
    assert np.ptp(alike) < 0.05 * max(1, np.abs(alike).max())


@every_scorer
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA GPU on this machine")
def test_cpu_and_gpu_agree(scorer: Scorer, evidence):
    """The device changes the time, not the answer."""
    for case in CASES:
        cpu = run(scorer, evidence[case], device="cpu")
        gpu = run(scorer, evidence[case], device="cuda")

        np.testing.assert_allclose(cpu.values, gpu.values, atol=1e-5)


@of_either_unit
def test_the_declaration_is_complete(scorer: Scorer):
    """Title, source and cost are there, and the first paragraph fits a tooltip."""
    assert all((scorer.title, scorer.source, scorer.cost))
    assert 20 < len(scorer.summary) < 200
    assert scorer.name == scorer.function.__module__.rsplit(".", 1)[1]


@of_either_unit
def test_the_docstring_example_is_true(scorer: Scorer):
    """Every scorer shows numbers in its docstring, and they are what it returns."""
    names = vars(sys.modules[scorer.function.__module__])
    finder = doctest.DocTestFinder(recurse=False)
    [example] = finder.find(scorer.function, scorer.name, globs=dict(names))

    assert example.examples, f"{scorer.name} has no example in its docstring"
    assert doctest.DocTestRunner().run(example).failed == 0
