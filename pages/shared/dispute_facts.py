"""What a card says of a row on which reviewers disagree, and whether a key settles it."""

from typing import Any

from engine.views import View
from store.consensus import adjudicates
from store.decision import Decision
from store.last_words import Labels, last_of_each
from store.ledger import ACTIONS, Ledger
from store.verdicts import contents_of

Facts = dict[str, Any]


def dispute_facts(ledger: Ledger, view: View, row: int, reviewer: str) -> Facts | None:
    """Who wants what; None where nothing is to be settled.

    settles: the next decision counts above the others. That is so among the rows to be adjudicated,
    unless the reviewer chose to be one more voice; and wherever a ruling of theirs is in force, for
    they could not take a decision of their own back with less. ruled: there is such a ruling.
    labels: those that somebody wants, for the buttons.
    """
    id_ = ledger.dataset.id_of(row)
    about = _about_what_it_shows(ledger, id_, row)
    ruled = any(adjudicates(each) and each.reviewer == reviewer for each in last_of_each(about))
    is_open = ACTIONS[ledger.codes[row]] == "adjudicate"
    if not is_open and not ruled:
        return None
    labels_of = Labels()
    opinions = [each for each in last_of_each(about) if each.action != "skip"]
    wanted = [labels_of(id_, each) for each in opinions]
    classes = set(ledger.dataset.classes)
    return {
        "settles": ruled or (view.settles and view.pile == "adjudicate"),
        "ruled": ruled,
        "said": [
            said(each) | {"label": label} for each, label in zip(opinions, wanted, strict=True)
        ],
        "labels": [label for label in dict.fromkeys(wanted) if label in classes],
    }


def _about_what_it_shows(ledger: Ledger, id_: str, row: int) -> list[Decision]:
    """What was said of the row as it is now: of other content it does not count."""
    content = contents_of(ledger.dataset, {id_: row})[id_]
    return [each for each in ledger.about(id_) if each.contents[each.ids.index(id_)] == content]


def said(decision: Decision) -> Facts:
    """A decision as a line of a card."""
    return {
        "reviewer": decision.reviewer,
        "action": decision.action,
        "label": decision.label,
        "at": decision.at.isoformat(),
        "note": decision.note,
    }
