"""Named lists and conditions from the command line and in a review."""

import json

import numpy as np
import pyarrow as pa
import pytest

from engine.audit import Audit
from engine.contract import Score
from engine.dealing import Dealer
from engine.inputs import Evidence
from engine.queueing import default_queue
from engine.scorers import all_scorers
from engine.views import View, read_view, rows_in
from store.ledger import ACTIONS
from store.lists import keep_list
from store.opening import open_dataset
from tests.engine.test_command_line import reviews, run

__all__ = ["reviews"]


@pytest.fixture
def audit(make_dataset):
    """Forty rows; the list names row 0 first, row 1 next, and so on."""
    dataset = make_dataset(["a", "b"] * 20)
    values = 0.9 - np.arange(40) / 100
    score = Score(
        all_scorers()["joined_evidence"], {}, values.astype(np.float32), 1 - dataset.labels
    )
    evidence = Evidence(dataset)
    return Audit(evidence, {"joined_evidence": score}, default_queue([score], evidence))


def test_a_view_with_a_list_deals_its_rows_alone(audit):
    """In the list's order, without blind cards, which stand for the whole; to the end."""
    codes, named = np.zeros(40, dtype=np.int8), np.array([3, 17, 18, 30])
    codes[17] = ACTIONS.index("keep")
    view = View(named="some", order="fixed")
    dealer = Dealer(audit)
    dealt, left, held = dealer.deal(view, codes, tab="a", want=30, seen=10, among=named)

    assert [card.row for card in dealt] == [3, 18, 30]
    assert not any(card.blind or card.bare for card in dealt)
    assert (left, held) == (3, 0)
    assert not view.is_whole
    empty = dealer.deal(view, codes, tab="b", want=5, among=named[:0])
    assert (empty[0], empty[1]) == ([], 0)


def test_a_list_narrows_every_other_choice(audit):
    """Given label, verdict and list hold together."""
    dataset, codes = audit.evidence.dataset, np.zeros(40, dtype=np.int8)
    view = View(named="some", given="a")
    found = rows_in(view, dataset, codes, 1 - dataset.labels, np.empty(0), np.arange(5))

    assert np.flatnonzero(found).tolist() == [0, 2, 4]


def test_the_address_names_the_list(audit):
    """An empty name is none."""
    dataset, queues = audit.evidence.dataset, ("joined_evidence",)

    assert read_view({"named": "some"}, dataset, queues).named == "some"
    assert read_view({"named": ""}, dataset, queues) == read_view({}, dataset, queues)


def test_the_queue_prints_the_rows_of_a_list(capsys, reviews):
    """With a condition only those for which it holds; a list that is not there is a sentence."""
    opened = open_dataset(reviews)
    keep_list(opened.workspace, "some", pa.array(["r07", "r08", "gone"]), reviewer="ann")

    for more, ids in (([], {"r07", "r08"}), (["--where", "given = 'fruit'"], set())):
        out = run(capsys, "queue", reviews, "--json", "--list", "some", *more)[1]
        assert {json.loads(line)["id"] for line in out.splitlines()} == ids
    code, _, err = run(capsys, "queue", reviews, "--list", "lost")
    assert code == 1
    assert "no list 'lost'" in err
    assert "'some'" in err


def test_an_export_takes_a_list_and_a_condition_on_scores(capsys, reviews, tmp_path):
    """Twice the same bytes; the manifest names list, condition and rows."""
    opened = open_dataset(reviews)
    odd = [f"r{row:02}" for row in range(1, 40, 2)]
    keep_list(opened.workspace, "odd", pa.array(odd), reviewer="ann")
    words = ["--list", "odd", "--where", "neighbour_vote < 0.5 OR id = 'r11'", "--format", "jsonl"]
    made = []
    for name in ("one", "two"):
        code, out, err = run(capsys, "export", reviews, "--out", tmp_path / name, *words)
        assert code == 0, err
        made.append((out, *((tmp_path / name / one).read_bytes() for one in ("manifest.json",))))
    manifest = json.loads(made[0][0])
    lines = (tmp_path / "one" / manifest["file"]).read_text().splitlines()

    assert made[0] == made[1]
    assert [json.loads(line)["id"] for line in lines] == ["r07", "r11"]
    assert manifest["options"]["named"] == "odd"
    assert manifest["chosen"]["rows"] == 2


def test_an_export_by_an_old_condition_says_what_it_is_called_now(capsys, reviews, tmp_path):
    """Nothing is written."""
    open_dataset(reviews)
    words = ["export", reviews, "--out", tmp_path / "out", "--where", "label=fruit"]
    code, _, err = run(capsys, *words)

    assert code == 1
    assert "is now: label = 'fruit'" in err
    assert not (tmp_path / "out").exists()
    assert run(capsys, *words[:-1], "label = 'fruit'")[0] == 0
