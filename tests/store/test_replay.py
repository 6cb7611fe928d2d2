"""Old decisions on another dataset: what became of each, and what the new log gets."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from store.decision import decide, withdraw
from store.decisions import DecisionLog
from store.log_places import decisions_at
from store.replay import OUTCOMES, replay
from store.settling import settle
from store.verdicts import apply_verdicts


@pytest.fixture
def old(make_dataset):
    """Six rows, r0 to r5, each with content of its own."""
    return make_dataset(
        ["cat", "dog", "cat", "dog", "cat", None], ids=[f"r{row}" for row in range(6)]
    )


def say(dataset, rows, action, *, by="ann", label=None, name=None):
    """A decision of ann's unless somebody else is named."""
    return decide(dataset, rows, action, reviewer=by, label=label, decision_id=name)


def relabelled(dataset, row, label):
    """The dataset after its makers gave one row another label, perhaps of a new class."""
    labels = [dataset.given(at) for at in range(len(dataset))]
    labels[row] = label
    classes = tuple(sorted({each for each in labels if each is not None}))
    numbers = [-1 if each is None else classes.index(each) for each in labels]
    return replace(dataset, classes=classes, labels=np.array(numbers, dtype=np.int64))


def without(dataset, row):
    """The dataset after one row was taken out."""
    kept = [at for at in range(len(dataset)) if at != row]
    return replace(
        dataset,
        table=dataset.table.take(kept),
        labels=dataset.labels[kept],
        content=dataset.content[kept],
    )


def showing(dataset, row, number):
    """The dataset after one row came to show something else."""
    content = dataset.content.copy()
    content[row] = number
    return replace(dataset, content=content)


def outcomes(found):
    """{old id: outcome} where one reviewer spoke."""
    return {fate.old_id: fate.outcome for fate in found.fates}


def test_every_outcome_has_its_row(old):
    """One row each: held, given since, changed otherwise, edited, gone."""
    log = [
        say(old, [0], "relabel", label="dog"),
        say(old, [1], "relabel", label="cat"),
        say(old, [2], "keep"),
        say(old, [3], "drop"),
        say(old, [4], "drop"),
    ]
    new = relabelled(relabelled(old, 1, "cat"), 2, "dog")
    new = without(showing(new, 3, 255), 4)

    found = replay(new, log)

    assert outcomes(found) == {
        "r0": "applies",
        "r1": "already true",
        "r2": "conflicting",
        "r3": "changed",
        "r4": "vanished",
    }
    assert sum(found.counts().values()) == 5
    assert list(found.counts()) == list(OUTCOMES)
    assert [each.ids for each in found.to_append(moved=True)] == [("r0",), ("r1",)]


@pytest.mark.parametrize(
    ("action", "label", "given_now", "outcome"),
    [
        ("keep", None, "cat", "applies"),
        ("keep", None, "dog", "conflicting"),
        ("relabel", "dog", "cat", "applies"),
        ("relabel", "dog", "dog", "already true"),
        ("relabel", "dog", "cow", "conflicting"),
        ("relabel", "dog", None, "conflicting"),
        ("drop", None, "dog", "conflicting"),
        ("flag", None, "dog", "applies"),
        ("skip", None, "dog", "applies"),
    ],
)
def test_a_label_changed_upstream_conflicts_unless_it_is_the_chosen_one(
    old, action, label, given_now, outcome
):
    """Row 0 was a cat. A flag and a skip say nothing about the label."""
    found = replay(relabelled(old, 0, given_now), [say(old, [0], action, label=label)])

    assert outcomes(found) == {"r0": outcome}


def test_a_class_that_is_gone_conflicts(old):
    """A relabel to it cannot be applied, whatever the row."""
    cows = relabelled(old, 5, "cow")

    found = replay(old, [say(cows, [0], "relabel", label="cow")])

    assert outcomes(found) == {"r0": "conflicting"}
    assert found.fates[0].why == "'cow' is no longer a class"


def test_a_row_is_found_by_what_it_shows_where_ids_are_row_numbers(old):
    """Without its first row everything is one place up; the last row's number is gone."""
    numbered = replace(old, roles=replace(old.roles, id=None))
    log = [say(numbered, [2], "relabel", label="dog", name="a"), say(numbered, [5], "drop")]
    new = without(numbered, 0)

    found = replay(new, log)

    assert [(fate.old_id, fate.outcome, fate.id) for fate in found.fates] == [
        ("2", "moved", "1"),
        ("5", "moved", "4"),
    ]
    assert found.to_append() == []
    verdicts = settle(found.to_append(moved=True))
    assert {id_: each.action for id_, each in verdicts.items()} == {"1": "relabel", "4": "drop"}
    assert verdicts["1"].decision_id == "a"


def test_content_that_two_other_rows_show_has_not_moved(old):
    """Which of them was meant nobody can say."""
    twins = without(showing(showing(old, 1, 7), 2, 7), 0)
    seen = showing(old, 0, 7)

    (fate,) = replay(twins, [say(seen, [0], "drop")]).fates

    assert (fate.outcome, fate.id, fate.why) == ("vanished", None, "2 other rows show the same")


def test_a_row_with_its_id_is_not_moved_by_a_duplicate(old):
    """The id decides where more than one row shows the same."""
    twins = showing(showing(old, 0, 7), 1, 7)

    assert outcomes(replay(twins, [say(twins, [1], "drop")])) == {"r1": "applies"}


def test_a_moved_row_with_another_label_conflicts(old):
    """--moved does not bring in what would not hold."""
    new = relabelled(without(replace(old, roles=replace(old.roles, id=None)), 0), 1, "dog")
    numbered = replace(old, roles=replace(old.roles, id=None))

    found = replay(new, [say(numbered, [2], "keep")])

    assert [fate.outcome for fate in found.fates] == ["conflicting"]


def test_of_a_bulk_action_only_the_rows_for_which_it_holds_are_appended(old):
    """Under the same decision_id, by the same person, at the same time."""
    bulk = say(old, [0, 2, 4], "drop", name="bulk")
    new = without(relabelled(old, 2, "dog"), 4)

    (part,) = replay(new, [bulk]).to_append()

    assert (part.decision_id, part.ids, part.given) == ("bulk", ("r0",), ("cat",))
    assert (part.reviewer, part.at) == (bulk.reviewer, bulk.at)


def test_rows_of_a_bulk_action_that_come_later_are_a_part_with_a_name(old):
    """First without --moved, then with it; the undo of the whole then withdraws both parts."""
    renamed = old.table.set_column(0, "id", [["r0", "r1", "x2", "r3", "x4", "r5"]])
    new, bulk = replace(old, table=renamed), say(old, [0, 2, 4], "drop", name="bulk")
    first = replay(new, [bulk]).to_append()
    second = replay(new, [bulk], first).to_append(moved=True)
    log = first + second

    assert [(each.decision_id, each.ids) for each in log] == [
        ("bulk", ("r0",)),
        ("bulk+part1", ("x2", "x4")),
    ]
    assert replay(new, [bulk], log).to_append(moved=True) == []
    undone = [bulk, withdraw(bulk, reviewer="bob", decision_id="no")]
    undos = replay(new, undone, log).to_append()
    assert [(each.decision_id, each.undoes) for each in undos] == [
        ("no", "bulk"),
        ("no+part1", "bulk+part1"),
    ]
    assert settle(log + undos) == {}
    # And a log with parts in it replays like any other, its undos too.
    assert replay(new, log + undos, log).to_append() == undos


def test_a_second_replay_appends_nothing(old):
    """Also of bulk actions, of undone decisions and of undone undos."""
    drop, keep = say(old, [0, 1, 2], "drop"), say(old, [3], "keep")
    undo = withdraw(drop, reviewer="ann")
    log = [drop, keep, undo, withdraw(undo, reviewer="ann"), say(old, [4], "flag", by="bob")]

    appended = replay(old, log).to_append()

    assert settle(appended) == settle(log)
    again = replay(old, log, appended)
    assert again.to_append(moved=True) == []
    assert set(outcomes(again).values()) == {"recorded"}


def test_what_was_never_in_force_is_not_carried_over(old):
    """Neither an undone decision nor its undo, nor an earlier word of the same reviewer."""
    drop = say(old, [0], "drop")
    log = [drop, withdraw(drop, reviewer="ann"), say(old, [1], "flag"), say(old, [1], "keep")]

    assert [each.action for each in replay(old, log).to_append()] == ["keep"]


def test_an_undo_made_after_the_first_replay_comes_with_the_second(old):
    """The word before it is in force again, there as here."""
    keep, drop = say(old, [0], "keep"), say(old, [0], "drop")
    before = replay(old, [keep, drop]).to_append()
    log = [keep, drop, withdraw(drop, reviewer="ann")]

    after = before + replay(old, log, before).to_append()

    assert [each.action for each in before] == ["drop"]
    assert settle(after) == settle(log)


def test_a_later_word_in_the_new_log_is_not_overtaken_by_an_older_one(old):
    """Ann changed her mind there; bob's word about the same row still comes."""
    first = say(old, [0], "drop")
    new = [replace(say(old, [0], "keep"), at=first.at + timedelta(hours=1))]
    log = [first, say(old, [0], "keep", by="bob")]

    found = replay(old, log, new)

    assert [fate.outcome for fate in found.fates] == ["overtaken", "applies"]
    assert settle(new + found.to_append())["r0"].action == "keep"


def test_a_word_about_other_content_does_not_hide_the_one_that_fits(old):
    """As when the old dataset was edited between two decisions: both logs settle alike."""
    edited = showing(old, 0, 99)
    log = [say(old, [0], "drop"), say(edited, [0], "keep")]

    found = replay(old, log)

    assert [(fate.decision.action, fate.outcome) for fate in found.fates] == [("drop", "applies")]
    assert apply_verdicts(old, found.to_append()).actions.tolist() == [
        "drop", *["undecided"] * 5
    ]  # fmt: skip


def test_an_empty_log_comes_to_nothing(old):
    """No fates, nothing to append, every outcome counted as none."""
    found = replay(old, [])

    assert (found.fates, found.to_append(moved=True)) == ((), [])
    assert set(found.counts().values()) == {0}


def test_a_log_is_found_by_its_workspace_and_by_its_file(tmp_path, old):
    """And what is neither is named."""
    log = DecisionLog(tmp_path / "old.secondlook" / "decisions.db")
    log.append([say(old, [0], "drop")])

    for named in (log.path.parent, log.path):
        assert decisions_at(str(named)) == log.decisions()
    with pytest.raises(Exception, match="There is no log"):
        decisions_at(str(tmp_path / "nothing.db"))
    with pytest.raises(Exception, match="without a log"):
        decisions_at(str(tmp_path))
