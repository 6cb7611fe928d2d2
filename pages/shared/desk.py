"""Desk: where one dataset is reviewed. Cards go out, decisions come in, the lists learn."""

import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.dealing import Dealer
from engine.estimating import Standing, standing
from engine.evaluate import SETTLED, wrong_labels
from engine.queueing import suggest
from engine.reviewed import reviewed
from engine.sampling import lists_of
from engine.testimony import Witnesses
from engine.views import View, position_of, read_view
from index.lookup import Lookup, make_lookup
from pages.shared.card_facts import Facts, card_facts, ticket_of, tile_facts
from pages.shared.pair_facts import near_pairs
from store.dataset import UNLABELLED
from store.decision import Decision
from store.errors import UserError
from store.ledger import ACTIONS, Ledger
from store.lists import rows_of_list, version_of_list

if TYPE_CHECKING:
    from engine.audit import Audit
    from pages.shared.project import Project

PAUSE, LONGEST = 3.0, 30.0
"""Seconds without a decision after which the numbers are brought up to date; at the latest then."""
MOST_KEPT = 10_000
"""Ids of cards that a tab has dealt with: those it decided again in a pile stay in that pile."""
MOST = 60
"""Cards or tiles at a time: more than a screen holds, little enough for one answer."""
MOST_LISTED, LISTED = 500, 300
"""Candidates of one query in a list, to be decided by one key, and characters of each."""


class Desk:
    """Deals cards of one project and keeps its lists learning. May be asked from any thread."""

    def __init__(self, project: "Project", audit: "Audit") -> None:
        self.project, self.audit = project, audit
        self.dealer = Dealer(audit, project.workspace)
        self.witnesses = Witnesses(list(audit.scores.values()))
        self._news = threading.Event()
        self._latest = audit.default
        self._standing: tuple[Sequence[Decision], Standing] | None = None
        self._named: Mapping[str, np.ndarray] | None = None
        self._heard = self._stood = -LONGEST
        self._worker: threading.Thread | None = None
        self._lock = threading.Lock()
        self._near: Lookup | None = None
        self._making_lookup = threading.Lock()
        self._wrong = wrong_labels(project.dataset)
        self._listed: tuple[object, np.ndarray] | None = None
        self.learn_soon()

    def cards(self, request: Facts) -> Facts:
        """The next cards of a tab. Raises UserError for a view or a tab that cannot be read."""
        view, tab = self.view(request), _text(request, "tab")
        if view.queue != self._latest:
            self._latest = view.queue
            self.learn_soon()
        dataset, listed = self.project.dataset, self._rows_of_list(view)
        keep = dataset.rows_of(_texts(request, "keep"))
        first = dataset.rows_of([str(request["card"])])[0] if request.get("card") else -1
        with self.project.ledger() as ledger:
            codes = ledger.codes.copy()
            mine = _rows_of(ledger, _text(request, "reviewer")) if view.mine else None
        dealt, left, elsewhere = self.dealer.deal(
            view,
            codes,
            tab=tab,
            want=_number(request, "want"),
            keep=keep[keep >= 0].tolist(),
            seen=_number(request, "seen", most=10**9),
            first=None if first < 0 else int(first),
            mine=mine,
            among=listed,
        )
        among = slice(None) if listed is None else listed
        with self.project.ledger() as ledger:
            who = str(request.get("reviewer") or "")
            cards = [card_facts(self, ledger, view, card, who) for card in dealt]
        return {
            "cards": cards,
            "left": left,
            "total": len(codes[among]),
            "decided": int(np.count_nonzero(codes[among])),
            "found": self._found(codes, among),
            "elsewhere": elsewhere,
        }

    def _rows_of_list(self, view: View) -> np.ndarray | None:
        """(l,) rows of the view's named list, read again when it has changed; None = all rows."""
        if view.named is None:
            return None
        workspace = self.project.workspace
        key = view.named, version_of_list(workspace, view.named)
        kept = self._listed
        if kept is None or kept[0] != key:
            kept = key, rows_of_list(workspace, view.named, self.project.dataset)
            self._listed = kept
        return kept[1]

    def _found(self, codes: np.ndarray, among: slice | np.ndarray) -> dict[str, int] | None:
        """Of errors that are known, as planted ones are, how many were settled."""
        if self._wrong is None:
            return None
        wrong = self._wrong[among]
        settled = np.isin(codes[among], [ACTIONS.index(action) for action in SETTLED])
        return {
            "found": int(np.count_nonzero(wrong & settled)),
            "total": int(np.count_nonzero(wrong)),
        }

    def alike(self, request: Facts) -> Facts:
        """The nearest undecided rows of one, for one decision about many."""
        dataset = self.project.dataset
        row = int(dataset.rows_of([_text(request, "id")])[0])
        with self.project.ledger() as ledger:
            undecided = ledger.codes == 0
        if row < 0 or self.audit.evidence.graph is None or not undecided.any():
            return {"rows": [], "ticket": None}
        rows, distances = self._nearest(row, _number(request, "want"), undecided)
        if request.get("sort") == "least sure" and self.audit.default in self.audit.scores:
            doubt = self.audit.scores[self.audit.default].suspicion[rows]
            order = np.argsort(-np.nan_to_num(doubt, nan=-np.inf), kind="stable")
            rows, distances = rows[order], distances[order]
        suggested = suggest(self.audit.evidence, rows)
        given = dataset.given(row)
        with self.project.ledger() as ledger:
            tiles = []
            for other, label, far in zip(
                rows.tolist(), suggested.tolist(), distances.tolist(), strict=True
            ):
                likely = None if label == UNLABELLED else dataset.classes[label]
                tiles.append(
                    tile_facts(self.project, ledger, other, given, likely, far)
                    | {
                        "suggested": likely,
                        "verdict": ACTIONS[ledger.codes[other]],
                        # Passages that are alike may still answer a query or not.
                        "ticked": dataset.unit == "example" and dataset.given(other) == given,
                    }
                )
        ticket = ticket_of({"queue": "more like this", "of": dataset.id_of(row)})
        return {"rows": tiles, "ticket": ticket}

    def whole(self, request: Facts) -> Facts:
        """Candidates of one query that are not known to be relevant and have no verdict yet, in the
        order of the list: to be ticked and decided together."""
        view, pairs = self.view(request), self.project.dataset.pairs
        if pairs is None:
            raise UserError("Rows of this dataset belong to no query. Reload the page.")
        query = position_of(self.project.dataset, _text(request, "query"))
        of_query, waiting = pairs.of_query(query), np.zeros(len(pairs), dtype=bool)
        with self.project.ledger() as ledger:
            waiting[of_query] = (ledger.codes[of_query] == 0) & (pairs.grade[of_query] <= 0)
            rows = self.dealer.first_of(view, waiting, _number(request, "want", MOST_LISTED))
            tiles = [
                tile_facts(self.project, ledger, row, None, None, np.inf, length=LISTED)
                for row in rows
            ]
        return {
            "rows": tiles,
            "left": int(np.count_nonzero(waiting)),
            "ticket": ticket_of({"queue": "whole query", "of": pairs.queries.id_of(query)}),
        }

    def _nearest(self, row: int, want: int, allowed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The nearest allowed rows and how far they are; of a pair, those of the same query."""
        pairs = self.project.dataset.pairs
        if pairs is not None:
            return near_pairs(pairs, row, want, allowed)
        near = self._lookup().near_row(row, want, allowed)
        return near.rows, near.distances

    def _lookup(self) -> Lookup:
        """Who is near a row, however far down: made at the first look, in seconds for a million."""
        with self._making_lookup:  # not the lock of whoever decides: it takes seconds
            if self._near is None:
                graph, embeddings = self.audit.evidence.graph, self.project.dataset.embeddings
                assert graph is not None
                assert embeddings is not None
                self._near = make_lookup(embeddings, metric=graph.metric)
            return self._near

    def standing(self) -> Standing:
        """How good the lists are and what is left; worked out again only after a new decision."""
        decisions = self.project.log.decisions()
        if self._standing is None or (self._standing[0] is not decisions and self._may_redraw()):
            if self._named is None:
                self._named = lists_of(self.audit)
            with self.project.ledger() as ledger:
                said = reviewed(ledger)
            now = standing(
                self.dealer.strata,
                said.rows,
                said.wrong,
                said.blind,
                said.seconds,
                lists=self._named,
            )
            self._standing = decisions, now
            self._stood = time.monotonic()
        return self._standing[1]

    def _may_redraw(self) -> bool:
        """Not between two keys: drawing a chart holds up the browser for longer than a card."""
        now = time.monotonic()
        return now - self._heard > PAUSE or now - self._stood > LONGEST

    def heed(self) -> None:
        """Somebody decided: the list learns from it, and the numbers wait for a pause."""
        self._heard = time.monotonic()
        self.learn_soon()

    def learn_soon(self) -> None:
        """Order the list anew in the background; many calls at once are one."""
        with self._lock:
            self._news.set()
            if self._worker is None or not self._worker.is_alive():
                self._worker = threading.Thread(target=self._learn, daemon=True)
                self._worker.start()

    def _learn(self) -> None:
        while True:
            with self._lock:
                if not self._news.is_set():
                    self._worker = None
                    return
                self._news.clear()
                queue = self._latest
            try:
                with self.project.ledger() as ledger:
                    codes = ledger.codes.copy()
            except UserError:  # told to whoever asks for cards; the order stays as it is
                continue
            began = time.monotonic()
            self.dealer.learn(queue, codes)
            # Whoever waits for a card comes first: two thirds of a core are left to them.
            time.sleep(2 * (time.monotonic() - began))

    def view(self, request: Facts) -> View:
        """The view a browser asks for. Raises UserError for what there is none of."""
        first = self.audit.default
        queues = (first, *(name for name in self.audit.scores if name != first))
        return read_view(request.get("view"), self.project.dataset, queues)


def _rows_of(ledger: Ledger, reviewer: str) -> np.ndarray:
    mine = [id_ for id_, verdict in ledger.verdicts.items() if reviewer in verdict.reviewers]
    return ledger.dataset.rows_of(mine)


def _text(request: Facts, name: str) -> str:
    text = request.get(name)
    if not isinstance(text, str) or not text or len(text) > 200:
        raise UserError(f"{name} is {text!r:.60}; a name was expected. Reload the page.")
    return text


def _texts(request: Facts, name: str) -> list[str]:
    texts = request.get(name) or []
    if not isinstance(texts, list) or len(texts) > MOST_KEPT:
        raise UserError(f"{name} is not a list of at most {MOST_KEPT:,} ids. Reload the page.")
    return [str(text) for text in texts]


def _number(request: Facts, name: str, most: int = MOST) -> int:
    number = request.get(name, 0)
    if not isinstance(number, int) or not 0 <= number <= most:
        raise UserError(f"{name} is {number!r:.60}; 0 to {most} was expected. Reload the page.")
    return number
