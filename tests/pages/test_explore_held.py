"""What a hand would choose while it is down: as if it had, and dropped once it is overtaken."""

import json
import threading

import numpy as np
import pytest

from pages.shared.explore import held_answers
from pages.shared.explore.turns import MOST_TABS, Turns
from store.errors import UserError
from tests.pages.asking import OURS, ask, post

CATS = {"parts": [{"column": "given", "names": ["cat"]}]}
CHARTS = [{"name": "column given"}, {"name": "column joined_evidence"}, {"name": "matrix"}]


@pytest.fixture
def project(open_project, texts):
    """60 texts, open and scored."""
    return open_project(texts)


@pytest.fixture
def explorer(project):
    return project.explorer(project.audit.result())


def answer(project, facts):
    """Head and body of the answer."""
    path = f"/explore/{project.fingerprint}/held"
    status, _, whole = ask(path, method="POST", headers=OURS, body=json.dumps(facts).encode())
    assert status == 200, whole
    length = int.from_bytes(whole[:4], "little")
    return json.loads(whole[4 : 4 + length]), whole[4 + length :]


def test_it_says_what_the_choice_will_say(project):
    """Counts, charts and masks as each is told by itself once the hand has let go."""
    polygon = [[-9, -9], [9, -9], [9, 0.01], [-9, 0.01]]
    choice = {**CATS, "steps": [{"op": "add", "polygon": polygon}], "layout": "pca"}
    facts = {"choice": choice, "charts": CHARTS}
    head, body = answer(project, {**facts, "map": True, "tab": "t", "turn": 1})

    for what in ("counts", "charts"):
        status, expected = post(f"/explore/{project.fingerprint}/{what}", facts)
        assert (status, head["counts"] if what == "counts" else head) == (
            200,
            expected if what == "counts" else {**head, **expected},
        )
    path = f"/explore/{project.fingerprint}/masks"
    _, _, whole = ask(path, method="POST", headers=OURS, body=json.dumps(facts).encode())
    assert whole.endswith(body)
    assert len(body) == 16  # two masks of 60 bits, each to whole fours
    assert 0 < head["selected"] == head["counts"]["selected"] < head["filtered"] == 29


def test_without_a_map_there_are_no_masks(project):
    """Nor is there anything but counts where no chart is seen."""
    head, body = answer(project, {"choice": CATS, "charts": [], "tab": "t", "turn": 1})

    assert body == b""
    assert head == {
        "charts": [],
        "counts": {"n": 60, "filtered": 29, "selected": None, "line": "given IN ('cat')"},
    }


def test_what_is_overtaken_before_its_turn_is_not_worked_on(explorer, monkeypatch):
    """Ten questions wait for one that works: only the newest of each tab is then answered."""
    worked, found = [], {}
    monkeypatch.setattr(held_answers, "counts", lambda explorer, facts: worked.append(facts) or {})
    facts = {"choice": {}, "charts": []}
    arrived = threading.Semaphore(0)
    begin = explorer.turns.begin
    monkeypatch.setattr(
        explorer.turns, "begin", lambda *given: (begin(*given), arrived.release())[0]
    )

    def ask_it(tab, turn):
        found[tab, turn] = held_answers.held(explorer, {**facts, "tab": tab, "turn": turn})

    with explorer.turns.alone:
        asking = [
            threading.Thread(target=ask_it, args=one)
            for one in [("a", 1), ("a", 2), ("a", 3), ("b", 1), ("b", 2), ("c", 7)]
        ]
        for one in asking:
            one.start()
        for _ in asking:
            assert arrived.acquire(timeout=30)
    for one in asking:
        one.join(30)

    assert {(one["tab"], one["turn"]) for one in worked} == {("a", 3), ("b", 2), ("c", 7)}
    overtaken = {key for key, one in found.items() if one.head == {"overtaken": True}}
    assert overtaken == {("a", 1), ("a", 2), ("b", 1)}


def test_letting_go_stops_what_is_worked_on(explorer, monkeypatch):
    """Between two charts: the rest of them is not drawn."""
    drawn = []

    def charts(explorer, facts):
        for name in range(5):
            drawn.append(name)
            if name == 1:
                held_answers.counts(explorer, {"choice": {}, "tab": "t", "turn": 2})
            yield {}

    monkeypatch.setattr(held_answers, "each_chart", charts)
    found = held_answers.held(explorer, {"choice": {}, "tab": "t", "turn": 1})

    assert found.head == {"overtaken": True}
    assert drawn == [0, 1]


@pytest.mark.parametrize("turn", [None, True, 1.5, "1"])
def test_a_question_without_a_number_is_refused(explorer, turn):
    """A page of another version."""
    with pytest.raises(UserError, match="turn is"):
        held_answers.held(explorer, {"choice": {}, "charts": [], "tab": "t", "turn": turn})


def test_turns_are_counted_by_number_and_not_by_arrival():
    """An older question that comes later is overtaken at once; other tabs are left alone."""
    turns = Turns()
    newer, older, other = turns.begin("a", 5), turns.begin("a", 4), turns.begin("b", 1)

    assert [newer(), older(), other()] == [False, True, False]
    turns.begin("a", 6)
    assert [newer(), older(), other()] == [True, True, False]


def test_many_tabs_are_not_remembered_for_ever():
    """The one that asked last still is."""
    turns = Turns()
    for tab in np.arange(3 * MOST_TABS).astype(str):
        turns.begin(str(tab), 1)
    last = turns.begin("last", 1)

    assert len(turns._newest) == MOST_TABS
    turns.begin("last", 2)
    assert last()
