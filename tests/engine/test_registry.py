"""The folder is the registry: a file dropped into it is a scorer, and nothing else must be told."""

import sys
from pathlib import Path

import pytest

from engine import scorers
from engine.scorers import all_scorers

NEW = '''
"""A scorer that nobody has heard of."""

from torch import Tensor

from engine.contract import scorer
from engine.kernels.tables import at_given_label


@scorer(title="Newcomer", finds="label error", review_first="lowest", range=(0.0, 1.0),
        cost="O(n)", source="this test")
def newcomer(pred_probs: Tensor, labels: Tensor, *, weight: float = 1.0) -> Tensor:
    """Seen as soon as it lies in the folder."""
    return at_given_label(pred_probs, labels) * weight
'''


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The registry with one more folder that holds one new file."""
    (tmp_path / "newcomer.py").write_text(NEW, encoding="utf-8")
    monkeypatch.setattr(scorers, "__path__", [*scorers.__path__, str(tmp_path)])
    yield
    sys.modules.pop("engine.scorers.newcomer", None)


def test_a_new_file_is_a_new_scorer(dropped_in):
    """With everything read off its signature."""
    newcomer = all_scorers()["newcomer"]

    assert newcomer.inputs == ("pred_probs", "labels")
    assert newcomer.options == {"weight": 1.0}
    assert newcomer.summary == "Seen as soon as it lies in the folder."


def test_scorers_come_by_name_in_alphabetical_order(dropped_in):
    """Always the same order, whatever the file system says."""
    names = list(all_scorers())

    assert sorted(names) == names
    assert {"el2n", "newcomer", "self_confidence"} <= set(names)
