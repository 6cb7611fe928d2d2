"""Running one scorer: what is asked for is checked, and so is what comes back."""

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.contract import Scorer, scorer
from engine.inputs import VOCABULARY, Evidence
from engine.run import run
from engine.scorers import all_scorers
from store.errors import UserError
from tests.blobs import blobs, dataset_of, evidence_of
from tests.retrieval_sets import made_retrieval, pair_evidence

SCORERS = all_scorers()


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    """30 rows of three classes with a graph of 15."""
    return evidence_of(blobs(30))


def returning(result: Any) -> Scorer:
    """A scorer that returns the same thing whatever it is given."""

    def broken(labels: Tensor, *, weight: float = 0.5, k: int = 1) -> Any:
        """A scorer for this test."""
        return result

    return scorer(
        title="Broken",
        finds="label error",
        review_first="lowest",
        range=(0.0, 1.0),
        cost="O(1)",
        source="nobody",
    )(broken)


def test_a_score_remembers_the_options_it_was_made_with(evidence: Evidence):
    """Those that were given and the defaults of the others."""
    assert run(SCORERS["neighbour_vote"], evidence, k=3).options == {"k": 3}
    assert run(SCORERS["neighbour_vote"], evidence).options == {"k": 10}


def test_a_missing_input_says_what_it_is_and_how_to_have_it():
    """No embeddings: no neighbours."""
    bare = Evidence(replace(blobs(30), embeddings=None))

    with pytest.raises(UserError, match=r"Neighbour vote needs .*neighbours.*--embeddings"):
        run(SCORERS["neighbour_vote"], bare)


def test_an_unknown_option_is_answered_with_the_known_ones(evidence: Evidence):
    """A typing error does not run with the default."""
    with pytest.raises(UserError, match=r"'neighbors'.*k=10"):
        run(SCORERS["neighbour_vote"], evidence, neighbors=3)


@pytest.mark.parametrize("wrong", ["ten", 2.5, True])
def test_an_option_of_another_kind_is_refused(evidence: Evidence, wrong: Any):
    """A number of neighbours is a whole number."""
    with pytest.raises(UserError, match="is not a int"):
        run(SCORERS["neighbour_vote"], evidence, k=wrong)


def test_a_whole_number_will_do_where_a_fraction_is_meant(evidence: Evidence):
    """weight=1 is weight=1.0."""
    score = run(returning(torch.zeros(30)), evidence, weight=1)

    assert score.options["weight"] == 1.0
    assert float is type(score.options["weight"])


@pytest.mark.parametrize("k", [0, -1])
def test_k_is_at_least_one(evidence: Evidence, k: int):
    """No neighbours, no vote."""
    with pytest.raises(UserError, match="smallest is 1"):
        run(SCORERS["neighbour_vote"], evidence, k=k)


def test_more_neighbours_than_the_graph_holds_are_refused(evidence: Evidence):
    """k = 16 cannot be read off a graph of 15: never a silent 15."""
    with pytest.raises(UserError, match=r"k=16.*15"):
        run(SCORERS["knn_distance"], evidence, k=16)


def test_more_epochs_than_were_trained_are_refused(evidence: Evidence):
    """The heads have 20 epochs."""
    with pytest.raises(UserError, match=r"epoch=21.*20"):
        run(SCORERS["el2n"], evidence, epoch=21)


def test_k_beyond_the_rows_means_all_of_them():
    """Four rows have three others each, and they are all in the graph."""
    few = evidence_of(dataset_of(np.eye(4), [0, 0, 1, 1]), k=3)

    more = run(SCORERS["knn_distance"], few, k=10)

    np.testing.assert_allclose(more.values, [1, 1, 1, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("result", "error"),
    [
        (np.zeros(30), TypeError),
        (torch.zeros(30, dtype=torch.int64), TypeError),
        (torch.zeros(29), ValueError),
        (torch.zeros(30, 1), ValueError),
        (torch.full((30,), 1.5), ValueError),
        (torch.full((30,), -0.5), ValueError),
        (torch.full((30,), torch.inf), ValueError),
        ((torch.zeros(30), torch.full((30,), 3)), ValueError),
        ((torch.zeros(30), torch.zeros(29, dtype=torch.int64)), ValueError),
    ],
)
def test_a_scorer_that_breaks_its_contract_is_a_bug(evidence: Evidence, result: Any, error: type):
    """Not floats, not one per row, out of range, infinite, a class there is not: no UserError."""
    with pytest.raises(error, match="broken"):
        run(returning(result), evidence)


def test_nan_is_no_breach(evidence: Evidence):
    """Missing is nan."""
    assert np.isnan(run(returning(torch.full((30,), torch.nan)), evidence).values).all()


def test_a_scorer_that_writes_on_its_inputs_does_not_reach_the_evidence():
    """It works on a copy."""

    def vandal(labels: Tensor) -> Tensor:
        """Overwrites what it was given."""
        return labels.fill_(0).to(torch.float32)

    declared = scorer(
        title="Vandal",
        finds="label error",
        review_first="lowest",
        range=(0.0, 1.0),
        cost="O(n)",
        source="nobody",
    )(vandal)
    evidence = Evidence(dataset_of(np.eye(3), [0, 1, 2]))

    run(declared, evidence)

    assert evidence.dataset.labels.tolist() == [0, 1, 2]


MADE_ANEW = ("positions", "system_ranks", "settled_relevance")
"""Inputs that are made at every look, so that there is nothing to share."""


@pytest.mark.parametrize("name", SCORERS)
def test_a_large_input_is_not_copied_and_no_scorer_changes_it(
    evidence: Evidence, name: str, monkeypatch: pytest.MonkeyPatch
):
    """What the scorer sees lies where the evidence lies, and is the same afterwards."""
    if SCORERS[name].unit == "pair":
        evidence = pair_evidence(made_retrieval().dataset())
    monkeypatch.setattr("engine.run.SHARED_BYTES", 0)
    inputs = [VOCABULARY[word].fetch(evidence) for word in SCORERS[name].inputs]
    before = [np.array(array) for array in inputs]
    seen: list[int] = []

    def watch(*tensors: Tensor, **options: Any) -> Any:
        seen.extend(tensor.data_ptr() for tensor in tensors)
        return SCORERS[name].function(*tensors, **options)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shared = run(replace(SCORERS[name], function=watch), evidence, device="cpu")
    monkeypatch.undo()

    for word, array, address, was in zip(SCORERS[name].inputs, inputs, seen, before, strict=True):
        np.testing.assert_array_equal(array, was)
        kept = array.dtype in (np.float32, np.int64) and array.flags.c_contiguous
        assert (array.ctypes.data == address) == (kept and word not in MADE_ANEW)
    np.testing.assert_array_equal(shared.values, run(SCORERS[name], evidence, device="cpu").values)


def test_a_table_on_disk_is_read_where_it_lies(evidence: Evidence, tmp_path, monkeypatch):
    """Memory-mapped and read-only: the same values, and no warning."""
    np.save(tmp_path / "pred_probs.npy", evidence.pred_probs)
    on_disk = np.load(tmp_path / "pred_probs.npy", mmap_mode="r")
    mapped = replace(evidence, dataset=replace(evidence.dataset, pred_probs=on_disk))
    monkeypatch.setattr("engine.run.SHARED_BYTES", 0)

    for name in ("self_confidence", "normalized_margin", "confident_learning", "noise_posterior"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            values = run(SCORERS[name], mapped, device="cpu").values
        expected = run(SCORERS[name], evidence, device="cpu").values
        np.testing.assert_array_equal(values, expected)
