"""Everything at once: what is built, what is left out, and what is kept for the next time."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine import audit as auditing
from engine.audit import audit, gather, with_score
from engine.contract import Scorer
from engine.scorers import all_scorers
from store.errors import Cancelled
from store.workspace import Workspace
from tests.blobs import blobs, dataset_of, with_trusted


def test_every_scorer_runs_on_a_whole_dataset():
    """With embeddings and labels nothing is lacking but rows to trust; costly ones wait."""
    result = audit(blobs(60))

    of_examples = {name: one for name, one in all_scorers().items() if one.unit == "example"}
    always = {name for name, one in of_examples.items() if one.runs == "always"}
    trusting = {name for name in always if "trusted_labels" in all_scorers()[name].inputs}
    assert always - trusting == set(result.scores)
    assert len(result.queue) == 60


def test_without_embeddings_only_the_given_probabilities_speak():
    """No graph, no heads; what reads probabilities and labels alone still runs."""
    pred_probs = np.full((30, 3), 1 / 3, dtype=np.float32)

    result = audit(replace(blobs(30), embeddings=None, pred_probs=pred_probs))

    heads = {"self_confidence", "normalized_margin", "missed_class_probability"}
    assert heads <= set(result.scores)
    asked = {name for score in result.scores.values() for name in score.scorer.inputs}
    assert asked <= {"pred_probs", "joined_probs", "labels", "positions"}


def test_with_nothing_but_labels_there_is_a_queue_without_values():
    """The reviewer can still go through the rows; no score of label errors is made up."""
    result = audit(replace(blobs(30), embeddings=None))

    assert "label error" not in {score.scorer.finds for score in result.scores.values()}
    assert np.isnan(result.queue.values).all()
    assert len(result.queue) == 30


def test_probabilities_given_by_the_user_are_weighed_and_heads_still_train():
    """EL2N comes from our heads, self-confidence from the user's model."""
    given = np.tile(np.float32([0.5, 0.25, 0.25]), (30, 1))

    result = audit(replace(blobs(30), pred_probs=given))

    assert {0.5, 0.25} == set(result.scores["self_confidence"].values.tolist())
    assert not np.isnan(result.scores["el2n"].values).any()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_handful_of_rows_can_be_audited(n: int):
    """Fewer rows than neighbours and folds."""
    result = audit(dataset_of(np.eye(5)[:n], [0, 1, 0, 1, 0][:n]))

    assert list(range(n)) == sorted(result.queue.rows)


def test_the_second_time_everything_is_read_not_built(tmp_path: Path, monkeypatch):
    """Neither graph nor heads nor a score is computed again, and all values are the same."""
    workspace, dataset = Workspace(tmp_path / "made.secondlook"), blobs(60)
    first = audit(dataset, workspace)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr("engine.neighbours.build_graph", never)
    monkeypatch.setattr(auditing.training, "train_heads", never)
    monkeypatch.setattr(auditing.regression, "out_of_fold_probs", never)
    monkeypatch.setattr(auditing, "run", never)
    second = audit(dataset, workspace)

    for name, score in first.scores.items():
        np.testing.assert_array_equal(score.values, second.scores[name].values)
    np.testing.assert_array_equal(first.queue.rows, second.queue.rows)
    np.testing.assert_array_equal(first.queue.suggested, second.queue.suggested)
    assert first.queue.why(3) == second.queue.why(3)


def test_other_code_of_the_join_is_another_score(tmp_path: Path, monkeypatch):
    """A score that reads the joined opinion is not answered from before the join was changed."""
    workspace, dataset = Workspace(tmp_path / "made.secondlook"), blobs(60)
    audit(dataset, workspace)
    asked, run = [], auditing.run

    def watch(scorer: Scorer, *inputs: object, **options: object) -> object:
        asked.append(scorer.name)
        return run(scorer, *inputs, **options)

    monkeypatch.setattr(auditing, "POOL_CODE", (auditing.training,))
    monkeypatch.setattr(auditing, "run", watch)
    audit(dataset, workspace)

    assert "joined_evidence" in asked


def test_other_labels_are_other_evidence(tmp_path: Path):
    """The cache goes by fingerprint: a changed label is not answered with old scores."""
    workspace, dataset = Workspace(tmp_path / "made.secondlook"), blobs(60)
    labels = dataset.labels.copy()
    labels[0] = 1

    before = audit(dataset, workspace).scores["self_confidence"].values[0]
    after = audit(dataset.with_labels(labels), workspace).scores["self_confidence"].values[0]

    assert before > 0.7
    assert after < 0.3


def test_another_k_is_another_graph(tmp_path: Path):
    """And does not overwrite the first."""
    workspace = Workspace(tmp_path / "made.secondlook")

    for k in (15, 12, 15):
        assert k == gather(blobs(60), workspace, k=k).graph.k


@pytest.mark.parametrize("stage", ["neighbour graph", "training heads", "scores"])
def test_cancelling_leaves_nothing_half_written(tmp_path: Path, stage: str):
    """Whatever is in the cache afterwards is whole, and the next audit finishes."""
    workspace = Workspace(tmp_path / "made.secondlook")

    def stop(now: str, done: int, total: int) -> None:
        if now == stage and done:
            raise Cancelled

    with pytest.raises(Cancelled):
        audit(blobs(60), workspace, progress=stop)
    kept = list((workspace.folder / "cache").glob("*")) if workspace.folder.exists() else []
    assert [path for path in kept if path.name.startswith(".")] == []
    assert len(audit(blobs(60), workspace).queue) == 60


def test_trusted_rows_come_from_the_column_or_from_the_caller():
    """The given labels where the column says true; a caller's own in its place; else none."""
    dataset = with_trusted(blobs(30), np.arange(30) < 4)
    verdicts = np.full(30, -1)
    verdicts[7] = 2

    assert gather(dataset, None).trusted.tolist() == [0, 1, 2, 0] + [-1] * 26
    assert gather(dataset, None, trusted=verdicts).trusted.tolist() == verdicts.tolist()
    assert gather(blobs(30), None).trusted is None
    assert gather(replace(dataset, embeddings=None), None).trusted is not None


def test_a_score_on_request_is_kept_and_joins_the_others(tmp_path: Path, monkeypatch):
    """The queue stays; the second time it is read; other trusted rows are another score."""
    workspace = Workspace(tmp_path / "made.secondlook")
    scorer = all_scorers()["extrinsic_missed_class"]
    result = audit(with_trusted(blobs(60), np.arange(60) < 20), workspace)
    more = with_score(result, scorer, workspace, k=2)

    assert set(more.scores) == {*result.scores, scorer.name}
    assert more.queue is result.queue
    assert more.scores[scorer.name].options["k"] == 2
    other = replace(result.evidence, trusted=np.where(np.arange(60) < 30, 0, -1))
    assert not np.array_equal(
        with_score(replace(result, evidence=other), scorer, workspace, k=2)
        .scores[scorer.name]
        .values,
        more.scores[scorer.name].values,
        equal_nan=True,
    )
    monkeypatch.setattr(auditing, "run", None)
    again = with_score(result, scorer, workspace, k=2)
    np.testing.assert_array_equal(again.scores[scorer.name].values, more.scores[scorer.name].values)


def test_progress_never_goes_backwards_within_a_stage():
    """What a bar shows grows, and every stage ends at its total."""
    told: dict[str, list[tuple[int, int]]] = {}

    audit(
        blobs(60),
        progress=lambda stage, done, total: told.setdefault(stage, []).append((done, total)),
    )

    assert {"neighbour graph", "training heads", "scores"} <= set(told)
    for stage, steps in told.items():
        assert sorted(steps) == steps, stage
        assert steps[-1][0] == steps[-1][1], stage
