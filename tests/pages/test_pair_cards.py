"""The card of a pair over HTTP: what it says, and what a bare one must not say."""

import uuid
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from engine.pairing import pair_up
from pages.shared import shelf
from pages.shared.pair_facts import POSITIVES
from store.pair_dataset import pair_dataset
from store.retrieval import Judgements
from tests.pages.asking import post
from tests.retrieval_sets import made_retrieval, texts

VIEW = {"order": "fixed", "blind": False}


@pytest.fixture
def ask(open_project):
    """A function that opens a set and asks a route: ask("cards", want=3)."""
    opened = {}

    def ask_for(what, dataset=None, **more):
        if "it" not in opened:
            opened["it"] = open_project(dataset or graded())
        body = {"view": VIEW, "tab": "a", "reviewer": "Ada", "want": 1, "keep": [], "seen": 0}
        status, answer = post(f"/review/{opened['it'].fingerprint}/{what}", body | more)
        assert status == 200, answer
        return answer

    return ask_for


def graded():
    """One query about iron and 30 passages: d0 to d2 judged (grades 2, 1, 0), d3 repeats d0."""
    vectors = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    vectors[3] = vectors[0]
    told = [f"the 😀 iron <b>wing</b> number{place}" for place in range(4)]
    told += [f"the cloud number{place}" for place in range(4, 30)]
    base = made_retrieval().retrieval
    judged = Judgements(np.zeros(3, dtype=np.int64), np.arange(3), np.array([2, 1, 0]))
    retrieval = replace(
        base,
        queries=texts("q", ["The iron wing?", "clouds"], vectors[:2].copy()),
        passages=texts("d", told, vectors),
        judgements=judged,
        runs=(),
    )
    return pair_dataset("graded", pair_up(retrieval))


def card_of(ask, id_, **more):
    return ask("cards", card=id_, **more)["cards"][0]


def test_a_card_shows_the_passage_beside_its_query(ask):
    """Both texts with their ids, the words in common marked, every ranking named."""
    card = card_of(ask, "q0/d1")
    pair = card["pair"]

    assert card["text"] == "the 😀 iron <b>wing</b> number1"
    assert (pair["query"]["id"], pair["query"]["text"]) == ("q0", "The iron wing?")
    # "the" tells nothing; the emoji counts as two.
    assert pair["query"]["marks"] == [[4, 8], [9, 13]]
    assert pair["passage"] == {"id": "d1", "marks": [[7, 11], [15, 19]]}
    assert [system for system, _ in pair["ranks"]] == ["by vectors (cosine)", "by words (BM25)"]
    assert pair["of_query"] == {"candidates": 30, "judged": 3, "found": 0}
    assert card["classes"] == ["0", "1", "2"]
    assert {tile["id"].split("/")[0] for tile in card["neighbours"]} == {"q0"}
    labels = {tile["id"]: tile["label"] for tile in ask("alike", id="q0/d1", want=60)["rows"]}
    # Of what nobody judged it says nothing, though it counts as not relevant.
    assert [labels[f"q0/d{at}"] for at in (0, 2, 3, 4)] == ["2", "0", "2", None]


def test_known_positives_come_judged_ones_first_and_twins_named(ask):
    """Without the candidate itself; similarity is that of the two passages."""
    positives = card_of(ask, "q0/d2")["pair"]["positives"]
    found = [(one["id"], one["grade"], one["kind"], one["twin"]) for one in positives]

    assert sorted(found[:2]) == [("d0", "2", "judged", None), ("d1", "1", "judged", None)]
    assert found[2:] == [("d3", "2", "twin", "d0")]
    similar = [one["similarity"] for one in positives[:2]]
    assert similar == sorted(similar, reverse=True)
    assert [one["id"] for one in card_of(ask, "q0/d0")["pair"]["positives"]] == ["d1", "d3"]


def test_a_query_without_a_positive_says_so_by_an_empty_list(ask):
    """Nobody judged anything of the second query."""
    pair = card_of(ask, "q1/d5")["pair"]

    assert (pair["positives"], pair["more"], pair["judged"]) == ([], 0, False)


def test_what_a_reviewer_found_is_a_known_positive_from_then_on(ask):
    """A relevant one joins the list; a duplicate of a positive does not, but counts as found."""
    for id_, action, label in (("q0/d7", "relabel", "1"), ("q0/d8", "drop", None)):
        one = {"decision_id": uuid.uuid4().hex, "action": action, "ids": [id_], "label": label}
        ask("decisions", decisions=[one])
    pair = card_of(ask, "q0/d2")["pair"]

    kinds = {one["id"]: one["kind"] for one in pair["positives"]}
    assert kinds == {"d0": "judged", "d1": "judged", "d7": "found", "d3": "twin"}
    assert (pair["of_query"]["judged"], pair["of_query"]["found"]) == (5, 2)


def test_a_bare_card_says_nothing_of_what_a_list_goes_by(ask):
    """One in ten is drawn at random: the positives in the order of their grades, no numbers."""
    view = {"order": "fixed", "blind": True}
    cards = [card for card in ask("cards", view=view, want=40)["cards"] if card["bare"]]

    assert cards
    for card in cards:
        pair = card["pair"]
        assert (pair["ranks"], pair["similarity"], card["suggested"]) == ([], None, None)
        assert {one["similarity"] for one in pair["positives"]} <= {None}
        judged = [one["grade"] for one in pair["positives"] if one["kind"] == "judged"]
        assert judged == sorted(judged, reverse=True)


def test_many_positives_are_counted_not_sent(ask):
    """25 known ones beside a candidate."""
    data = made_retrieval().retrieval
    passages = np.arange(25)
    judged = Judgements(np.zeros(25, dtype=np.int64), passages, np.ones(25, dtype=np.int64))
    dataset = pair_dataset("many", pair_up(replace(data, judgements=judged)))
    pair = card_of(lambda what, **more: ask(what, dataset, **more), "q0/d40")["pair"]

    assert (len(pair["positives"]), pair["more"]) == (POSITIVES, 25 - POSITIVES)


def test_more_like_this_stays_with_the_query(ask):
    """The nearest candidates to the passage by cosine, none of them ticked beforehand."""
    dataset = graded()
    answer = ask("alike", id="q0/d4", want=5, sort="nearest")
    vectors = dataset.pairs.passages.embeddings
    near = [f"q0/d{at}" for at in np.argsort(-(vectors @ vectors[4]), kind="stable")[1:6]]

    assert [row["id"] for row in answer["rows"]] == near
    assert not any(row["ticked"] for row in answer["rows"])


def test_the_whole_query_lists_what_may_still_be_a_positive(ask):
    """In the order of the list; known positives, twins and decided pairs are left out."""
    one = {"decision_id": uuid.uuid4().hex, "action": "keep", "ids": ["q0/d9"]}
    ask("decisions", decisions=[one])
    answer = ask("whole", query="q0", want=4)

    (project,) = shelf.opened()
    order = project.dataset.ids(project.audit.result().queue.rows)
    gone = {"q0/d0", "q0/d1", "q0/d3", "q0/d9"}
    best = [id_ for id_ in order if id_.startswith("q0/") and id_ not in gone][:4]
    assert [row["id"] for row in answer["rows"]] == best
    assert answer["left"] == 30 - 3 - 1
    everything = ask("whole", query="q0", want=500)["rows"]
    assert len(everything) == answer["left"]


def test_a_view_of_one_query_deals_no_other(ask):
    """Every card is of q1, and so many are left."""
    answer = ask("cards", view=VIEW | {"query": "q1"}, want=60)

    assert {card["pair"]["query"]["id"] for card in answer["cards"]} == {"q1"}
    assert answer["left"] == 30


def test_a_passage_without_words_is_shown_as_it_is(ask):
    """Empty and missing texts: no marks, no failure."""
    data = made_retrieval(2, 6).retrieval
    sentences = pa.array(["", None, *data.passages.texts.to_pylist()[2:]], pa.large_string())
    dataset = pair_dataset(
        "empty", pair_up(replace(data, passages=replace(data.passages, texts=sentences)))
    )
    for id_ in ("q0/d0", "q0/d1"):
        card = card_of(lambda what, **more: ask(what, dataset, **more), id_)
        assert (card["text"], card["pair"]["passage"]["marks"]) == ("", [])
