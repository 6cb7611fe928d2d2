"""Settling what reviewers disagree on, over HTTP as the review card does it."""

import uuid

import pytest

from pages.shared.card_facts import because_of
from store.decision import decide
from store.settling import settle
from tests.pages.asking import post

VIEW = {"queue": "joined_evidence", "order": "fixed", "blind": False, "pile": "adjudicate"}


@pytest.fixture
def project(open_project, texts):
    """Row 1 is given as a cat: Ada keeps it, Bob wants a dog and says why."""
    project = open_project(texts)
    dataset = project.dataset
    project.log.append(
        [
            decide(dataset, [1], "flag", reviewer="Ada"),
            decide(dataset, [1], "keep", reviewer="Ada"),
            decide(dataset, [1], "relabel", reviewer="Bob", label="dog", note="it barks"),
            decide(dataset, [1], "skip", reviewer="Dan"),
        ]
    )
    return project


@pytest.fixture
def card(project):
    """A function that asks for the first card of the pile, None = it is empty."""

    def first(reviewer="Carol", **view):
        request = {"view": VIEW | view, "tab": "a", "reviewer": reviewer, "want": 5}
        status, answer = post(f"/review/{project.fingerprint}/cards", request)
        assert status == 200, answer
        return answer["cards"][0] if answer["cards"] else None

    return first


@pytest.fixture
def send(project):
    """A function that sends one decision about row 1, and returns the answer."""

    def send_it(action, ticket=None, reviewer="Carol", **more):
        decision = {"decision_id": uuid.uuid4().hex, "action": action, "ids": ["row-1"], **more}
        request = {"reviewer": reviewer, "tab": "a", "view": VIEW}
        request["decisions"] = [decision | {"ticket": ticket}]
        return post(f"/review/{project.fingerprint}/decisions", request)[1]

    return send_it


def verdict(project):
    """(action, reviewers) of row 1."""
    found = settle(project.log.decisions())["row-1"]
    return found.action, found.reviewers


def test_the_card_says_who_wants_what(card):
    """The last word of each, with label and note; a skip is none; both labels have a button."""
    found = card()

    assert found["dispute"]["settles"] is True
    assert [
        (one["reviewer"], one["action"], one["label"], one["note"])
        for one in found["dispute"]["said"]
    ] == [("Ada", "keep", "cat", ""), ("Bob", "relabel", "dog", "it barks")]
    assert {"cat", "dog"} <= set(found["classes"])


def test_a_key_there_settles_the_row(project, card, send):
    """The ticket of the card says so, into the log; the pile is empty, and undo fills it again."""
    ticket = card()["ticket"]
    answer = send("keep", ticket)

    assert because_of(ticket)["adjudicates"] is True
    assert verdict(project) == ("keep", ("Carol",))
    assert card() is None
    undo = send("undo", undoes=answer["saved"][0])
    assert undo["undone"][undo["saved"][0]]["dispute"]["settles"] is True
    assert verdict(project)[0] == "adjudicate"
    assert card()["id"] == "row-1"


def test_switched_off_it_is_one_more_opinion(project, card, send):
    """Carol sides with Ada, and the dispute is still there; Bob gives in, and it is over."""
    found = card(settles=False)
    assert found["dispute"]["settles"] is False
    send("keep", found["ticket"])
    assert verdict(project) == ("adjudicate", ("Ada", "Bob", "Carol"))
    send("keep", card("Bob", settles=False)["ticket"], reviewer="Bob")

    assert verdict(project) == ("keep", ("Ada", "Carol", "Bob"))


def test_a_disputed_row_met_elsewhere_is_not_settled_by_the_way(project):
    """A link to the card, in the list of what is undecided: the card says that they disagree."""
    request = {"view": VIEW | {"pile": "undecided"}, "tab": "a", "reviewer": "Carol"}
    request |= {"want": 1, "card": "row-1"}
    found = post(f"/review/{project.fingerprint}/cards", request)[1]["cards"][0]

    assert (found["id"], found["dispute"]["settles"]) == ("row-1", False)
    assert "adjudicates" not in because_of(found["ticket"])


def test_who_settled_a_row_settles_it_anew(project, card, send):
    """Else a second thought of the adjudicator would bring the dispute back; others do not."""
    send("keep", card()["ticket"])
    again = card("Carol", pile="keep")
    assert (again["dispute"]["ruled"], again["dispute"]["settles"]) == (True, True)
    assert card("Ada", pile="keep")["dispute"] is None
    send("relabel", again["ticket"], label="dog")

    assert verdict(project) == ("relabel", ("Carol",))


def test_what_nobody_disagrees_on_has_no_dispute(card):
    """An undecided card says nothing of it, and its ticket neither."""
    found = card(pile="undecided")

    assert found["dispute"] is None
    assert "adjudicates" not in because_of(found["ticket"])
