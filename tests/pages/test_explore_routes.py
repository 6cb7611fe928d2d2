"""The Explore page over HTTP: what there is to know, who may ask, how many rows a choice names."""

import json

import numpy as np
import pytest

from pages.shared.explore import (
    chart_answers,
    doing_answers,
    filter_answers,
    held_answers,
    map_answers,
    table_answers,
)
from pages.shared.explore.answers import ANSWERS
from store.decisions import decide
from tests.pages.asking import OURS, ask, post
from tests.retrieval_sets import made_retrieval


@pytest.fixture
def project(open_project, texts):
    """60 texts, open and scored; row 0 is the one wrong label, row 59 has none."""
    return open_project(texts)


@pytest.fixture
def asked(project):
    """A function that asks a question and expects an answer: asked("counts", choice={...})."""

    def ask_it(what, **facts):
        status, answer = post(f"/explore/{project.fingerprint}/{what}", facts)
        assert status == 200, answer
        return answer

    return ask_it


def numbers(project, what, facts):
    """Head and body of an answer of numbers."""
    path = f"/explore/{project.fingerprint}/{what}"
    status, _, whole = ask(path, method="POST", headers=OURS, body=json.dumps(facts).encode())
    assert status == 200, whole
    length = int.from_bytes(whole[:4], "little")
    return json.loads(whole[4 : 4 + length]), whole[4 + length :]


def test_what_there_is_to_know_before_anything_is_drawn(project, asked):
    """Size, columns and the layouts that are ready."""
    about = asked("about")

    assert (about["n"], about["unit"], about["media"]) == (60, "example", "text")
    assert about["classes"] == ["cat", "dog"]
    assert {"given", "verdict", "joined_evidence"} <= {one["name"] for one in about["columns"]}
    assert about["layouts"][-1] == "pca"
    project.lay_out(project.audit.result()).wait(120)
    assert asked("about")["layouts"] == ["umap", "pca"]


def test_the_places_come_as_numbers(project):
    """As the layout has them, with the box around them and how far to trust them."""
    project.lay_out(project.audit.result()).wait(120)
    head, body = numbers(project, "places", {"layout": "umap"})
    places = np.frombuffer(body, dtype="<f4").reshape(60, 2)

    np.testing.assert_array_equal(places, project.layout.result().places)
    np.testing.assert_allclose(head["low"], places.min(axis=0))
    assert head["trust"].startswith("UMAP, trustworthiness")
    assert numbers(project, "places", {"layout": "pca"})[0]["trust"] == ""


def test_masks_are_a_bit_per_row(project):
    """First what passes, then what is selected of it; nothing drawn, no second one."""
    cats = np.array([given == "cat" for given in project.dataset.table["label"].to_pylist()])
    parts = [{"column": "given", "names": ["cat"]}]
    head, body = numbers(project, "masks", {"choice": {"parts": parts}})

    bits = np.unpackbits(np.frombuffer(body, dtype=np.uint8), bitorder="little")
    np.testing.assert_array_equal(bits[:60].astype(bool), cats)
    assert head == {"filtered": 29, "selected": None}

    steps = [
        {"op": "add", "ids": ["row-0", "row-1", "row-2"]},
        {"op": "subtract", "ids": ["row-2"]},
    ]
    head, body = numbers(project, "masks", {"choice": {"parts": parts, "steps": steps}})
    second = np.unpackbits(np.frombuffer(body[8:], dtype=np.uint8), bitorder="little")[:60]
    assert head == {"filtered": 29, "selected": 1}
    assert np.flatnonzero(second).tolist() == [1]


def test_a_polygon_selects_what_lies_inside(project, asked):
    """Half of the plane of the first picture; a hole is taken out of it again."""
    x = project.explorer(project.audit.result()).places("pca")
    left = [[-9, -9], [0, -9], [0, 9], [-9, 9]]
    choice = {"steps": [{"op": "add", "polygon": left}], "layout": "pca"}

    assert asked("counts", choice=choice)["selected"] == int((x[:, 0] < 0).sum())
    low = [[-9, -9], [0, -9], [0, 0], [-9, 0]]
    choice["steps"].append({"op": "subtract", "polygon": low})
    assert asked("counts", choice=choice)["selected"] == int(((x[:, 0] < 0) & (x[:, 1] >= 0)).sum())


def test_the_filter_follows_the_decisions(project, asked):
    """A verdict changes what a condition about verdicts says, at the next question."""
    choice = {"typed": "verdict = 'undecided'"}
    assert asked("counts", choice=choice)["filtered"] == 60
    decision = decide(project.dataset, [0, 1], "relabel", label="cat", reviewer="Ada")
    project.log.append([decision])

    assert asked("counts", choice=choice)["filtered"] == 58
    assert asked("counts", choice={"typed": "label_now = 'cat'"})["filtered"] == 30
    assert asked("counts", choice={"typed": "given = 'cat'"})["filtered"] == 29


def test_what_cannot_be_asked_is_a_sentence(project):
    """A condition that is none, a layout that is not there, a list and a question of nobody."""
    path = f"/explore/{project.fingerprint}"
    status, said = post(f"{path}/counts", {"choice": {"typed": "DROP TABLE rows"}})
    assert (status, "Traceback" in said) == (422, False)
    drawn = {"steps": [{"op": "add", "polygon": [[0, 0], [1, 0], [1, 1]]}], "layout": "nowhere"}
    assert post(f"{path}/counts", {"choice": drawn})[0] == 422
    assert post(f"{path}/counts", {"choice": {"named": "nobody's"}})[0] == 422
    assert post(f"{path}/counts", {})[0] == 422
    assert post(f"{path}/nothing", {})[0] == 404


@pytest.mark.parametrize("what", sorted(ANSWERS))
def test_every_question_is_for_our_own_pages_alone(project, what):
    """Without the header, or from another site, nobody is answered."""
    path = f"/explore/{project.fingerprint}/{what}"
    bare = {"content-type": "application/json"}

    assert ask(path, method="POST", headers=bare, body=b"{}")[0] == 403
    assert post(path, {}, origin="http://evil.example")[0] == 403


def test_pairs_have_columns_and_no_map(open_project):
    """Counts hold for them as well."""
    project = open_project(made_retrieval().dataset())
    path = f"/explore/{project.fingerprint}"
    status, about = post(f"{path}/about", {})

    assert (status, about["layouts"], about["unit"]) == (200, [], "pair")
    assert post(f"{path}/counts", {"choice": {"typed": "rank <= 10"}})[1]["filtered"] == 10


def test_no_part_of_the_page_asks_under_the_name_of_another():
    """One of the two would silently get the other's answer."""
    parts = (
        map_answers, chart_answers, held_answers, filter_answers, table_answers, doing_answers
    )  # fmt: skip

    assert len(ANSWERS) == len(["about", "counts"]) + sum(len(part.ANSWERS) for part in parts)
