"""Scorers that no audit waits for, on the Score page."""

from dataclasses import replace

import pytest

import engine.scorers

ASLEEP = '''"""A scorer that waits to be stopped."""
import time
from torch import Tensor
from engine.contract import scorer
from engine.kernels.blocks import steps

@scorer(title="Asleep", finds="label error", review_first="lowest", range=(0.0, 1.0),
        cost="O(1)", source="Nobody, 2026", runs="on request")
def asleep(labels: Tensor) -> Tensor:
    """Waits for half a minute and says nothing."""
    for _ in steps(600):
        time.sleep(0.05)
    return labels.float()
'''


@pytest.fixture
def trusting(texts):
    """The 60 texts, every third one vouched for."""
    column = [row % 3 == 0 for row in range(60)]
    table = texts.table.append_column("vouched", [column])
    return replace(texts, table=table, roles=replace(texts.roles, trusted="vouched"))


def button(app, key):
    """The button with that key."""
    return next(one for one in app.button if one.key == key)


def test_score_now_makes_a_score_like_the_others(visit, open_project, trusting):
    """Before: not among the scorers. After: chosen, compared, reviewed like any."""
    project = open_project(trusting)
    app = visit("score")
    scorers = next(box for box in app.selectbox if box.label == "Scorer")
    assert "Missed class, by trusted rows" not in scorers.options

    button(app, "score-extrinsic_missed_class").click().run()
    project.requested["extrinsic_missed_class"].wait(60)
    app.run()

    scorers = next(box for box in app.selectbox if box.label == "Scorer")
    assert "Missed class, by trusted rows" in scorers.options
    scorers.set_value("extrinsic_missed_class").run()
    assert not app.exception
    assert "Missed class, by trusted rows" in [
        option for box in visit("review").selectbox for option in box.options
    ]


def test_the_negative_class_is_chosen_by_its_name(visit, open_project, trusting):
    """The box lists the largest class and the names; what is chosen is what is scored."""
    project = open_project(trusting)
    app = visit("score")
    key = "option-extrinsic_missed_class-negative"
    box = next(one for one in app.selectbox if one.key == key)
    assert box.options == ["the largest class", "cat", "dog"]

    box.set_value(1).run()
    button(app, "score-extrinsic_missed_class").click().run()
    job = project.requested["extrinsic_missed_class"]
    job.wait(60)

    assert job.result().options["negative"] == 1


def test_a_scorer_without_its_inputs_has_no_button(visit, open_project, texts):
    """Nobody vouched for a row: no button, but a sentence that says what is missing."""
    open_project(texts)
    app = visit("score")

    assert "score-extrinsic_missed_class" not in [one.key for one in app.button]
    assert [one for one in app.caption if "--trusted" in one.value]


def test_a_scorer_under_way_shows_its_progress_and_can_be_stopped(
    visit, open_project, texts, tmp_path, monkeypatch
):
    """A bar and Cancel instead of the button; afterwards the button is there again."""
    (tmp_path / "asleep.py").write_text(ASLEEP, encoding="utf-8")
    monkeypatch.setattr(engine.scorers, "__path__", [*engine.scorers.__path__, str(tmp_path)])
    project = open_project(texts)
    app = visit("score")
    button(app, "score-asleep").click().run()
    assert "score-asleep" not in [one.key for one in app.button]

    button(app, "cancel-Asleep").click().run()
    project.requested["asleep"].wait(60)
    app.run()

    assert project.requested["asleep"].state == "cancelled"
    assert "score-asleep" in [one.key for one in app.button]
