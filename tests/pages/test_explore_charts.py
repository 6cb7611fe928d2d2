"""What the charts and the filter line of the Explore page are told."""

import shutil
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from engine.audit import audit
from pages.shared import shelf
from store.dataset import Roles
from store.decisions import decide
from store.opening import open_in_memory
from store.workspace import Workspace
from tests.pages.asking import post

HOSTILE = "<img src=x onerror=alert(1)>\"'"


@pytest.fixture(scope="module")
def scored(tmp_path_factory, make_dataset):
    """A workspace of two clouds of texts, scored once; row 0 is a cat labelled dog, row 59 has no
    label, ten rows each are a group, what is right is in a column of its own."""
    labels = ["dog"] + ["cat"] * 29 + ["dog"] * 29 + [None]
    cloud = np.repeat(np.eye(4, dtype=np.float32)[:2], 30, axis=0)
    noise = np.random.default_rng(0).normal(scale=0.05, size=(60, 4))
    columns = {
        "price": pa.array([*map(float, range(58)), None, float("nan")]),
        HOSTILE: [f"group {row // 10}" for row in range(60)],
        "right": ["cat"] * 60,
    }
    dataset = make_dataset(labels, embeddings=(cloud + noise).astype(np.float32), **columns)
    dataset = replace(dataset, roles=Roles(id="id", label="label", text="text", truth="right"))
    opened = open_in_memory(dataset, tmp_path_factory.mktemp("scored") / "made.secondlook")
    audit(opened.dataset, opened.workspace)
    return opened.workspace.folder


@pytest.fixture
def project(scored, tmp_path):
    """A copy of it, open."""
    project = shelf.keep(Workspace(shutil.copytree(scored, tmp_path / "made.secondlook")))
    project.audit.wait(120)
    return project


def asked(project, what, **facts):
    status, answer = post(f"/explore/{project.fingerprint}/{what}", facts)
    assert status == 200, answer
    return answer


def chart(project, name, choice=None, **options):
    spec = {"name": name, **options}
    return asked(project, "charts", choice=choice or {}, charts=[spec])["charts"][0]


def test_every_chart_is_drawn_and_what_is_right_is_in_none(project):
    found = asked(project, "chart_list")
    names = [one["name"] for one in found["charts"]]

    answers = asked(project, "charts", choice={}, charts=[{"name": one} for one in names])

    assert [one["kind"] for one in answers["charts"]] == [one["kind"] for one in found["charts"]]
    assert set(found["usual"]) <= set(names)
    assert {"matrix", "dynamics", "column given", f"groups {HOSTILE}"} <= set(names)
    assert not any("right" in one for one in names)
    assert "problem" in chart(project, "column right")
    assert "problem" in chart(project, "column nothing of the kind")


def test_a_histogram_counts_all_what_passes_and_what_is_selected(project):
    score = project.audit.result().scores["self_confidence"].values
    choice = {
        "parts": [{"column": "given", "names": ["dog"]}],
        "steps": [{"op": "add", "ids": ["row-0", "row-1", "row-40"]}],
    }

    answer = chart(project, "column self_confidence", choice)

    edges = np.array(answer["edges"], dtype=np.float32)
    edges[-1] = np.inf
    dogs = project.dataset.labels == 1
    selected = dogs & np.isin(np.arange(60), [0, 1, 40])
    for layer, rows in (("all", np.ones(60, bool)), ("filtered", dogs), ("selected", selected)):
        known = score[rows & ~np.isnan(score)]
        assert answer[layer] == np.histogram(known, edges)[0].tolist()
        assert answer["none"][layer] == int(np.isnan(score[rows]).sum())
    assert answer["brushed"] is False


def test_a_chart_shows_what_passes_all_conditions_but_its_own(project):
    own = {"column": "price", "low": 10, "high": 20}
    other = {"column": "given", "names": ["cat"]}

    both = chart(project, "column price", {"parts": [own, other]})
    without = chart(project, "column price", {"parts": [other]})
    others = chart(project, "column given", {"parts": [own, other]})

    assert both["brushed"] is True
    assert both | {"brushed": False} == without
    assert dict(zip(others["names"], others["filtered"], strict=True)) == {
        "cat": 10, "dog": 0, None: 0
    }  # fmt: skip


def test_nan_and_null_are_both_none(project):
    answer = chart(project, "column price")

    assert answer["none"]["all"] == 2
    assert sum(answer["all"]) == 58
    passed = asked(project, "counts", choice={"parts": [{"column": "price", "names": [None]}]})
    assert passed["filtered"] == 2
    above = {"parts": [{"column": "price", "low": 50, "high": None}]}
    assert asked(project, "counts", choice=above)["filtered"] == 8


def test_the_chart_of_verdicts_follows_the_log(project):
    before = chart(project, "column verdict")
    project.log.append([decide(project.dataset, [0], "drop", reviewer="Ada")])

    after = chart(project, "column verdict")

    assert before["names"] == ["undecided"]
    assert dict(zip(after["names"], after["filtered"], strict=True)) == {"undecided": 59, "drop": 1}
    groups = chart(project, "groups given")["groups"]
    assert {one["name"]: one["found"] for one in groups} == {"cat": 0, "dog": 1, None: 0}


@pytest.mark.parametrize(
    "condition", ["VERDICT = 'keep'", "\"Label_Now\" = given AND verdict <> 'x'"]
)
def test_a_condition_about_verdicts_is_asked_anew_after_a_decision(project, condition):
    def passed():
        return asked(project, "counts", choice={"typed": condition})["filtered"]

    before = passed()
    other = asked(project, "counts", choice={"typed": "rank <= 7"})["filtered"]
    relabel = decide(project.dataset, [0], "relabel", label="cat", reviewer="Ada")
    project.log.append([relabel, decide(project.dataset, [1, 2], "keep", reviewer="Ada")])

    assert before == (0 if "keep" in condition else 59)
    assert passed() == (2 if "keep" in condition else 58)
    assert asked(project, "counts", choice={"typed": "rank <= 7"})["filtered"] == other == 7


def test_the_matrix_says_what_is_confused(project):
    """Row 0 lies among the cats and says dog."""
    answer = chart(project, "matrix")

    assert answer["classes"] == ["cat", "dog"]
    assert answer["filtered"][1][0] == 1
    assert answer["filtered"][0][1] == 0
    cell = {
        "parts": [{"column": "given", "names": ["dog"]}, {"column": "suggested", "names": ["cat"]}]
    }
    assert asked(project, "counts", choice=cell)["filtered"] == 1
    assert chart(project, "matrix", cell)["filtered"] == answer["filtered"]


def test_the_map_of_training_dynamics_counts_every_row_once(project):
    answer = chart(project, "dynamics", {"typed": "given = 'cat'"})
    scores = project.audit.result().scores
    x, y = (scores[f"cartography_{name}"].values for name in ("variability", "confidence"))
    edges = [np.array(answer[axis]["edges"], np.float32) for axis in ("across", "up")]
    for one in edges:
        one[-1] = np.inf
    cats = project.dataset.labels == 0

    expected, _, _ = np.histogram2d(y[cats], x[cats], [edges[1], edges[0]])

    assert answer["filtered"] == expected.astype(int).ravel().tolist()
    assert answer["none"] == 0


def test_groups_are_sorted_and_the_rest_is_counted(project):
    rising = chart(project, f"groups {HOSTILE}", sort="name", rising=True, most=2)
    share = chart(project, f"groups {HOSTILE}", sort="share")

    assert [one["name"] for one in rising["groups"]] == ["group 0", "group 1"]
    assert rising["more"] == 4
    assert share["groups"][0]["name"] == "group 0"
    assert share["groups"][0] | {"mean": None, "differs": None} == {
        "name": "group 0", "rows": 10, "suspected": 1, "found": 0, "share": 0.1, "mean": None,
        "differs": None,
    }  # fmt: skip


def test_names_are_searched_in_any_case(project):
    column = {"column": HOSTILE, "choice": {"typed": "rank <= 60"}}

    assert asked(project, "names", words="GROUP 3", **column) == {
        "names": ["group 3"], "more": 0, "all": [10], "filtered": [10], "selected": None
    }  # fmt: skip
    assert asked(project, "names", words="nowhere", **column)["names"] == []


def test_an_answer_is_small(project):
    """What travels for all usual charts at once."""
    usual = [{"name": one} for one in asked(project, "chart_list")["usual"]]
    choice = {"steps": [{"op": "add", "ids": ["row-3"]}]}
    _, answer = post(f"/explore/{project.fingerprint}/charts", {"choice": choice, "charts": usual})

    assert len(str(answer)) < 40_000


def test_filters_are_saved_used_and_forgotten(project):
    parts = [{"column": HOSTILE, "names": ["group 1", "group 2"]}]
    saved = asked(project, "keep_filter", name="mine", filter={"parts": parts, "steps": []})[
        "saved"
    ]

    assert asked(project, "filter_facts")["saved"] == saved
    assert asked(project, "counts", choice={"typed": saved[0]["where"]})["filtered"] == 20
    assert asked(project, "drop_filter", name="mine")["saved"] == []


@pytest.mark.parametrize(
    ("what", "facts", "told"),
    [
        ("keep_filter", {"name": "", "filter": {"typed": "true"}}, "no name"),
        ("keep_filter", {"name": "x", "filter": {}}, "every row passes"),
        ("keep_filter", {"name": "x", "filter": {"typed": "nonsense = 1"}}, "columns are"),
        ("keep_filter", {"name": 3, "filter": {"typed": "true"}}, "text was expected"),
        ("drop_filter", {"name": "x"}, "no saved filter"),
        ("charts", {"charts": "matrix"}, "list"),
        ("charts", {"charts": [], "choice": {"typed": "given ="}}, "cannot be read"),
        ("names", {"column": "right"}, "no column"),
    ],
)
def test_what_cannot_be_done_is_told(project, what, facts, told):
    status, answer = post(f"/explore/{project.fingerprint}/{what}", {"choice": {}} | facts)

    assert status == 422
    assert told in answer
    assert asked(project, "filter_facts")["saved"] == []


def test_the_filter_help_writes_columns_as_a_condition_has_them(project):
    facts = asked(project, "filter_facts")

    assert facts["texts"] == ["text", "id"]
    for name, quoted in facts["quoted"].items():
        assert asked(project, "counts", choice={"typed": f"{quoted} IS NOT NULL"})["n"] == 60, name
