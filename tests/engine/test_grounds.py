"""What lists learn on: made once, kept by what it is made of."""

from dataclasses import replace

import numpy as np
import pytest

from engine import grounds
from engine.audit import Audit
from engine.grounds import grounds_of
from engine.learning import Learner
from engine.spreading import Neighbourhoods
from store.workspace import Workspace


@pytest.fixture
def workspace(tmp_path, monkeypatch) -> Workspace:
    """In which what is made of 300 rows is kept."""
    monkeypatch.setattr(grounds, "KEPT_FROM", 300)
    return Workspace(tmp_path / "kept.secondlook")


def kept(workspace: Workspace) -> list[str]:
    return sorted(path.name for path in (workspace.folder / "cache").iterdir())


def test_columns_are_normal_scores_of_deviation_one(planted: tuple[Audit, np.ndarray]):
    """In the order of the scores; rows without a value are in the middle."""
    result, _ = planted
    found = grounds_of(result).columns

    for column, score in zip(found.T, result.scores.values(), strict=True):
        known = ~np.isnan(score.suspicion)
        varies = len(np.unique(score.suspicion[known])) > 1
        assert column.std() == pytest.approx(1 if varies else 0, abs=1e-4)
        assert (column[~known] == 0).all()
        order = np.argsort(score.suspicion[known], kind="stable")
        assert (np.diff(column[known][order]) >= 0).all()


def test_what_is_kept_is_what_is_made(planted, workspace, monkeypatch):
    """Read the second time, and nothing is made."""
    result, guilty = planted
    made, first = grounds_of(result), grounds_of(result, workspace)
    monkeypatch.setattr("engine.grounds.normalised_ranks", None)
    monkeypatch.setattr("engine.spreading._turned", None)
    again = grounds_of(result, workspace)

    rows = np.arange(60)
    orders = [
        Learner.prepare(result, result.queue, grounds=each)
        .learn(rows, guilty[rows])
        .first(200, np.ones(len(guilty), dtype=bool))
        for each in (made, first, again)
    ]
    np.testing.assert_array_equal(orders[0], orders[1])
    np.testing.assert_array_equal(orders[0], orders[2])


def test_one_score_more_or_changed_leaves_the_others_kept(planted, workspace):
    """Each is kept by its own values; the graph by its neighbours."""
    result, _ = planted
    names = list(result.scores)
    grounds_of(replace(result, scores={names[0]: result.scores[names[0]]}), workspace)
    before = kept(workspace)
    assert [name.rpartition("-")[0] for name in before] == ["normal-score", "turned-graph"]

    grounds_of(replace(result, scores={one: result.scores[one] for one in names[:2]}), workspace)
    assert len(kept(workspace)) == len(before) + 1

    score = result.scores[names[0]]
    other = replace(score, values=np.roll(score.values, 1))
    columns = grounds_of(replace(result, scores={names[0]: other}), workspace).columns
    assert len(kept(workspace)) == len(before) + 2
    assert not np.array_equal(columns[:, 0], grounds_of(result, workspace).columns[:, 0])


def test_of_few_rows_and_without_a_workspace_nothing_is_kept(planted, tmp_path):
    """It is made about as soon as read."""
    workspace = Workspace(tmp_path / "few.secondlook")

    assert isinstance(grounds_of(planted[0], workspace).around, Neighbourhoods)
    assert not workspace.folder.exists()


def test_without_a_graph_there_are_only_scores(planted):
    """Nobody shares neighbours with anybody."""
    result, _ = planted
    bare = replace(result, evidence=replace(result.evidence, graph=None))

    assert grounds_of(bare).around is None
