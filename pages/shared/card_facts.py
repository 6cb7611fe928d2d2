"""A card as JSON: everything the browser shows of one example, and nothing it may not know."""

import base64
import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.dealing import Dealt
from engine.inputs import Evidence
from engine.queueing import class_likelihoods
from engine.views import View
from pages.shared import tiles
from pages.shared.dispute_facts import dispute_facts, said
from pages.shared.pair_facts import is_open, pair_facts
from pages.shared.picture_routes import LARGEST
from pages.shared.words import shortened
from store.consensus import ADJUDICATES
from store.dataset import UNLABELLED
from store.ledger import ACTIONS, Ledger
from store.media import text_of

if TYPE_CHECKING:
    from pages.shared.desk import Desk
    from pages.shared.project import Project

NEIGHBOURS = 10
CLASSES = 10
LONGEST = 50_000
"""Characters of a text that travel with a card; the rest is in the file."""
SNIPPET = 160

Facts = dict[str, Any]


def card_facts(desk: "Desk", ledger: Ledger, view: View, card: Dealt, reviewer: str = "") -> Facts:
    """One card, for this reviewer. Of a bare one nothing that a score or a neighbour says."""
    dataset, row, evidence = ledger.dataset, card.row, desk.audit.evidence
    id_, given = dataset.id_of(row), dataset.given(row)
    dispute = dispute_facts(ledger, view, row, reviewer)
    facts = {
        "id": id_,
        "bare": card.bare,
        "of": len(dataset),
        "given": given,
        "verdict": ACTIONS[ledger.codes[row]],
        "earlier": [said(decision) for decision in ledger.about(id_)],
        "dispute": dispute,
        "ticket": _ticket(view, card, settles=dispute is not None and dispute["settles"]),
        **shown(desk.project, row),
    }
    if dataset.unit == "pair":
        facts["pair"] = pair_facts(desk.project, ledger, row, facts["text"], bare=card.bare)
    if card.bare:
        nothing: Facts = {"place": None, "suggested": None, "moved": None}
        hidden = {name: list[str]() for name in ("why", "scores", "neighbours")}
        return facts | nothing | hidden | {"classes": list(dataset.classes[:CLASSES])}
    suggested = None if card.suggested < 0 else dataset.classes[card.suggested]
    likely = [dataset.classes[label] for label in likeliest(evidence, row)]
    wanted = dispute["labels"] if dispute is not None else []
    unlikely = [label for label in wanted if label not in likely][:CLASSES]
    moved = card.lift and {
        "places": card.lift.places,
        "because": dataset.id_of(card.lift.because),
        "said": ACTIONS[ledger.codes[card.lift.because]],
    }
    return facts | {
        "place": card.place + 1,
        "suggested": suggested,
        "why": desk.dealer.list_of(view.queue).selection.reasons(row),
        "classes": [*likely[: CLASSES - len(unlikely)], *unlikely],
        "scores": [
            {"title": one.title, "value": one.value, "share": one.share, "speaks": one.speaks}
            for one in desk.witnesses.ask(row)
        ],
        "neighbours": _neighbours(desk, ledger, row, given, suggested),
        "moved": moved,
    }


def likeliest(evidence: Evidence, row: int) -> list[int]:
    """Classes for the digits; grades have digits of their own, in their own order."""
    if evidence.dataset.unit == "pair":
        return list(range(len(evidence.dataset.classes)))[:CLASSES]
    likelihoods = class_likelihoods(evidence, np.array([row]))[0]
    order = np.argsort(-np.nan_to_num(likelihoods, nan=-1.0), kind="stable")[:CLASSES]
    return [int(label) for label in order]


def because_of(ticket: object) -> Facts:
    """What `ticket_of` wrote down; {} for anything else: it is a remark, not worth a decision."""
    try:
        facts = json.loads(base64.urlsafe_b64decode(str(ticket)))
    except ValueError:
        return {}
    return facts if isinstance(facts, dict) else {}


def tile_facts(
    project: "Project",
    ledger: Ledger,
    row: int,
    given: str | None,
    suggested: str | None,
    distance: float,
    length: int = SNIPPET,
) -> Facts:
    """A small picture or a few words of an example, its label in force and how far it is."""
    dataset, label = ledger.dataset, int(ledger.labels[row])
    name = None if label == UNLABELLED else dataset.classes[label]
    if dataset.pairs is not None and is_open(dataset.pairs, ledger, row):
        name = None
    role = "" if name is None else {given: "given", suggested: "suggested"}.get(name, "")
    small = shown(project, row, size=tiles.THUMBNAIL)
    text = small["text"] or " · ".join(value for _, value in small["fields"] or ())
    return {
        "id": dataset.id_of(row),
        "label": name,
        "role": role,
        "distance": None if math.isinf(distance) else distance,
        "picture": small["picture"],
        "crisp": small["crisp"],
        "text": shortened(text, length) if text else None,
    }


def shown(project: "Project", row: int, size: int | None = None) -> Facts:
    """What a reviewer looks at: a picture's address, a text, or the row's columns."""
    facts: Facts = {"picture": None, "crisp": False, "text": None, "fields": None}
    if project.dataset.media == "image":
        if size is None and tiles.longer_side(project, row) > LARGEST:
            size = LARGEST  # the whole picture comes when somebody zooms into it
        crisp = bool(tiles.crispness(project, row))
        return facts | {"picture": tiles.source(project, row, size), "crisp": crisp}
    if project.dataset.pairs is not None:  # the query has a place of its own
        return facts | {"text": shortened(project.dataset.pairs.words_of(row)[1], LONGEST)}
    if project.dataset.media == "text":
        return facts | {"text": shortened(text_of(project.dataset, row), LONGEST)}
    return facts | {"fields": tiles.columns(project, row)}


def _neighbours(
    desk: "Desk", ledger: Ledger, row: int, given: str | None, suggested: str | None
) -> list[Facts]:
    graph = desk.audit.evidence.graph
    if graph is None:
        return []
    near = graph.neighbours[row][:NEIGHBOURS].tolist()
    distances = graph.distances[row][:NEIGHBOURS].tolist()
    return [
        tile_facts(desk.project, ledger, other, given, suggested, distance)
        for other, distance in zip(near, distances, strict=True)
        if other >= 0
    ]


def _ticket(view: View, card: Dealt, *, settles: bool) -> str:
    return ticket_of(
        ({ADJUDICATES: True} if settles else {})
        | {
            "queue": view.queue,
            "order": view.order,
            "rank": card.place + 1,
            "score": None if math.isnan(card.value) else round(card.value, 6),
            "blind": card.blind,
        }
    )


def ticket_of(facts: Facts) -> str:
    """Why a card was shown, to be written into the log with its decision.

    It travels through the browser, so that a decision says it also after a restart of the server;
    not as words, so that nobody sees by accident which cards are blind.
    """
    return base64.urlsafe_b64encode(json.dumps(facts).encode()).decode()
