"""One decision: what is checked before it may be appended."""

import json
from datetime import UTC

import numpy as np
import pytest

from store.decision import decide, withdraw
from store.errors import UserError


def test_a_decision_names_the_row_by_id_content_and_given_label(make_dataset):
    """Row numbers stay inside the process; what is kept is what the reviewer saw."""
    dataset = make_dataset(["cat", "dog", None], ids=["x", "007", "z"])

    decision = decide(dataset, [1, 2], "drop", reviewer=" ann ")

    assert decision.ids == ("007", "z")
    assert decision.contents == ("01" + "0" * 30, "02" + "0" * 30)
    assert decision.given == ("dog", None)
    assert decision.reviewer == "ann"
    assert decision.at.tzinfo is UTC


def test_every_decision_has_an_id_of_its_own_unless_one_is_given(make_dataset):
    """The browser makes the id, so that a repeated send is one decision."""
    dataset = make_dataset(["cat"])

    first, second = (decide(dataset, [0], "keep", reviewer="ann") for _ in range(2))

    assert first.decision_id != second.decision_id
    assert decide(dataset, [0], "keep", reviewer="a", decision_id="b-1").decision_id == "b-1"


def test_a_row_named_twice_counts_once(make_dataset):
    """A selection with repeated rows is the same selection."""
    decision = decide(make_dataset(["a", "a"]), np.array([1, 0, 1]), "keep", reviewer="ann")

    assert decision.ids == ("row-1", "row-0")


@pytest.mark.parametrize(
    ("rows", "action", "options", "sentence"),
    [
        ([], "keep", {}, "at least one row"),
        ([2], "keep", {}, "no row 2 in made, whose rows are 0 to 1"),
        ([-1], "keep", {}, "no row -1"),
        ([0], "kill", {}, "'kill' is not a decision"),
        ([0], "undo", {}, "withdraw it"),
        ([0], "relabel", {"label": "cow"}, r"'cow' is not one .* made \(cat, dog\)"),
        ([0], "relabel", {}, "None is not one of the 2 classes"),
        ([0], "keep", {"label": "dog"}, "keep takes no label"),
        ([0], "keep", {"reviewer": "  "}, "reviewer"),
        ([0], "keep", {"decision_id": ""}, "0 characters"),
        ([0], "keep", {"decision_id": "x" * 201}, "201 characters"),
        ([0], "keep", {"decision_id": "half \ud83d"}, "printable"),
        ([0], "keep", {"decision_id": "two\nlines"}, "printable"),
    ],
)
def test_what_cannot_be_meant_is_a_sentence(make_dataset, rows, action, options, sentence):
    """Unknown rows, actions, labels, reviewers and ids are refused before anything is written."""
    with pytest.raises(UserError, match=sentence):
        decide(make_dataset(["cat", "dog"]), rows, action, **{"reviewer": "ann", **options})


def test_what_is_not_worth_a_decision_is_noted_as_missing(make_dataset):
    """A clock that ran backwards, a NaN score and half an emoji do not cost the decision."""
    decision = decide(
        make_dataset(["cat"]),
        [0],
        "keep",
        reviewer="ann",
        note="cut off \ud83d",
        seconds=-0.5,
        because={"rank": np.int64(3), "score": np.float32("nan"), "queue": "fused", "of": (1, 2)},
    )

    assert decision.seconds is None
    assert decision.note == "cut off \ufffd"
    assert decision.because == {"rank": 3, "score": None, "queue": "fused", "of": [1, 2]}


def test_a_line_says_all_of_it(make_dataset):
    """The log as text is one line of JSON per decision."""
    decision = decide(
        make_dataset(["cat", "dog"]), [0], "relabel", reviewer="ann", label="dog", note="a\nb"
    )

    line = decision.as_line()

    assert "\n" not in line
    assert json.loads(line)["at"] == decision.at.isoformat(timespec="microseconds")
    assert json.loads(line) | {"at": None} == {
        "action": "relabel",
        "at": None,
        "because": {},
        "contents": ["0" * 32],
        "decision_id": decision.decision_id,
        "given": ["cat"],
        "ids": ["row-0"],
        "label": "dog",
        "note": "a\nb",
        "reviewer": "ann",
        "seconds": None,
        "undoes": None,
        "unit": "example",
    }


def test_an_undo_names_what_it_withdraws(make_dataset):
    """It is a decision like any other, about the same rows."""
    decision = decide(make_dataset(["cat"]), [0], "drop", reviewer="ann")

    undo = withdraw(decision, reviewer="bob")

    assert (undo.action, undo.undoes, undo.ids) == ("undo", decision.decision_id, ("row-0",))
    assert undo.reviewer == "bob"
    assert undo.decision_id != decision.decision_id
