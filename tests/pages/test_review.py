"""The Review page around the card: which list, which rows, what is known so far."""

import pytest

from store.decision import decide


@pytest.fixture
def project(open_project, texts):
    """60 texts, open and scored; row 0 is the one wrong label."""
    return open_project(texts)


@pytest.fixture
def told(monkeypatch):
    """What the card's component was told in the latest run."""
    heard = {}
    monkeypatch.setattr("pages.shared.review_card._component", lambda **facts: heard.update(facts))
    return lambda: heard["data"]


def test_the_card_is_told_what_to_ask_for(visit, project, told):
    """The default list, undecided rows, an order that learns, blind cards."""
    app = visit("review", card="row-7")

    assert not app.exception
    data = told()
    assert (data["fingerprint"], data["card"]) == (project.fingerprint, "row-7")
    assert data["classes"] == ["cat", "dog"]
    assert data["view"] == {
        "queue": "joined_evidence",
        "pile": "undecided",
        "given": None,
        "suggested": None,
        "order": "learning",
        "blind": True,
        "mine": False,
        "query": None,
        "named": None,
        "settles": True,
    }


def test_the_address_holds_every_choice(visit, project, told):
    """A link reopens the same view."""
    visit(
        "review",
        scorer="knn_distance",
        given="dog",
        suggested="cat",
        mine="true",
        blind="false",
        pile="skipped",
    )

    view = told()["view"]
    assert (view["queue"], view["pile"]) == ("knn_distance", "skip")
    assert (view["given"], view["suggested"]) == ("dog", "cat")
    assert (view["mine"], view["blind"]) == (True, False)


def test_settling_can_be_switched_off_where_there_is_something_to_settle(visit, project, told):
    """The toggle stands beside the pile it is about, and the address holds it."""
    app = visit("review")
    assert "settles" not in [one.key for one in app.toggle]
    app = visit("review", pile="needs adjudication")
    assert told()["view"]["pile"] == "adjudicate"
    app.toggle(key="settles").set_value(False).run()

    assert told()["view"]["settles"] is False


def test_rows_without_a_label_can_be_chosen(visit, project, told):
    """They have no class to be named by."""
    app = visit("review")
    app.selectbox(key="given").set_value("no label").run()

    assert told()["view"]["given"] == ""


def test_what_is_known_so_far_stands_below_the_card(visit, project, told):
    """Found and decided are counts; what is left is an interval, as wide as can be at first."""
    dataset = project.dataset
    app = visit("review")
    assert "Numbers appear here" in " ".join(one.value for one in app.caption)
    project.log.append(
        [
            decide(dataset, [0], "relabel", label="cat", reviewer="Ada", seconds=2.0),
            decide(dataset, [1], "keep", reviewer="Ada", seconds=4.0),
        ]
    )
    app = visit("review")
    numbers = {one.label: one.value for one in app.metric}

    assert numbers["Errors found"] == "1 of 2"
    assert numbers["Errors left"] == "0 – 57"
    assert numbers["Seconds each"] == "3.0"
    assert "No blind card" in " ".join(one.value for one in app.caption)


def test_without_a_name_the_page_says_what_to_do(visit, project, told):
    """Before the first key is pressed."""
    app = visit("review")
    app.text_input(key="reviewer").set_value("  ").run()

    assert "Type yours in the sidebar" in app.error[0].value
