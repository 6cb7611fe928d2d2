"""What several reviewers said of the same rows, and who settles it."""

import json
from dataclasses import replace

import numpy as np
import pytest

from store.decision import decide, withdraw
from store.ledger import Ledger
from store.ratings import agreement_in, ratings_of
from store.replay import replay
from store.settling import settle
from store.verdicts import apply_verdicts

RULES = {"adjudicates": True}


@pytest.fixture
def dataset(make_dataset):
    """Five rows, cats and dogs."""
    return make_dataset(["cat", "dog", "cat", "dog", "cat"])


def say(dataset, row, action, *, by="ann", label=None, because=None, note=""):
    """A decision about one row."""
    return decide(dataset, [row], action, reviewer=by, label=label, because=because, note=note)


@pytest.fixture
def dispute(dataset):
    """Row 0: ann keeps the cat, bob wants a dog."""
    return [say(dataset, 0, "keep"), say(dataset, 0, "relabel", by="bob", label="dog")]


def verdict(log):
    """(action, label, reviewers) of row 0."""
    found = settle(log)["row-0"]
    return found.action, found.label, found.reviewers


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_adjudicator_settles_a_row_whenever_it_was(dataset, dispute, place):
    """Before, between or after what the others say."""
    ruling = say(dataset, 0, "keep", by="carol", because=RULES, note="see guide 3")
    log = [*dispute[:place], ruling, *dispute[place:]]

    assert verdict(log) == ("keep", "cat", ("carol",))
    assert settle(log)["row-0"].note == "see guide 3"


def test_without_the_word_for_it_a_third_opinion_is_a_third_opinion(dataset, dispute):
    """Nor does anything but true make an adjudicator."""
    for because in ({}, {"adjudicates": False}, {"adjudicates": "true"}, {"adjudicates": 1}):
        third = say(dataset, 0, "keep", by="carol", because=because)

        assert settle([*dispute, third])["row-0"].action == "adjudicate"


def test_of_two_adjudicators_the_last_one_counts(dataset, dispute):
    """And undoing that one brings the first one back; undoing both, the dispute."""
    first = say(dataset, 0, "keep", by="carol", because=RULES)
    last = say(dataset, 0, "drop", by="dave", because=RULES)
    log = [*dispute, first, last]

    assert verdict(log) == ("drop", None, ("dave",))
    log.append(withdraw(last, reviewer="dave"))
    assert verdict(log) == ("keep", "cat", ("carol",))
    log.append(withdraw(first, reviewer="carol"))
    assert verdict(log)[0] == "adjudicate"


def test_an_adjudicator_who_skips_has_settled_nothing(dataset, dispute):
    """A skip is no opinion."""
    assert (
        verdict([*dispute, say(dataset, 0, "skip", by="carol", because=RULES)])[0] == "adjudicate"
    )


def test_adjudication_reads_the_same_decision_by_decision_and_after_a_replay(dataset, dispute):
    """The ledger, the whole log and a log that it was replayed into agree."""
    log = [*dispute, say(dataset, 0, "relabel", by="carol", label="dog", because=RULES)]
    ledger = Ledger(dataset)
    for end in range(len(log) + 1):
        ledger.follow(log[:end])

    assert dict(ledger.applied().verdicts) == settle(log)
    assert settle(replay(dataset, log).to_append()) == settle(log)
    assert json.loads(log[-1].as_line())["because"] == RULES
    assert apply_verdicts(dataset, log).actions[0] == "relabel"


def test_ratings_are_the_last_opinions_by_category(dataset, dispute):
    """A kept cat is a cat; skips, undone words and rulings are no ratings."""
    undone = say(dataset, 3, "flag", by="bob")
    log = [
        *dispute,
        say(dataset, 1, "drop"), say(dataset, 1, "keep"), say(dataset, 1, "keep", by="bob"),
        say(dataset, 2, "skip"), say(dataset, 2, "drop", by="bob"),
        undone, withdraw(undone, reviewer="bob"),
        say(dataset, 0, "keep", by="carol", because=RULES),
        say(dataset, 4, "skip"),
    ]  # fmt: skip

    found = ratings_of(dataset, log)

    assert found.reviewers == ("ann", "bob")
    named = [[None if x < 0 else found.categories[x] for x in row] for row in found.values]
    assert dict(zip(found.ids, named, strict=True)) == {
        "row-0": [("label", "cat"), ("label", "dog")],
        "row-1": [("label", "dog"), ("label", "dog")],
        "row-2": [None, ("drop", None)],
    }
    assert found.adjudicated.tolist() == [True, False, False]
    assert found.said_of(0) == "ann cat, bob dog"


def test_who_settles_their_own_dispute_still_had_their_opinion(dataset, dispute):
    """Ann rules for the dog: her cat stays in the figures, and the row counts as adjudicated."""
    found = ratings_of(dataset, [*dispute, say(dataset, 0, "relabel", label="dog", because=RULES)])

    assert found.said_of(0) == "ann cat, bob dog"
    assert (found.disputed.tolist(), found.adjudicated.tolist()) == ([True], [True])
    only_ruled = ratings_of(dataset, [say(dataset, 1, "keep", because=RULES)])
    assert (only_ruled.ids, only_ruled.values.tolist()) == (("row-1",), [[]])


def test_the_rows_add_up(dataset, dispute):
    """Shared = agree + adjudicated + to adjudicate; the same rows that the verdicts say."""
    log = [
        *dispute,
        say(dataset, 1, "keep"), say(dataset, 1, "drop", by="bob"),
        say(dataset, 2, "keep"), say(dataset, 2, "keep", by="bob"),
        say(dataset, 3, "keep"),
        say(dataset, 1, "drop", by="carol", because=RULES),
    ]  # fmt: skip

    found = agreement_in(ratings_of(dataset, log))

    assert (found.rows, found.shared) == (4, 3)
    assert (found.agree, found.adjudicated, found.to_adjudicate) == (1, 1, 1)
    assert (apply_verdicts(dataset, log).actions == "adjudicate").sum() == found.to_adjudicate
    assert found.raw == pytest.approx(1 / 3)
    assert found.fleiss_rows == 3
    ((one, other, rows, raw, _),) = found.pairs
    assert (one, other, rows, raw) == ("ann", "bob", 3, pytest.approx(1 / 3))


def test_what_was_said_of_other_content_is_no_rating(dataset, dispute):
    """Nor of a row that is gone."""
    content = dataset.content.copy()
    content[0] = 255

    found = ratings_of(replace(dataset, content=content), dispute)

    assert found.ids == ()
    assert found.values.shape == (0, 0)


def test_nobody_and_one_reviewer_agree_with_nobody(dataset):
    """nan, and no pair."""
    for log in ([], [say(dataset, 0, "keep")]):
        found = agreement_in(ratings_of(dataset, log))

        assert (found.shared, found.fleiss_rows, found.pairs) == (0, 0, ())
        assert np.isnan([found.raw, found.fleiss, found.alpha]).all()
