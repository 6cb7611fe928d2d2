"""The front page: what is suspected, checked and found, what to do next, before and after."""

import re
from dataclasses import replace
from urllib.parse import parse_qs

import numpy as np
import pytest

from pages.shared import kinds
from pages.shared.front import front_of
from pages.shared.project import Project
from store.dataset import Roles
from store.decisions import decide
from tests.blobs import copies
from tests.pages.asking import post
from tests.retrieval_sets import made_retrieval


def draw(visit, project: Project):
    """The page once everything in the background has ended."""
    audit = project.audit.result()
    assert audit is not None
    if project.dataset.unit == "example":
        project.findings(audit).wait(120)
    app = visit("data")

    assert not app.exception
    assert not app.error
    return app


def html_of(app) -> str:
    """All blocks of HTML."""
    return " ".join(element.proto.body for element in app.get("html"))


def links_of(app) -> dict[str, dict[str, str]]:
    """Query parameters of each link to a page, by page and label."""
    found = {}
    for one in app.get("page_link"):
        asked = parse_qs(one.proto.query_string)
        found[f"{one.proto.page} {one.proto.label}"] = {
            name: values[0] for name, values in asked.items()
        }
    return found


def captions(app) -> str:
    """All captions in one."""
    return " ".join(one.value for one in app.caption)


def steps(app) -> list[str]:
    """Titles of what is proposed, in order."""
    found = [re.fullmatch(r"\*\*\d\. (.*)\*\*", one.value) for one in app.markdown]
    return [one[1] for one in found if one]


@pytest.fixture
def review(open_project, texts):
    """60 texts in two clouds, row 0 under the wrong label, row 59 without one."""
    return open_project(texts)


def test_nothing_is_claimed_before_anybody_has_checked(visit, review):
    """Counts of suspects, and for each that nobody has checked any."""
    app = draw(visit, review)
    page = html_of(app)

    assert "Suspected labels" in page
    assert "Nobody has checked any yet." in page
    assert "% with 95" not in page
    assert "Nothing is decided yet" in captions(app)
    assert steps(app)[0] == "Review the first list"
    assert "pace" not in " ".join(str(one.proto) for one in app.get("progress"))


def test_what_was_checked_says_from_how_many(visit, review):
    """The planted error was found: one of one, which is all that is suspected."""
    dataset = review.dataset
    review.log.append([decide(dataset, [0], "relabel", reviewer="Ada", label="cat", seconds=4.0)])
    app = draw(visit, review)
    page = html_of(app)

    assert "1 of 1 checked, 1 wrong: 100 %, and that is all of them." in page
    assert '<th scope="row">cat</th><td>29</td><td>+1</td><td></td><td></td><td>30</td>' in page
    assert '<th scope="row">dog</th><td>30</td><td></td><td>−1</td><td></td><td>29</td>' in page
    assert "cannot be estimated before the first blind card" in captions(app)
    assert steps(app)[0] == "Look at a random sample"


def test_blind_cards_bring_an_estimate_and_everything_decided_the_export(visit, review):
    """Every row kept but the planted one: nothing is left."""
    dataset = review.dataset
    review.log.append(
        [
            decide(dataset, [0], "relabel", reviewer="Ada", label="cat"),
            decide(dataset, [59], "relabel", reviewer="Ada", label="dog"),
            *(
                decide(dataset, [row], "keep", reviewer="Ada", because={"blind": True})
                for row in range(1, 59)
            ),
        ]
    )
    app = draw(visit, review)
    page = html_of(app)

    assert "Wrong labels, estimated</th><td>1.7 % (1.7–1.7)</td><td>0 % (0–0)</td>" in page
    assert "Without a label</th><td>1</td><td>0</td>" in page
    assert steps(app)[0] == "Export the clean copy"
    assert "Everything that can be wrong has a verdict" in captions(app)


def test_reviewers_who_differ_come_first(visit, review):
    """One row, two opinions, and the link to the pile."""
    dataset = review.dataset
    review.log.append(
        [
            decide(dataset, [0], "relabel", reviewer="Ada", label="cat"),
            decide(dataset, [0], "keep", reviewer="Bob"),
        ]
    )
    app = draw(visit, review)

    assert steps(app)[0] == "Settle where reviewers differ"
    link = links_of(app)["review Review 1"]
    assert visit("review", **link).selectbox(key="pile").value == "adjudicate"


def test_a_step_leads_to_the_pile_it_speaks_of(visit, review):
    """What was flagged, once every suspect is decided."""
    dataset = review.dataset
    review.log.append(
        [
            decide(dataset, [0], "relabel", reviewer="Ada", label="cat"),
            decide(dataset, [5], "flag", reviewer="Ada"),
            decide(dataset, [6], "keep", reviewer="Ada"),
        ]
    )
    links = links_of(draw(visit, review))

    assert visit("review", **links["review Review 1"]).selectbox(key="pile").value == "flag"


def test_each_kind_has_a_way_to_its_rows(visit, open_project, make_dataset, texts):
    """Contradictions by their ids, rows without a label as a filter, all of this dataset."""
    dataset = make_dataset(texts.table["label"].to_pylist(), embeddings=texts.embeddings)
    content = np.array(dataset.content)
    content[40] = content[10]
    project = open_project(replace(dataset, content=content))
    app = draw(visit, project)
    ways = [
        parse_qs(one.proto.query_string)
        for one in app.get("page_link")
        if one.proto.page == "explore"
    ]

    assert all(way["dataset"] == [project.fingerprint[:12]] for way in ways)
    assert [".i~WyJyb3ctMTAiLCAicm93LTQwIl0"] in [way.get("drawn") for way in ways]
    assert ["given <> suggested"] in [way.get("where") for way in ways]
    assert ['[{"column": "given", "names": [null]}]'] in [way.get("parts") for way in ways]
    assert "at least 1 still wrong" in html_of(app)


def test_without_vectors_it_says_what_was_not_looked_for(visit, open_project, make_dataset):
    """No list, no neighbours; the reviewer is not told that all is well."""
    bare = replace(make_dataset(["cat", "dog"] * 5), roles=Roles(id="id", label="label"))
    app = draw(visit, open_project(bare))

    assert "Not looked for: near duplicates and outliers" in captions(app)
    assert "There is no list of suspects" in captions(app)
    assert "Suspected labels" not in html_of(app)


def test_one_class_is_no_reason_to_fail(visit, open_project, make_dataset):
    """With vectors: whatever is said, it is no traceback and no share of nothing."""
    embeddings = np.random.default_rng(0).normal(size=(30, 4)).astype(np.float32)
    app = draw(visit, open_project(make_dataset(["cat"] * 30, embeddings=embeddings)))

    assert "nan" not in html_of(app) + captions(app)


def test_of_pairs_positives_are_suspected_and_found(visit, open_project):
    """A found positive is one more known, and no class of examples is spoken of."""
    made = made_retrieval(8, 60)
    project = open_project(made.dataset())
    before = draw(visit, project)
    pairs = project.dataset.pairs
    row = int(np.flatnonzero(~pairs.judged & pairs.in_front)[0])
    project.log.append([decide(project.dataset, [row], "relabel", reviewer="Ada", label="1")])
    known = int(np.count_nonzero(pairs.judged & (pairs.grade > 0)))
    after = html_of(draw(visit, project))

    assert "Suspected positives" in html_of(before)
    assert "Contradicting" not in html_of(before) + captions(before)
    assert f"Known positives</th><td>{known:,}</td><td>{known + 1:,}</td>" in after


def test_a_condition_names_the_rows_that_are_counted(open_project):
    """Near duplicates and suspected labels, asked of the Explore page as its address asks them."""
    project = open_project(copies()[0])
    audit = project.audit.result()
    project.findings(audit).wait(60)
    problems = {
        one.kind: one for one in front_of(project, audit, project.findings(audit).result()).problems
    }
    for kind in ("near duplicate", "label error"):
        rows = problems[kind].rows
        asked = kinds.in_explore(project, kind, rows, audit)["where"]
        choice = {"typed": asked}
        status, told = post(f"/explore/{project.fingerprint}/counts", {"choice": choice})

        assert status == 200, told
        assert told["filtered"] == len(rows)
    assert len(problems["near duplicate"].rows) == 40


def test_a_users_column_of_the_same_name_is_not_asked(open_project, make_dataset, texts):
    """The table has a column "given" and one "suggested" of its own."""
    dataset = make_dataset(
        texts.table["label"].to_pylist(),
        embeddings=texts.embeddings,
        given=["x"] * 60,
        suggested=["y"] * 60,
    )
    project = open_project(dataset)
    asked = kinds.in_explore(project, "label error", np.array([0]), project.audit.result())
    status, told = post(
        f"/explore/{project.fingerprint}/counts", {"choice": {"typed": asked["where"]}}
    )

    assert (status, told["filtered"]) == (200, 1)
