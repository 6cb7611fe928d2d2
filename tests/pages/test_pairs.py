"""Every page with a retrieval set open: pairs are reviewed, counted and named as pairs."""

import numpy as np
import pytest

from store.decision import decide
from tests.retrieval_sets import made_retrieval

EVERY_PAGE = ["data", "score", "explore", "review", "export", "methods"]


@pytest.fixture
def project(open_project):
    """24 queries, 240 passages, every pair a candidate."""
    return open_project(made_retrieval().dataset())


@pytest.fixture
def told(monkeypatch):
    """What the card's component was told in the latest run."""
    heard = {}
    monkeypatch.setattr("pages.shared.review_card._component", lambda **facts: heard.update(facts))
    return lambda: heard["data"]


@pytest.mark.parametrize("page", EVERY_PAGE)
def test_a_page_draws_a_dataset_of_pairs(visit, project, page):
    """No traceback, and no sentence about what is missing, on any page."""
    app = visit(page)

    assert not app.exception
    assert not app.error


def test_the_data_page_says_what_is_there(visit, project):
    """Counts of the made set: 24 queries, 240 passages, their judgements."""
    app = visit("data")
    numbers = {one.label: one.value for one in app.metric}
    judged = int(project.dataset.pairs.judged.sum())

    assert (numbers["Queries"], numbers["Passages"]) == ("24", "240")
    assert numbers["Judgements"] == f"{judged:,}"
    assert numbers["Candidates"] == "5,760"
    assert numbers["Judged share"] == f"{judged / 5760:.2%}"
    assert "Every passage is a candidate" in " ".join(one.value for one in app.caption)


def test_the_card_is_told_that_it_shows_pairs(visit, project, told):
    """Grades by name, and the query of the address."""
    app = visit("review", query="q3")

    assert not app.exception
    assert told()["unit"] == "pair"
    assert told()["names"] == {"0": "0 · not relevant", "1": "1 · relevant"}
    assert told()["view"]["query"] == "q3"
    assert "Only" in " ".join(one.value for one in app.caption)
    (back,) = [one for one in app.button if one.label == "All queries"]
    back.click().run()

    assert told()["view"]["query"] is None


def test_a_query_that_is_not_there_is_told(visit, project, told):
    """A link from another set: a sentence, no traceback."""
    app = visit("review", query="nobody")

    assert not app.exception
    assert "no query 'nobody'" in app.error[0].value.replace("\\", "")


def test_what_was_found_stands_below_the_card(visit, project, told):
    """Two decisions, one of them a found positive; the query it belongs to says so."""
    dataset = project.dataset
    pairs, missing = dataset.pairs, made_retrieval().missing(dataset)
    nobody = ~pairs.judged & pairs.in_front
    found, other = np.flatnonzero(missing & nobody)[0], np.flatnonzero(~missing & nobody)[0]
    log = [
        decide(dataset, [found], "relabel", label="1", reviewer="Ada", seconds=2.0),
        decide(dataset, [other], "keep", reviewer="Ada", seconds=4.0),
    ]
    project.log.append(log)
    app = visit("review")
    numbers = {one.label: one.value for one in app.metric}
    table = app.dataframe[-1].value

    assert numbers["Positives found"] == "1 of 2"
    assert "Unmarked positives left" in numbers
    assert "1 positive found in 2 verdicts, one in 2.0." in " ".join(
        one.value for one in app.caption
    )
    (line,) = table[table["Found"] == 1].to_dict("records")
    assert line["Query"] == pairs.queries.id_of(pairs.query[found])
    assert line["Review"].endswith(f"&query={line['Query']}")
