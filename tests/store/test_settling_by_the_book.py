"""Settling, worked out once more from the rules in docs/log.md, one row and one rule at a time."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from store.decision import Decision
from store.last_words import last_words
from store.settling import settle

MORNING = datetime(2026, 1, 1, 8, tzinfo=UTC)
REVIEWERS = ("ann", "bob", "carol")


def made_up(seed, size):
    """A log on few rows: bulk actions, notes, rulings, skips, and undos of all of these."""
    chance, log = random.Random(seed), []
    rows = [f"r{number}" for number in range(8)]
    for number in range(size):
        action = chance.choice(["keep", "keep", "relabel", "drop", "skip", "flag", "undo"])
        aim = chance.choice(log) if log and action == "undo" else None
        action = "flag" if action == "undo" and aim is None else action
        ids = aim.ids if aim else tuple(chance.sample(rows, chance.choice([1, 1, 1, 1, 4])))
        log.append(
            Decision(
                decision_id=f"d{number}",
                action=action,
                ids=ids,
                contents=("0" * 32,) * len(ids),
                given=tuple(chance.choice(["cat", "dog", None]) for _ in ids),
                reviewer=chance.choice(REVIEWERS),
                at=MORNING + timedelta(seconds=chance.randrange(size)),
                label=chance.choice(["cat", "dog"]) if action == "relabel" else None,
                note=chance.choice(["", "", "", "why"]),
                because={"adjudicates": True} if chance.random() < 0.1 else {"rank": number},
                undoes=aim.decision_id if aim else None,
            )
        )
    return log


def by_the_book(log):
    """{id: (action, label, reviewers, decision_id)} by the four rules, in so many words."""

    def is_undone(name):
        return any(
            each.action == "undo" and each.undoes == name and not is_undone(each.decision_id)
            for each in log
        )

    found = {}
    force = [each for each in log if each.action != "undo" and not is_undone(each.decision_id)]
    for id_ in dict.fromkeys(id_ for each in force for id_ in each.ids):
        about = [each for each in force if id_ in each.ids]
        said = [
            each for each in about
            if each is [other for other in about if other.reviewer == each.reviewer][-1]
        ]  # fmt: skip
        said = [each for each in said if each.action != "skip"] or said
        rulings = [each for each in said if each.because.get("adjudicates") is True]
        if rulings:
            newest = max(each.at for each in rulings)
            said = [[each for each in rulings if each.at == newest][-1]]
        wishes = [
            ("label", each.label if each.action == "relabel" else each.given[each.ids.index(id_)])
            if each.action in ("keep", "relabel")
            else (each.action, None)
            for each in said
        ]
        last, agreed = said[-1], len(set(wishes)) == 1
        found[id_] = (
            last.action if agreed else "adjudicate",
            wishes[-1][1] if agreed else None,
            tuple(each.reviewer for each in said),
            last.decision_id,
        )
    return found


@pytest.mark.parametrize("seed", range(60))
def test_settle_follows_the_rules(seed):
    """Whatever the log: the same rows in the same order, and of each who decided what, and when."""
    log = made_up(seed, size=random.Random(seed).choice([0, 1, 3, 12, 40]))
    found = settle(log)

    short = {id_: (v.action, v.label, v.reviewers, v.decision_id) for id_, v in found.items()}
    assert short == by_the_book(log)
    assert list(found) == list(by_the_book(log)) == list(last_words(log))
    times = {each.decision_id: each.at for each in log}
    assert all(verdict.at == times[verdict.decision_id] for verdict in found.values())


def test_rows_of_which_the_same_was_said_have_notes_and_moments_of_their_own():
    """The same three words about 50 rows, one of them with a note on every fifth."""
    words = [("ann", "keep", None), ("bob", "relabel", "dog"), ("carol", "skip", None)]
    log = [
        replace(
            made_up(0, 1)[0], decision_id=f"{who}{row}", ids=(f"r{row}",), contents=("0" * 32,),
            given=("cat",), action=action, label=label, reviewer=who, because={},
            at=MORNING + timedelta(minutes=row), note=f"n{row}" if row % 5 == 0 and label else "",
        )
        for row in range(50)
        for who, action, label in words
    ]  # fmt: skip
    found = settle(log)

    for row in range(50):
        verdict = found[f"r{row}"]
        assert (verdict.action, verdict.decision_id) == ("adjudicate", f"bob{row}")
        assert verdict.at == MORNING + timedelta(minutes=row)
        tail = f": n{row}" if row % 5 == 0 else ""
        assert verdict.note == f"ann: keep cat; bob: relabel dog{tail}"
