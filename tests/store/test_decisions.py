"""What holds of a log wherever it is: in a file and on a PostgreSQL server alike."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from store.decision import decide, withdraw
from store.decisions import DecisionLog, digest_of
from store.errors import UserError

ODD = ["a'b", 'a"b', "ä", "a\u0308", "a\x00b", "a\x1a0b", "\x1a", "\x1a\x1a0", "\x00\x1a",
       "line\nbreak", " ", "😀", "%s", "A", "a", "; DROP", "\\0"]  # fmt: skip


@pytest.fixture
def dataset(make_dataset):
    """Four rows, two classes."""
    return make_dataset(["cat", "dog", "cat", "dog"])


def again(log):
    """The same log as another process sees it."""
    return DecisionLog(log.where)


def test_what_was_appended_is_read_back_equal(log, dataset):
    """Every field, by this log and by one opened later."""
    first = decide(
        dataset,
        [0, 2],
        "relabel",
        reviewer="ann",
        label="dog",
        note="läuft\n😀",
        because={"queue": "fused", "rank": 1, "score": 0.5},
        seconds=1.25,
    )
    undo = withdraw(first, reviewer="bob")

    assert log.append([first, undo]) == [first.decision_id, undo.decision_id]
    assert log.decisions() == (first, undo)
    assert again(log).decisions() == (first, undo)


def test_ids_of_any_characters_come_back_as_they_were(log, make_dataset):
    """Quotes, NUL, line breaks, and two spellings of ä that look alike stay apart."""
    dataset = make_dataset(["cat"] * len(ODD), ids=ODD)

    log.append([decide(dataset, [row], "keep", reviewer="ann") for row in range(len(ODD))])
    log.append([decide(dataset, range(len(ODD)), "drop", reviewer="ann")])

    *single, bulk = again(log).decisions()
    assert [decision.ids for decision in single] == [(id_,) for id_ in ODD]
    assert bulk.ids == tuple(ODD)


def test_reading_a_log_that_is_not_there_makes_none(log):
    """To look is not to write."""
    assert log.decisions() == ()
    assert log.last("ann") is None
    assert log.find("x") is None
    assert log.path is None or not log.path.exists()


def test_a_repeated_send_is_acknowledged_and_stored_once(log, dataset):
    """Within one send, in a later one, and by another process."""
    one = decide(dataset, [0], "drop", reviewer="ann", decision_id="b-1")
    late = replace(decide(dataset, [0], "drop", reviewer="ann", decision_id="b-1"), seconds=9.0)

    assert log.append([one, one]) == ["b-1"]
    assert log.append([late]) == ["b-1"]
    assert again(log).append([replace(late, reviewer="Ann B.")]) == ["b-1"]
    assert log.decisions() == (one,)


def test_a_decision_id_that_says_something_else_is_refused_whole(log, dataset):
    """It must not be called saved, and what came with it is sent again."""
    log.append([decide(dataset, [0], "drop", reviewer="ann", decision_id="b-1")])
    other = decide(dataset, [0], "keep", reviewer="ann", decision_id="b-1")
    fresh = decide(dataset, [1], "keep", reviewer="ann")

    with pytest.raises(UserError, match=r"keep row-0 by ann.*drop row-0 by ann"):
        log.append([fresh, other])

    assert len(again(log).decisions()) == 1


def test_an_empty_send_is_no_decision(log):
    """Nothing in, nothing acknowledged."""
    assert log.append([]) == []
    assert log.decisions() == ()


def test_last_walks_back_through_all_of_a_reviewers_decisions(log, dataset):
    """Backspace has no depth limit, survives a restart and leaves other reviewers alone."""
    mine = [decide(dataset, [row], "drop", reviewer="ann") for row in range(3)]
    log.append([*mine, decide(dataset, [0], "keep", reviewer="bob")])

    withdrawn = []
    while (last := again(log).last("ann")) is not None:
        withdrawn.append(last)
        log.append([withdraw(last, reviewer="ann")])

    assert withdrawn == mine[::-1]
    assert log.last("bob").ids == ("row-0",)


def test_a_decision_is_found_by_its_id(log, dataset):
    """What the browser names to undo it."""
    one = decide(dataset, [0], "drop", reviewer="ann")
    log.append([one])

    assert log.find(one.decision_id) == one
    assert log.find("nobody") is None


def test_decisions_of_others_appear_at_the_next_look(log, dataset):
    """And a look with nothing new gives the very same tuple back."""
    other = again(log)
    one, two = (decide(dataset, [row], "drop", reviewer="ann") for row in range(2))

    log.append([one])
    assert other.decisions() == (one,)
    other.append([two])
    assert log.decisions() == (one, two)
    assert log.decisions() is log.decisions()


def test_the_digest_is_that_of_the_lines_in_order(log, dataset):
    """Equal for equal logs, different when one decision is added or two change places."""
    one, two = (decide(dataset, [row], "drop", reviewer="ann") for row in range(2))
    log.append([one])
    before = log.digest()
    log.append([two])

    assert log.digest() == again(log).digest() == digest_of([one, two])
    assert len({before, digest_of([two, one]), log.digest(), digest_of([])}) == 4


def test_a_bulk_of_a_hundred_thousand_rows_is_one_entry_and_one_undo(log, make_dataset):
    """Written whole, read back whole."""
    dataset = make_dataset(["cat"] * 100_000)
    bulk = decide(dataset, np.arange(100_000), "drop", reviewer="ann")

    log.append([bulk])
    log.append([withdraw(bulk, reviewer="ann")])

    assert [len(decision.ids) for decision in again(log).decisions()] == [100_000, 100_000]
    assert again(log).decisions()[0] == bulk


def test_many_threads_append_through_one_log(log, dataset):
    """Eight threads, ten decisions each: eighty acknowledged, eighty on disk, none twice."""
    acknowledged: list[str] = []

    def review(reviewer: str) -> None:
        for turn in range(10):
            decision = decide(dataset, [turn % 4], "drop", reviewer=reviewer)
            acknowledged.extend(log.append([decision]))
            assert decision in log.decisions()

    threads = [threading.Thread(target=review, args=(f"r{each}",)) for each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    stored = [decision.decision_id for decision in again(log).decisions()]
    assert len(stored) == 80
    assert sorted(stored) == sorted(acknowledged)
