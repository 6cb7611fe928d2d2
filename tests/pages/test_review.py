"""The Review page: a key writes one decision about the example on the screen."""

import pytest

from store.decisions import DecisionLog


@pytest.fixture
def project(open_project, texts):
    """60 texts, open and scored; row 0 is the one wrong label."""
    return open_project(texts)


def press(app, action: str):
    """Press the button whose key begins with that action."""
    button = next(button for button in app.button if button.key.startswith(f"{action}-"))
    return button.click().run()


def card_of(app) -> str:
    """Id of the example on the screen."""
    return app.session_state["card"]


def test_the_wrong_label_comes_first(visit, project):
    """Row 0 lies among cats and is called a dog."""
    assert card_of(visit("review")) == "row-0"


def test_enter_takes_the_suggestion(visit, project):
    """The first button changes the label to cat, and the log has it before the next card comes."""
    app = visit("review")
    next(button for button in app.button if button.label == "Change to cat").click().run()

    [decision] = project.log.decisions()
    assert (decision.action, decision.label, decision.ids) == ("relabel", "cat", ("row-0",))
    assert card_of(app) != "row-0"


@pytest.mark.parametrize("action", ["keep", "drop", "skip", "flag"])
def test_each_key_writes_its_decision(visit, project, action):
    """Row 0 gets that action, with its place in the queue and the reviewer's name."""
    app = visit("review")
    app.text_input(key="reviewer").set_value("Ada")
    press(app, f"{action}-None")

    [decision] = project.log.decisions()
    assert (decision.action, decision.ids, decision.reviewer) == (action, ("row-0",), "Ada")
    assert decision.because["queue"] == "joined_evidence"
    assert decision.because["rank"] == 1


def test_picking_the_given_class_keeps_the_label(visit, project):
    """Dog was given; choosing dog changes nothing."""
    press(visit("review"), "relabel-dog")

    assert project.log.decisions()[0].action == "keep"


def test_undo_brings_the_card_back(visit, project):
    """Two decisions, two undos: the first card again, undecided, and four lines in the log."""
    app = visit("review")
    first = card_of(app)
    app = press(press(app, "keep-None"), "drop-None")
    app = press(press(app, "undo"), "undo")

    assert card_of(app) == first
    assert len(project.log.decisions()) == 4
    assert set(project.applied().actions) == {"undecided"}


def test_undo_with_nothing_to_undo_writes_nothing(visit, project):
    """The screen says so."""
    press(visit("review"), "undo")

    assert project.log.decisions() == ()


def test_a_review_goes_on_where_it_stopped(visit, project):
    """A new tab, or a restarted server, begins at the first undecided row."""
    app = press(press(visit("review"), "keep-None"), "keep-None")
    third = card_of(app)

    assert card_of(visit("review")) == third
    assert len(DecisionLog(project.workspace.log_path).decisions()) == 2


def test_a_link_brings_the_same_card(visit, project):
    """Also one that is decided already."""
    press(visit("review"), "keep-None")

    assert card_of(visit("review", card="row-0")) == "row-0"


def test_a_key_that_comes_too_late_decides_nothing(visit, project):
    """The same button twice: the second press belongs to a card that is dealt with."""
    app = visit("review")
    button = next(button for button in app.button if button.key.startswith("keep-None"))
    button.click().run()
    button.click().run()

    assert [decision.ids for decision in project.log.decisions()] == [("row-0",)]


def test_without_a_name_nothing_is_decided(visit, project):
    """A sentence says what to do, and the card stays."""
    app = visit("review")
    app.text_input(key="reviewer").set_value("  ")
    press(app, "keep-None")

    assert project.log.decisions() == ()
    assert card_of(app) == "row-0"


def test_another_scorer_gives_another_queue(visit, project):
    """The decision says through which queue the row came."""
    press(visit("review", scorer="knn_distance"), "keep-None")

    assert project.log.decisions()[0].because["queue"] == "knn_distance"
