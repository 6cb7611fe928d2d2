"""Rows by how near in meaning they are to words that somebody typed."""

import threading

import numpy as np
import pytest

from pages.shared.explore import orders
from store.errors import UserError
from tests.pages.asking import post

TEXTS = [f"the cat and kitten {word}" for word in ("purr", "sleep", "play", "eat", "jump")] * 6
TEXTS += [f"a ship sails over the {word}" for word in ("sea", "waves", "bay", "lake", "fog")] * 6
SORT = {"words": "kitten"}


@pytest.fixture
def project(open_project, make_dataset):
    """60 texts without vectors: they were made here, so that words can be looked for."""
    return open_project(make_dataset(["a", "b"] * 30, texts=TEXTS))


def rows(project, **facts):
    return post(f"/explore/{project.fingerprint}/rows", {"choice": {}, "limit": 60, **facts})


def settled(project, **facts):
    """The answer once the encoder is there."""
    explorer = project.explorer(project.audit.result())
    status, answer = rows(project, **facts)
    if "coming" in answer:
        explorer.orders._encoder.wait(60)
        status, answer = rows(project, **facts)
    assert status == 200, answer
    return answer


def test_what_is_about_the_words_comes_first(project):
    """All cats before any ship; in a filter only what passes it."""
    setup = post(f"/explore/{project.fingerprint}/table", {})[1]
    answer = settled(project, sort=SORT)
    distances = [row["distance"] for row in answer["rows"]]

    assert setup["words"].startswith("TF-IDF of")
    assert {row["text"][:7] for row in answer["rows"][:30]} == {"the cat"}
    assert distances == sorted(distances)
    ships = {"parts": [{"column": "text", "words": "SHIP"}]}
    some = settled(project, sort=SORT, choice=ships)
    assert (some["total"], some["rows"][0]["text"][:6]) == (30, "a ship")


def test_while_the_encoder_is_made_the_answer_says_so(project, monkeypatch):
    """And it is made once, however often somebody asks."""
    go_on, made = threading.Event(), []

    def slow(dataset, how, *, progress):
        made.append(how)
        go_on.wait(60)
        return lambda words: np.ones(dataset.embeddings.shape[1], dtype=np.float32)

    monkeypatch.setattr(orders, "words_encoder", slow)
    monkeypatch.setattr(orders, "QUICK", 0.0)
    assert rows(project, sort=SORT) == (200, {"coming": "starting"})
    assert rows(project, sort=SORT) == (200, {"coming": "starting"})
    go_on.set()

    assert settled(project, sort=SORT)["total"] == 60
    assert len(made) == 1


def test_an_encoder_that_fails_is_told_and_tried_again(project, monkeypatch):
    """A network that was down is up a minute later."""
    turns = []

    def fails_once(dataset, how, *, progress):
        turns.append(how)
        if len(turns) == 1:
            raise UserError("some model cannot be loaded (no network).")
        return lambda words: np.ones(dataset.embeddings.shape[1], dtype=np.float32)

    monkeypatch.setattr(orders, "words_encoder", fails_once)
    monkeypatch.setattr(orders, "QUICK", 60.0)

    assert rows(project, sort=SORT) == (422, "some model cannot be loaded (no network).\n")
    assert rows(project, sort=SORT)[0] == 200
