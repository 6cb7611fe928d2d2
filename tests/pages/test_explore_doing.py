"""From looking to doing, over HTTP: bulk decisions, lists, what other pages are opened with."""

import pytest

from engine.choice import read_choice
from pages.shared.card_facts import because_of
from store.lists import find_list, ids_of_list
from tests.pages.asking import post
from tests.pages.test_pair_cards import graded

CATS = {"parts": [{"column": "given", "names": ["cat"]}]}
DOGS = {"parts": [{"column": "given", "names": ["dog"]}]}


@pytest.fixture
def project(open_project, texts):
    """60 texts: row 0 and 30 to 58 dogs, 1 to 29 cats, 59 without a label."""
    return open_project(texts)


@pytest.fixture
def ask(project):
    """A function that asks: ask("preview", choice=…) -> status and answer."""

    def ask_for(what, **facts):
        facts = {"reviewer": "Ada", "tab": "a", "choice": {}} | facts
        return post(f"/explore/{project.fingerprint}/{what}", facts)

    return ask_for


@pytest.fixture
def preview(ask):
    """A function that has a look before: the answer."""

    def look(choice, action, label=None, reviewer="Ada"):
        status, answer = ask(
            "preview", choice=choice, action=action, label=label, reviewer=reviewer
        )
        assert status == 200, answer
        return answer

    return look


def test_a_preview_says_what_would_change(preview):
    """Against counts made by hand; ten tiles, the same ones again."""
    found = preview(CATS, "relabel", "dog")

    assert found["rows"] == 29
    assert found["classes"] == [
        {"name": "cat", "chosen": 29, "before": 29, "after": 0},
        {"name": "dog", "chosen": 0, "before": 30, "after": 59},
    ]
    assert (found["replaced"], found["others"], found["disputed"]) == (0, 0, 0)
    assert len({tile["id"] for tile in found["tiles"]}) == 10
    assert preview(CATS, "drop")["tiles"] == found["tiles"]


def test_rows_without_a_label_are_counted_too(preview):
    """All sixty, dropped: nothing is left."""
    found = preview({}, "drop")

    assert {one["name"]: (one["before"], one["after"]) for one in found["classes"]} == {
        "cat": (29, 0), "dog": (30, 0), None: (1, 0)
    }  # fmt: skip


def test_many_rows_are_one_entry_and_one_undo(project, ask, preview):
    """On disk when the answer comes, with why; sent three times it is one; the list learns."""
    found = preview(CATS, "relabel", "dog")
    sent = {
        "choice": CATS | {"typed": "rank > 0"}, "action": "relabel", "label": "dog",
        "note": "all of them", "digest": found["digest"], "decision_id": "one",
    }  # fmt: skip
    answers = [ask("decide", **sent) for _ in range(3)]
    [decision] = project.log.decisions()

    assert [status for status, _ in answers] == [200] * 3
    assert answers[0] == answers[2]
    assert answers[0][1]["saved"] == {
        "decision_id": "one", "action": "relabel", "label": "dog", "rows": 29, "id": "row-1"
    }  # fmt: skip
    assert decision.ids == tuple(f"row-{row}" for row in range(1, 30))
    assert (decision.reviewer, decision.note) == ("Ada", "all of them")
    assert decision.because == {
        "queue": "explore", "condition": "given IN ('cat') AND (rank > 0\n)"
    }  # fmt: skip
    assert preview(CATS, "keep")["replaced"] == 29
    assert ask("latest")[1]["latest"]["rows"] == 29
    for _ in range(2):
        status, undone = ask("undo", undoes="one", decision_id="back")
        assert (status, undone["undone"]["rows"]) == (200, 29)
    assert len(project.log.decisions()) == 2
    assert (project.applied().actions == "undecided").all()
    assert ask("latest") == (200, {"latest": None})


def test_other_rows_than_those_looked_at_are_refused(project, ask, preview):
    """Somebody decided meanwhile, and the filter means other rows: nothing is written."""
    waiting = {"typed": "verdict = 'undecided'"}
    digest = preview(waiting, "drop")["digest"]
    first = preview(CATS, "keep")
    ask("decide", choice=CATS, action="keep", digest=first["digest"], decision_id="cats")
    status, told = ask("decide", choice=waiting, action="drop", digest=digest, decision_id="rest")

    assert status == 422
    assert "31 by now" in told
    assert [one.decision_id for one in project.log.decisions()] == ["cats"]


def test_a_repeat_is_saved_though_its_filter_means_nothing_any_more(ask, preview):
    """The first send was written, the answer lost: the second is told that it is on disk."""
    waiting = {"typed": "verdict = 'undecided'"}
    sent = {"choice": waiting, "action": "drop", "decision_id": "all"}
    sent["digest"] = preview(waiting, "drop")["digest"]
    first = ask("decide", **sent)

    assert ask("decide", **sent) == first
    status, told = ask("decide", **sent | {"action": "keep"})
    assert (status, "another decision already" in told) == (422, True)


def test_what_cannot_be_decided_is_a_sentence(ask):
    """No rows, no reviewer, no such class, an action there is none of."""
    for facts, words in (
        ({"choice": {"typed": "false"}, "action": "keep"}, "No row is chosen"),
        ({"action": "keep", "reviewer": ""}, "no name"),
        ({"action": "relabel", "label": "cow"}, "not one of the 2 classes"),
        ({"action": "shred"}, "not a decision"),
        ({}, "action is None"),
    ):
        status, told = ask("preview", **facts)
        assert (status, words in told) == (422, True), told


def test_an_undo_is_of_ones_own_and_once(ask, preview, project):
    """Another's decision, one that is gone, one that never was."""
    digest = preview(CATS, "keep")["digest"]
    ask("decide", choice=CATS, action="keep", digest=digest, decision_id="one")

    for facts, words in (
        ({"undoes": "one", "reviewer": "Bob"}, "only Ada"),
        ({"undoes": "none"}, "not in the log"),
    ):
        status, told = ask("undo", decision_id="x", **facts)
        assert (status, words in told) == (422, True), told
    assert ask("undo", undoes="one", decision_id="a")[0] == 200
    status, told = ask("undo", undoes="one", decision_id="b")
    assert (status, "already" in told) == (422, True)
    assert len(project.log.decisions()) == 2


def test_others_words_are_counted_before_one_decides_against_them(ask, preview):
    """Bob kept what Ada would drop: 29 disputes, and the classes stay as they are until settled."""
    digest = preview(CATS, "keep", reviewer="Bob")["digest"]
    ask("decide", choice=CATS, action="keep", digest=digest, decision_id="b", reviewer="Bob")
    found = preview(CATS, "drop")

    assert (found["replaced"], found["others"], found["disputed"]) == (0, 29, 29)
    assert found["classes"] == [{"name": "cat", "chosen": 29, "before": 29, "after": 29}]


def test_lists_are_kept_filled_chosen_and_forgotten(project, ask):
    """By the rows of a choice; a list that grows means more rows at once."""
    assert ask("keep", name="cats", op="new", choice=CATS)[1] == {"name": "cats", "rows": 29}
    assert ask("counts", choice={"named": "cats"})[1]["filtered"] == 29
    ask("keep", name="cats", op="add", choice=DOGS)
    assert ask("counts", choice={"named": "cats"})[1]["filtered"] == 59
    assert ask("counts", choice=DOGS | {"named": "cats"})[1]["filtered"] == 30
    ask("keep", name="cats", op="remove", choice={"steps": [{"op": "add", "ids": ["row-1"]}]})
    assert ask("counts", choice={"named": "cats"})[1]["filtered"] == 58

    [one] = ask("lists")[1]["lists"]
    assert (one["name"], one["rows"], one["made"][0]["op"]) == ("cats", 58, "remove")
    assert find_list(project.workspace, "cats").made[0]["condition"] == "given IN ('cat')"
    assert ask("rename", name="cats", new="pets")[0] == 200
    assert ask("counts", choice={"named": "cats"})[0] == 422
    assert ask("forget", name="pets")[0] == 200
    assert ask("lists")[1]["lists"] == []


def test_rows_that_go_to_the_review_are_a_list_that_another_machine_finds(project, ask):
    """A list by name, an unnamed choice as a new one; the same again makes no second."""
    assert ask("for-review", name="now") == (200, {"list": None})
    assert ask("for-review", name="now", choice=CATS) == (200, {"list": "now"})
    assert ask("for-review", name="now", choice=CATS) == (200, {"list": "now"})
    assert ask("for-review", name="now", choice=DOGS) == (200, {"list": "now (2)"})
    assert ask("for-review", name="now", choice={"named": "now"}) == (200, {"list": "now"})
    assert len(ids_of_list(project.workspace, "now (2)")) == 30

    request = {"view": {"named": "now", "blind": False}, "tab": "a", "reviewer": "Ada"}
    request |= {"want": 60, "keep": [], "seen": 0}
    status, answer = post(f"/review/{project.fingerprint}/cards", request)
    assert status == 200
    assert {card["id"] for card in answer["cards"]} == {f"row-{row}" for row in range(1, 30)}
    assert (answer["left"], answer["total"], answer["decided"]) == (29, 29, 0)
    assert because_of(answer["cards"][0]["ticket"])["queue"] == "joined_evidence"
    status, told = post(
        f"/review/{project.fingerprint}/cards", request | {"view": {"named": "lost"}}
    )
    assert (status, "no list 'lost'" in told) == (422, True)


def test_the_export_is_opened_with_a_condition_or_a_list(ask):
    """A drawn selection, a comment or a condition too long for a link becomes a list."""
    line = "given IN ('cat')"
    assert ask("for-export", name="x") == (200, {"list": None, "where": None})
    assert ask("for-export", name="x", choice=CATS) == (200, {"list": None, "where": line})
    ask("keep", name="cats", op="new", choice=CATS)
    both = {"named": "cats", "typed": "rank < 9"}
    assert ask("for-export", choice=both) == (200, {"list": "cats", "where": "rank < 9"})
    for more in (
        {"steps": [{"op": "add", "ids": ["row-1"]}]},
        {"typed": "rank < 70 -- all"},
        {"typed": " OR ".join(["rank < 70"] * 200)},
    ):
        found = ask("for-export", name=f"list {sorted(more)} {len(str(more))}", choice=CATS | more)
        assert found[1]["where"] is None
        assert found[1]["list"].startswith("list ")


def test_what_deserves_a_look_is_told_and_chosen(project, ask):
    """Asked again until it is there; a place that there is none of is a sentence."""
    project.explorer(project.with_requested(project.audit.result())).slices.wait(60)
    status, found = ask("slices")

    assert (status, found["state"]) == (200, "done")
    for one in found["slices"]:
        choice = ask("choose-slice", place=one["place"])[1]
        assert ask("counts", choice=choice)[1]["filtered"] == one["rows"]
    assert ask("choose-slice", place=99)[0] == 422


def test_the_export_page_takes_list_and_condition_from_the_address(project, ask, visit):
    """It says how many rows are meant; a list that is gone is no export of everything."""
    ask("keep", name="cats", op="new", choice=CATS)
    app = visit("export", list="cats", where="self_confidence >= 0 AND given = 'cat'")

    assert not app.exception
    assert "29 of 60 rows are meant." in [one.value for one in app.caption]
    assert [one.value for one in app.selectbox if one.label == "Rows"] == ["cats"]
    assert "There is no list" in visit("export", list="gone").error[0].value


def test_the_review_page_takes_a_list_from_the_address(project, ask, visit):
    """And asks for none where there are none."""
    assert "Rows" not in [one.label for one in visit("review").selectbox]
    ask("keep", name="cats", op="new", choice=CATS)
    app = visit("review", list="cats")

    assert not app.exception
    assert [one.value for one in app.selectbox if one.label == "Rows"] == ["cats"]
    assert "There is no list" in visit("review", list="gone").error[0].value


def test_a_review_after_a_bulk_decision_of_many_rows_still_knows_their_order(project, ask, preview):
    """What is left and how good the list is: worked out row by row of one entry."""
    digest = preview({}, "keep")["digest"]
    ask("decide", action="keep", digest=digest, decision_id="all")
    with project.ledger() as ledger:
        arrivals = ledger.arrivals()

    assert [row for row, _ in arrivals] == list(range(60))
    assert project.desk(project.audit.result()).standing().decided == 59  # one has no label


def test_pairs_are_decided_listed_and_reviewed_alike(open_project):
    """Rows of a retrieval set: one entry about many, and a list for the pairs screen."""
    project = open_project(graded())
    body = {"reviewer": "Ada", "tab": "a", "choice": {"typed": "given = '0' AND rank <= 9"}}
    where = f"/explore/{project.fingerprint}"
    status, found = post(f"{where}/preview", body | {"action": "relabel", "label": "1"})
    assert status == 200, found
    ids = project.dataset.ids(project.explorer(audit_of(project)).rows(read_choice(body["choice"])))
    assert found["rows"] == len(ids) > 1
    assert post(f"{where}/for-review", body | {"name": "nine"}) == (200, {"list": "nine"})
    assert post(f"{where}/slices", body)[0] == 200

    request = {"view": {"named": "nine", "order": "fixed"}, "want": 60, "keep": [], "seen": 0}
    status, answer = post(f"/review/{project.fingerprint}/cards", body | request)
    assert status == 200, answer
    assert {card["id"] for card in answer["cards"]} == set(ids)
    sent = {"action": "relabel", "label": "1", "digest": found["digest"], "decision_id": "one"}
    assert post(f"{where}/decide", body | sent)[0] == 200
    assert [one.unit for one in project.log.decisions()] == ["pair"]


def audit_of(project):
    """With all scores."""
    return project.with_requested(project.audit.result())
