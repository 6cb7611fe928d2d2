"""The review over HTTP: what a card says, what becomes of a decision, who may ask."""

import uuid

import pytest

from pages.shared.card_facts import because_of
from tests.pages.asking import OURS, ask, post

VIEW = {"queue": "joined_evidence", "order": "fixed", "blind": False}


@pytest.fixture
def project(open_project, texts):
    """60 texts, open and scored; row 0 is the one wrong label, row 59 has none."""
    return open_project(texts)


@pytest.fixture
def cards(project):
    """A function that asks for cards: cards(want=3, view={...}, tab="b")."""

    def ask_for(view=VIEW, **more):
        request = {"view": view, "tab": "a", "reviewer": "Ada", "want": 5, "keep": [], "seen": 0}
        status, answer = post(f"/review/{project.fingerprint}/cards", request | more)
        assert status == 200, answer
        return answer

    return ask_for


@pytest.fixture
def send(project):
    """A function that sends decisions: send(one("keep", "row-0"))."""

    def send_them(*decisions, reviewer="Ada"):
        request = {"reviewer": reviewer, "tab": "a", "view": VIEW, "decisions": list(decisions)}
        return post(f"/review/{project.fingerprint}/decisions", request)

    return send_them


def one(action, *ids, **more):
    """A decision as the browser makes it."""
    return {"decision_id": uuid.uuid4().hex, "action": action, "ids": list(ids), **more}


def ids(answer):
    return [card["id"] for card in answer["cards"]]


def test_the_wrong_label_comes_first_with_everything_a_card_says(cards):
    """Row 0 lies among cats and is called a dog."""
    answer = cards()
    card = answer["cards"][0]

    assert (card["id"], card["given"], card["suggested"]) == ("row-0", "dog", "cat")
    assert (card["place"], card["of"], card["text"]) == (1, 60, "text 0")
    assert "10 neighbours" in card["why"][0]
    assert card["classes"] == ["cat", "dog"]
    assert len(card["neighbours"]) == 10
    assert {tile["label"] for tile in card["neighbours"]} == {"cat"}
    assert {tile["role"] for tile in card["neighbours"]} == {"suggested"}
    assert {one["speaks"] for one in card["scores"]} >= {"against"}
    assert (answer["left"], answer["total"], answer["decided"]) == (60, 60, 0)


def test_decisions_are_on_disk_when_they_are_called_saved(project, send):
    """A relabel, a drop and a note; the log says why each card was shown."""
    decisions = [
        one("relabel", "row-0", label="cat", note="clearly", seconds=1.5),
        one("drop", "row-3"),
    ]
    status, answer = send(*decisions)

    assert status == 200
    assert answer["saved"] == [decision["decision_id"] for decision in decisions]
    first, second = project.log.decisions()
    assert (first.ids, first.label, first.note, first.seconds) == (
        ("row-0",),
        "cat",
        "clearly",
        1.5,
    )
    assert (second.action, second.reviewer) == ("drop", "Ada")


def test_a_decision_says_through_which_list_its_card_came(project, cards, send):
    """The ticket travels with the card and is written down."""
    card = cards()["cards"][0]
    send(one("keep", card["id"], ticket=card["ticket"]))

    because = project.log.decisions()[0].because
    assert (because["queue"], because["rank"], because["blind"]) == ("joined_evidence", 1, False)
    assert because_of("no ticket") == because_of(None) == {}


def test_the_same_send_twice_is_one_decision(project, send):
    """The answer got lost, so the browser sends again: acknowledged, not doubled."""
    decision = one("keep", "row-1")

    assert send(decision)[1]["saved"] == send(decision)[1]["saved"] == [decision["decision_id"]]
    assert len(project.log.decisions()) == 1


def test_choosing_the_given_class_keeps_it(project, send):
    """Dog was given; choosing dog changes nothing."""
    send(one("relabel", "row-0", label="dog"))

    assert project.log.decisions()[0].action == "keep"


def test_what_cannot_be_written_is_refused_alone_and_with_the_reason(project, send):
    """An unknown row, an unknown class, another meaning under a known id: the others are saved."""
    good, known = one("keep", "row-1"), one("keep", "row-2")
    send(known)
    again = {**known, "action": "drop"}
    bad = [
        one("keep", "nobody"),
        one("relabel", "row-4", label="cow"),
        again,
        one("dance", "row-1"),
    ]
    status, answer = send(bad[0], good, *bad[1:])

    assert status == 200
    assert answer["saved"] == [good["decision_id"]]
    assert {entry["decision_id"] for entry in answer["refused"]} == {
        decision["decision_id"] for decision in bad
    }
    assert "'nobody' is not in made" in answer["refused"][0]["why"]
    assert len(project.log.decisions()) == 2


def test_undo_brings_the_card_back(project, send):
    """By id, also of a decision in the same send; the answer has the card to show."""
    decision = one("keep", "row-1")
    undo = one("undo", undoes=decision["decision_id"])
    _, answer = send(decision, undo)

    assert answer["undone"][undo["decision_id"]]["id"] == "row-1"
    assert set(project.applied().actions) == {"undecided"}


def test_undo_without_an_aim_takes_the_last_of_this_reviewer(project, send):
    """Ben's decision stays; a repeated send undoes no second one; then nothing is left."""
    send(one("keep", "row-1"), one("drop", "row-2"))
    send(one("keep", "row-3"), reviewer="Ben")
    undo = one("undo", undoes=None)
    send(undo)
    _, answer = send(undo)

    assert answer["undone"][undo["decision_id"]]["id"] == "row-2"
    assert [project.applied().actions[row] for row in (1, 2, 3)] == ["keep", "undecided", "keep"]
    send(one("undo", undoes=None))
    _, answer = send(one("undo", undoes=None))
    assert "Nothing of yours" in answer["refused"][0]["why"]
    assert (answer["saved"], answer["undone"]) == ([], {})


def test_many_rows_are_one_decision_and_one_undo(project, send):
    """More like this: one entry; its undo has no one card to show."""
    bulk = one("relabel", "row-1", "row-2", "row-3", label="dog")
    send(bulk)

    assert project.log.decisions()[0].ids == ("row-1", "row-2", "row-3")
    undo = one("undo", undoes=bulk["decision_id"])
    assert send(undo)[1]["undone"] == {undo["decision_id"]: None}


def test_without_a_name_nothing_is_decided(project, send):
    """The reason says what to do."""
    _, answer = send(one("keep", "row-1"), reviewer="  ")

    assert "Say who decides" in answer["refused"][0]["why"]
    assert project.log.decisions() == ()


def test_a_log_that_cannot_be_written_keeps_everything_with_the_sender(project, send, monkeypatch):
    """422 and a sentence: the browser sends all of it again."""
    project.workspace.log_path.mkdir(parents=True)
    status, text = send(one("keep", "row-1"))

    assert status == 422
    assert "Nothing of this was saved" in text


def test_decided_rows_are_dealt_no_more_and_earlier_words_are_told(cards, send):
    """The next cards come without row 0; shown again it says who decided what."""
    first = ids(cards())
    send(one("skip", first[0], note="later"))

    assert first[0] not in ids(cards())
    again = cards(view=VIEW | {"pile": "skip"})["cards"]
    assert [card["id"] for card in again] == [first[0]]
    assert [(word["reviewer"], word["action"], word["note"]) for word in again[0]["earlier"]] == [
        ("Ada", "skip", "later")
    ]


def test_two_tabs_do_not_get_the_same_card(cards):
    """Unless one asks for it by name; what a tab keeps is its own."""
    mine, others = cards(want=5), cards(tab="b", want=5)

    assert not set(ids(mine)) & set(ids(others))
    assert others["elsewhere"] == 5
    assert ids(cards(tab="b", card="row-0"))[0] == "row-0"
    kept = ids(mine)[:2]
    assert ids(cards(keep=kept, want=3, seen=2)) == ids(mine)[2:]


def test_a_view_chooses_rows(cards, send):
    """By given label, by suggestion, rows without a label, only my own."""
    cats = cards(view=VIEW | {"given": "cat", "suggested": "cat"}, want=60)["cards"]
    assert {card["given"] for card in cats} == {"cat"}
    assert {card["suggested"] for card in cats} == {"cat"}
    assert ids(cards(view=VIEW | {"given": ""})) == ["row-59"]
    send(one("keep", "row-5"), one("keep", "row-6"))
    send(one("keep", "row-7"), reviewer="Ben")
    mine = cards(view=VIEW | {"pile": "keep", "mine": True}, want=60)
    assert sorted(ids(mine)) == ["row-5", "row-6"]


def test_blind_cards_say_nothing_and_look_like_other_bare_cards(cards):
    """In thirty cards three are drawn at random, and about three of the list hide them."""
    answer = cards(view=VIEW | {"blind": True}, want=30, seen=10)["cards"]
    bare = [card for card in answer if card["bare"]]
    blind = [card for card in answer if because_of(card["ticket"])["blind"]]

    assert len(blind) == 3
    assert len(bare) > len(blind)
    assert {card["id"] for card in blind} <= {card["id"] for card in bare}
    for card in bare:
        assert (card["place"], card["suggested"], card["moved"]) == (None, None, None)
        assert (card["why"], card["scores"], card["neighbours"]) == ([], [], [])
        assert card["classes"] == ["cat", "dog"]
        assert set(card) == set(answer[0])
    assert next(card for card in answer if not card["bare"])["place"] is not None


def test_nothing_that_knows_the_truth_leaves_the_server(open_project, make_dataset):
    """The truth column is no field of a card, and a bare card's ticket names no label."""
    from dataclasses import replace

    import pyarrow as pa

    from store.dataset import Roles

    dataset = make_dataset(["a", "b"] * 10)
    table = pa.table({"label": ["a", "b"] * 10, "right": ["b", "a"] * 10, "size": list(range(20))})
    bare = replace(dataset, table=table, roles=Roles(label="label", truth="right"))
    project = open_project(bare)
    _, answer = post(
        f"/review/{project.fingerprint}/cards",
        {"view": VIEW, "tab": "a", "reviewer": "Ada", "want": 20},
    )

    assert answer["cards"][0]["fields"] == [["size", answer["cards"][0]["id"]]]
    assert answer["found"] == {"found": 0, "total": 20}


def test_the_numbers_wait_for_a_pause(project, send):
    """Between two keys nothing is drawn; after a pause, or after half a minute, it is."""
    desk = project.desk(project.audit.result())
    before = desk.standing()
    send(one("keep", "row-1"))

    assert desk.standing() is before
    desk._heard -= 4
    assert desk.standing().decided == 1
    send(one("keep", "row-2"))
    desk._stood -= 31
    assert desk.standing().decided == 2


def test_more_like_this_are_the_nearest_undecided(project, send):
    """Ticked where they carry the same given label; least sure first on demand."""
    send(one("keep", "row-2"))
    request = {"view": VIEW, "tab": "a", "reviewer": "Ada", "id": "row-1", "want": 40}
    _, answer = post(f"/review/{project.fingerprint}/alike", request | {"sort": "nearest"})
    rows = answer["rows"]

    assert len(rows) == 40
    assert "row-1" not in {row["id"] for row in rows}
    assert "row-2" not in {row["id"] for row in rows}
    distances = [row["distance"] for row in rows]
    assert distances == sorted(distances)
    assert all(row["ticked"] == (row["label"] == "cat") for row in rows)
    _, doubted = post(f"/review/{project.fingerprint}/alike", request | {"sort": "least sure"})
    assert doubted["rows"][0]["id"] == "row-0"
    assert because_of(doubted["ticket"])["of"] == "row-1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"view": {"queue": "no_such_list"}},
        {"view": {"pile": 3}},
        {"view": {"given": "cow"}},
        {"tab": ""},
        {"want": -1},
        {"want": "many"},
        {"keep": "row-1"},
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(project, wrong):
    """422, and what was expected."""
    request = {"view": VIEW, "tab": "a", "reviewer": "Ada", "want": 5} | wrong
    status, text = post(f"/review/{project.fingerprint}/cards", request)

    assert status == 422
    assert text.rstrip().endswith(".")


def test_only_our_own_page_may_ask(project):
    """A form of another site cannot send the header; another origin is refused with it."""
    path = f"/review/{project.fingerprint}/decisions"
    bare = {"content-type": "application/json"}

    assert ask(path, method="POST", headers=bare, body=b"{}")[0] == 403
    assert post(path, {"decisions": []}, origin="http://evil.example")[0] == 403
    assert post(path, {"decisions": []}, origin="http://127.0.0.1:8501")[0] == 200
    assert ask(path, method="GET", headers=OURS)[0] == 405
    assert post(path, [])[0] == 400
    assert ask(path, method="POST", headers=OURS, body=b"{")[0] == 400
    assert post("/review/0123456789/cards", {})[0] == 404


def test_a_component_has_an_address_that_changes_with_its_files(project):
    """Only what lies in its folder; nothing above it."""
    from pages.shared.component_files import component_url

    url = component_url("review")
    status, headers, body = ask(url)

    assert (status, headers["content-type"].split(";")[0]) == (200, "text/javascript")
    assert b"export" in body
    assert ask(url.replace("main.js", "../../app.js"))[0] == 404
    assert ask(url.replace("main.js", "card.css"))[1]["content-type"].startswith("text/css")
    assert ask("/module/0/nothing/main.js")[0] == 404
    assert ask("/module/0/../explore/component.py")[0] == 404
    assert ask("/module/0/%2E%2E/component_files.py")[0] == 404


def test_the_parts_of_a_component_are_fetched_at_once(project):
    """What the page is told to fetch early is what its modules import: all of it, and nothing else.

    Read another way here: the files that Explore and Review need, from the import lines of each.
    """
    from pages.shared.component_files import COMPONENTS, component_code

    for name in ("explore", "review"):
        code = component_code(name)
        parts = {(COMPONENTS / name / part).resolve() for part in code["parts"]}
        seen = parts | {COMPONENTS / name / "main.js"}
        lines = [(path, line) for path in seen for line in path.read_text().splitlines()]
        named = {
            (path.parent / line.split('"')[-2]).resolve()
            for path, line in lines
            if ' from "' in line and line.endswith('.js";')
        }
        assert named == parts
        assert len(parts) > 30


def test_the_first_decision_waits_for_no_sorting(project):
    """Rows are found by name; who has which is sorted as soon as the dataset is open."""
    project._names.wait(60)

    assert "_alphabet" in vars(project.dataset)
