"""Who said what last, and whether the reviewers agree."""

from datetime import UTC, datetime

import pytest

from store.decision import Decision, withdraw
from store.settling import settle
from store.undoing import withdrawn

MORNING = datetime(2026, 1, 1, 8, tzinfo=UTC)


def say(action, *ids, by="ann", label=None, given="cat", note="", name=None, unit="example"):
    """A decision about rows that were given as cats."""
    return Decision(
        decision_id=name or f"{by}-{action}-{'+'.join(ids)}",
        action=action,
        ids=ids,
        contents=("0" * 32,) * len(ids),
        given=(given,) * len(ids),
        reviewer=by,
        at=MORNING,
        label=label,
        note=note,
        unit=unit,
    )


def undo(decision, *, by="ann", name=None):
    """Its undo."""
    return withdraw(decision, reviewer=by, decision_id=name)


def outcome(*log):
    """{id: (action, label)} after these decisions."""
    return {id_: (verdict.action, verdict.label) for id_, verdict in settle(log).items()}


def test_nothing_decided_is_no_verdict():
    """An empty log settles to nothing."""
    assert outcome() == {}


def test_a_verdict_says_who_and_when_and_why():
    """Everything a screen shows of it comes along."""
    (verdict,) = settle([say("relabel", "a", label="dog", note="ears")]).values()

    assert (verdict.action, verdict.label, verdict.note) == ("relabel", "dog", "ears")
    assert verdict.reviewers == ("ann",)
    assert verdict.decision_id == "ann-relabel-a"
    assert verdict.at == MORNING


def test_the_last_word_of_a_reviewer_counts():
    """Changing one's mind needs no undo."""
    assert outcome(say("drop", "a"), say("relabel", "a", label="dog")) == {"a": ("relabel", "dog")}


def test_an_undo_brings_back_what_was_said_before():
    """After the undo the earlier decision is in force again; after two, nothing is."""
    first, second = say("drop", "a"), say("keep", "a")

    assert outcome(first, second, undo(second)) == {"a": ("drop", None)}
    assert outcome(first, second, undo(second), undo(first)) == {}


def test_an_undo_of_an_undo_is_a_redo():
    """And an undo of that withdraws it again."""
    drop = say("drop", "a")
    once = undo(drop)
    twice = undo(once)
    thrice = undo(twice)

    assert outcome(drop, once) == {}
    assert outcome(drop, once, twice) == {"a": ("drop", None)}
    assert outcome(drop, once, twice, thrice) == {}


def test_two_undos_of_the_same_decision_are_one():
    """Backspace in two tabs withdraws once, and one redo does not outvote the other undo."""
    drop = say("drop", "a")
    left, right = undo(drop, name="left"), undo(drop, name="right")

    assert outcome(drop, left, right) == {}
    assert outcome(drop, left, right, undo(left)) == {}


def test_undos_count_in_whatever_order_they_arrive():
    """A late decision that was already undone does not come into force."""
    drop = say("drop", "a")
    once = undo(drop)
    twice = undo(once)

    assert outcome(once, drop) == {}
    assert outcome(twice, once, drop) == {"a": ("drop", None)}


def test_undos_in_a_circle_withdraw_nothing():
    """Nobody can make them, and they must not hang the screen."""
    left = undo(say("drop", "x", name="r"), name="l")
    right = undo(say("drop", "x", name="l"), name="r")

    assert withdrawn([left, right]) == set()


def test_a_chain_of_ten_thousand_undos_ends():
    """Undo has no depth limit."""
    log = [say("drop", "a")]
    for _ in range(10_001):
        log.append(undo(log[-1]))

    assert outcome(*log) == {}
    assert outcome(*log[:-1]) == {"a": ("drop", None)}


def test_a_bulk_and_a_single_decision_are_undone_apart():
    """The single one stands on the bulk; either may go, and the other stays."""
    bulk, single = say("drop", "a", "b"), say("relabel", "a", label="dog")
    dog, gone = ("relabel", "dog"), ("drop", None)

    assert outcome(bulk, single) == {"a": dog, "b": gone}
    assert outcome(bulk, single, undo(single)) == {"a": gone, "b": gone}
    assert outcome(bulk, single, undo(bulk)) == {"a": dog}


def test_a_bulk_after_a_single_decision_covers_it_until_it_is_undone():
    """The other way round."""
    single, bulk = say("relabel", "a", label="dog"), say("drop", "a", "b")

    assert outcome(single, bulk)["a"] == ("drop", None)
    assert outcome(single, bulk, undo(bulk)) == {"a": ("relabel", "dog")}


def test_reviewers_agree_on_the_same_label():
    """Two relabels to dog are one verdict of two reviewers, dated by the later."""
    log = [say("relabel", "a", label="dog", by=who, note=f"by {who}") for who in ("bob", "ann")]

    (verdict,) = settle(log).values()

    assert (verdict.action, verdict.label) == ("relabel", "dog")
    assert verdict.reviewers == ("bob", "ann")
    assert verdict.decision_id == "ann-relabel-a"
    assert verdict.note == "bob: by bob; ann: by ann"


def test_to_keep_dog_and_to_relabel_to_dog_is_to_agree():
    """The label a row ends up with decides, not the key that was pressed."""
    log = [say("keep", "a", given="dog"), say("relabel", "a", label="dog", by="bob")]

    assert outcome(*log) == {"a": ("relabel", "dog")}


@pytest.mark.parametrize(
    "other",
    [
        say("relabel", "a", label="cow", by="bob"),
        say("keep", "a", by="bob"),
        say("drop", "a", by="bob"),
        say("flag", "a", by="bob"),
    ],
    ids=lambda decision: decision.action,
)
def test_reviewers_who_want_different_things_need_adjudication(other):
    """Whoever came last does not win; the note says who said what."""
    (verdict,) = settle([say("relabel", "a", label="dog", note="ears"), other]).values()

    assert (verdict.action, verdict.label) == ("adjudicate", None)
    assert verdict.note.startswith("ann: relabel dog: ears; bob: ")


def test_adjudication_ends_when_one_of_them_gives_in_or_withdraws():
    """Both ways lead back to a verdict."""
    ann, bob = say("drop", "a"), say("keep", "a", by="bob")

    assert outcome(ann, bob) == {"a": ("adjudicate", None)}
    assert outcome(ann, bob, say("keep", "a", name="again")) == {"a": ("keep", "cat")}
    assert outcome(ann, bob, undo(ann, by="bob")) == {"a": ("keep", "cat")}


def test_a_skip_is_no_opinion():
    """It counts only where nobody has one."""
    assert outcome(say("skip", "a"), say("drop", "a", by="bob")) == {"a": ("drop", None)}
    assert outcome(say("drop", "a", by="bob"), say("skip", "a")) == {"a": ("drop", None)}
    assert outcome(say("skip", "a"), say("skip", "a", by="bob")) == {"a": ("skip", None)}


def test_decisions_about_pairs_are_settled_apart():
    """An id of a pair never lands on an example of the same name."""
    log = [say("drop", "a", unit="pair"), say("keep", "b")]

    assert list(settle(log)) == ["b"]
    assert list(settle(log, unit="pair")) == ["a"]
