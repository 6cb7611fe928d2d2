"""What the map asks, against numpy on the rows themselves."""

import json
from typing import Any

import numpy as np
import pytest
from starlette.middleware.gzip import GZipMiddleware

from pages.shared.explore.map_answers import FOUND
from store.decision import decide
from tests.pages.asking import APP, OURS, ask

SQUARE = [[-0.5, -0.5], [0.5, -0.5], [0.5, 0.5], [-0.5, 0.5]]


def asked(project, what: str, **facts: Any) -> tuple[int, bytes]:
    """Status and body of a question of the Explore page."""
    body = json.dumps({"reviewer": "Ada", "tab": "t", **facts}).encode()
    path = f"/explore/{project.fingerprint}/{what}"
    status, _, answer = ask(path, method="POST", headers=OURS, body=body)
    return status, answer


def numbers(project, what: str, **facts: Any) -> tuple[dict[str, Any], bytes]:
    """Head and body of an answer of numbers."""
    status, answer = asked(project, what, **facts)
    assert status == 200, answer
    length = int.from_bytes(answer[:4], "little")
    return json.loads(answer[4 : 4 + length]), answer[4 + length :]


def codes(project, by: str) -> tuple[dict[str, Any], np.ndarray]:
    """Legend and a code per row."""
    head, body = numbers(project, "colours", by=by)
    return head, np.frombuffer(body, np.uint8)[: len(project.dataset)]


def bits(body: bytes, n: int) -> np.ndarray:
    """(n,) bool from a bit per row."""
    return np.unpackbits(np.frombuffer(body, np.uint8), bitorder="little")[:n].astype(bool)


@pytest.fixture
def project(open_project, make_dataset):
    """120 rows of four classes, one unlabelled, with numbers, groups and an odd column of each."""
    rng = np.random.default_rng(3)
    labels = [["cat", "dog", "emu", "fox"][row % 4] for row in range(120)]
    vectors = np.eye(6)[np.arange(120) % 4] + 0.2 * rng.normal(size=(120, 6))
    labels[0], labels[119] = "dog", None
    weight = [None if row == 5 else float(row) for row in range(120)]
    return open_project(
        make_dataset(
            labels,
            embeddings=vectors.astype(np.float32),
            weight=weight,
            source=[f"s{row % 50:02}" for row in range(120)],
            odd=[f"all different {row}" for row in range(120)],
            verdict=["theirs"] * 50 + ["ours"] * 70,
        )
    )


def test_places_are_the_layout_and_its_box(project):
    """float32, row after row; the head has the box that holds them."""
    head, body = numbers(project, "places", layout="pca")
    found = np.frombuffer(body, "<f4").reshape(-1, 2)

    assert len(found) == 120
    assert head["low"] == found.min(axis=0).tolist()
    assert head["high"] == found.max(axis=0).tolist()


def test_places_are_sent_as_they_are(project):
    """Squeezing floats takes longer than sending them, and Streamlit squeezes what it may."""
    path = f"/explore/{project.fingerprint}/places"
    facts = json.dumps({"reviewer": "Ada", "tab": "t", "layout": "pca"}).encode()
    squeezing = GZipMiddleware(APP, minimum_size=1)
    headers = OURS | {"accept-encoding": "gzip"}

    answers = [
        ask(path, method="POST", headers=headers, body=facts, app=app) for app in (APP, squeezing)
    ]

    assert answers[0][2] == answers[1][2]


def test_masks_are_what_stands_in_the_table(project):
    """Filter and selection, the selection only of what passes, also without a whole byte."""
    head, body = numbers(project, "places", layout="pca")
    places = np.frombuffer(body, "<f4").reshape(-1, 2)
    parts = [{"column": "weight", "low": 10, "high": 40}]
    steps = [{"op": "add", "polygon": SQUARE}, {"op": "subtract", "ids": ["row-12"]}]
    choice = {"parts": parts, "steps": steps, "layout": "pca"}

    head, body = numbers(project, "masks", choice=choice)

    row = np.arange(120)
    passes = (row >= 10) & (row < 40)
    selected = passes & (np.abs(places) < 0.5).all(axis=1) & (row != 12)
    assert selected.any()
    assert bits(body, 120).tolist() == passes.tolist()
    assert bits(body[16:], 120).tolist() == selected.tolist()
    assert (head["filtered"], head["selected"]) == (30, int(selected.sum()))


def test_classes_keep_their_colours_whatever_was_decided(project):
    """Given, suggested and label in force share one order; a decision moves no name."""
    given, given_codes = codes(project, "given")
    now, before = codes(project, "label_now")
    assert given["names"] == now["names"] == ["cat", "dog", "emu", "fox"]
    assert given["counts"] == np.bincount(project.dataset.labels[:119], minlength=4).tolist()
    assert (given_codes[119], given["none"]) == (255, 1)

    _decided(project, 4, "relabel", "fox")

    now, after = codes(project, "label_now")
    assert now["names"] == given["names"]
    assert now["changes"]
    assert np.flatnonzero(before != after).tolist() == [4]
    assert now["names"][after[4]] == "fox"


def test_agreement_is_given_against_suggested(project):
    """The same rows as the two columns say, and the conditions that the legend filters by."""
    head, found = codes(project, "agreement")
    given, suggested = codes(project, "given")[1], codes(project, "suggested")[1]

    assert ((found == 0) == ((given == suggested) & (given != 255))).all()
    assert (found == 1).sum() == head["counts"][1] > 0
    for code, condition in enumerate(head["sql"]):
        _, body = numbers(project, "masks", choice={"typed": condition})
        assert bits(body, 120).tolist() == (found == code).tolist()
    _, body = numbers(project, "masks", choice={"typed": head["noneSql"]})
    assert bits(body, 120).tolist() == (found == 255).tolist()


def test_many_groups_share_one_colour_in_words(project):
    """Fifty sources: the twenty that come three times first, then by name; ten share the rest."""
    head, found = codes(project, "source")

    assert head["names"] == [f"s{one:02}" for one in range(40)]
    assert (head["others"], head["othersCount"]) == (10, 20)
    assert (found == 254).sum() == 20


def test_numbers_are_quantised_and_a_missing_one_has_its_own_code(project):
    """Between the percentiles that numpy finds."""
    head, found = codes(project, "weight")
    known = np.delete(np.arange(120.0), 5)

    assert [head["low"], head["high"]] == np.percentile(known, [1, 99]).tolist()
    assert found[5] == 255
    assert (np.diff(np.delete(found, 5).astype(int)) >= 0).all()
    assert (head["none"], head["clipped"]) == (1, 4)


def test_a_verdict_column_of_the_user_is_not_ours(project):
    """Theirs keeps its name and its groups; ours has an underscore, and the piles' words."""
    assert codes(project, "verdict")[0]["names"] == ["ours", "theirs"]
    head, found = codes(project, "verdict_")

    assert head["names"][0] == "undecided"
    assert (found == 0).all()
    assert head["changes"]


@pytest.mark.parametrize(
    ("by", "says"),
    [("odd", "neither groups nor numbers"), ("truth", "no column"), (7, "no column")],
)
def test_a_colour_that_is_none_is_refused_in_a_sentence(project, by, says):
    """A text of its own per row, a column there is none of, and no name at all."""
    status, body = asked(project, "colours", by=by)

    assert status == 422
    assert says in body.decode()


def test_outlines_are_the_errors_found(project):
    """Relabelled and dropped rows; nothing before, and a kept one not."""
    head, body = numbers(project, "marks", which="found")
    assert (head["count"], head["words"]) == (0, "")
    _decided(project, 4, "relabel", "fox")
    _decided(project, 9, "keep")

    head, body = numbers(project, "marks", which="found")

    assert np.flatnonzero(bits(body, 120)).tolist() == [4]
    assert "relabel" in FOUND
    assert head["words"].startswith("1 ")


def test_suspected_ones_are_the_first_of_the_list_with_another_label(project):
    """One row in a hundred, rounded up; a decided one is no longer suspected."""
    _, agreement = codes(project, "agreement")
    first = project.audit.result().queue.rows[:2]
    expected = sorted(row for row in first.tolist() if agreement[row] == 1)
    _, body = numbers(project, "marks", which="suspected")
    assert np.flatnonzero(bits(body, 120)).tolist() == expected != []

    _decided(project, expected[0], "keep")

    _, body = numbers(project, "marks", which="suspected")
    assert np.flatnonzero(bits(body, 120)).tolist() == expected[1:]


def test_single_points_are_told_apart(project):
    """Id, words and labels of the rows that are asked for, in their order."""
    status, body = asked(project, "closer", rows=[119, 0])
    first, second = json.loads(body)["rows"]

    assert status == 200
    assert (first["row"], first["id"], first["given"], first["text"]) == (
        119,
        "row-119",
        None,
        "text 119",
    )
    assert (second["id"], second["given"], second["verdict"]) == ("row-0", "dog", "undecided")
    assert json.loads(asked(project, "closer", rows=[])[1]) == {"rows": []}


@pytest.mark.parametrize("rows", [[120], [-1], [True], ["0"], None, [0.5], list(range(101))])
def test_rows_that_are_none_are_refused(project, rows):
    """Beyond the table, not a number, too many."""
    status, body = asked(project, "closer", rows=rows)

    assert status == 422
    assert b"row numbers below 120" in body


def _decided(project, row: int, action: str, label: str | None = None) -> None:
    entry = decide(project.dataset, [row], action, label=label, reviewer="Ada")
    project.log.append([entry])
