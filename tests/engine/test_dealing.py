"""Who sees which card next."""

import threading

import numpy as np
import pytest

from engine import dealing
from engine.audit import Audit
from engine.contract import Score
from engine.dealing import Dealer, Lift
from engine.inputs import Evidence
from engine.queueing import default_queue
from engine.scorers import all_scorers
from engine.views import View
from store.ledger import ACTIONS

PLAIN = View(order="fixed", blind=False)
KEEP, RELABEL, SKIP = (ACTIONS.index(action) for action in ("keep", "relabel", "skip"))


@pytest.fixture
def made_audit(make_dataset):
    """A function that makes an audit whose list names row 0 first, row 1 next, and so on."""

    def make(n: int, named: int = 5) -> Audit:
        dataset = make_dataset(["a", "b"] * (n // 2))
        evidence = Evidence(dataset)
        values = np.where(np.arange(n) < named, 0.9, 0.1) - np.arange(n) / (100 * n)
        score = Score(
            all_scorers()["joined_evidence"], {}, values.astype(np.float32), 1 - dataset.labels
        )
        scores = {"joined_evidence": score}
        return Audit(evidence, scores, default_queue([score], evidence))

    return make


def rows(dealt):
    cards, _, _ = dealt
    return [card.row for card in cards]


def none_decided(n):
    return np.zeros(n, dtype=np.int8)


def test_a_list_is_dealt_in_its_order_without_what_is_decided(made_audit):
    """Rows 0 and 2 have a verdict; what is kept on the screen does not come again."""
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    codes[[0, 2]] = KEEP

    dealt = dealer.deal(PLAIN, codes, tab="a", want=3, keep=[1])
    assert rows(dealt) == [3, 4, 5]
    assert dealt[1:] == (18, 0)
    assert [card.place for card in dealt[0]] == [3, 4, 5]


def test_a_second_list_learns_with_what_the_first_one_prepared(made_audit):
    """Its own order; the scores and the neighbourhoods are those of the audit."""
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    codes[[0, 2]] = KEEP
    names = ["joined_evidence", "another"]
    for name in names:
        dealer.learn(name, codes)

    one, other = (dealer.list_of(name).learner for name in names)
    assert one is not other
    assert one.columns is other.columns


def test_at_the_end_of_a_list_fewer_cards_come(made_audit):
    """Two are left, then none."""
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    codes[2:] = KEEP

    assert rows(dealer.deal(PLAIN, codes, tab="a", want=10)) == [0, 1]
    codes[:] = KEEP
    for view in (PLAIN, View(), View(order="random")):
        assert rows(dealer.deal(view, codes, tab="a", want=10)) == []


def test_two_tabs_share_a_list_without_sharing_a_card(made_audit, monkeypatch):
    """Until a lease has run out, or its holder asks for other cards."""
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    now = [0.0]
    dealer.leases.clock = lambda: now[0]

    assert rows(dealer.deal(PLAIN, codes, tab="a", want=4)) == [0, 1, 2, 3]
    dealt = dealer.deal(PLAIN, codes, tab="b", want=4)
    assert rows(dealt) == [4, 5, 6, 7]
    assert dealt[2] == 4
    assert rows(dealer.deal(PLAIN, codes, tab="a", want=2)) == [0, 1]
    assert rows(dealer.deal(PLAIN, codes, tab="c", want=3)) == [2, 3, 8]
    now[0] = 301.0
    assert rows(dealer.deal(PLAIN, codes, tab="d", want=3)) == [0, 1, 2]


def test_a_card_asked_for_by_name_comes_first_whoever_holds_it(made_audit):
    """A link to a decided card shows it; the list goes on behind it."""
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    codes[9] = RELABEL
    dealer.deal(PLAIN, codes, tab="other", want=2)

    assert rows(dealer.deal(PLAIN, codes, tab="a", want=3, first=9)) == [9, 2, 3]
    assert rows(dealer.deal(PLAIN, codes, tab="a", want=3, first=2)) == [2, 3, 4]


def test_another_pile_is_dealt_in_the_order_of_the_list(made_audit):
    """Skipped rows, to look at again; nothing blind among them."""
    dealer, codes = Dealer(made_audit(40)), none_decided(40)
    codes[[7, 3, 30]] = SKIP
    cards, left, _ = dealer.deal(View(pile="skip"), codes, tab="a", want=20)

    assert [card.row for card in cards] == [3, 7, 30]
    assert left == 3
    assert not any(card.blind or card.bare for card in cards)


def test_one_card_in_ten_is_blind_and_another_one_is_bare(made_audit):
    """At places that a second deal does not change, while the list goes on around them."""
    n = 4_000
    dealer, codes = Dealer(made_audit(n)), none_decided(n)
    cards, _, _ = dealer.deal(View(order="fixed"), codes, tab="a", want=100)
    blind = [place for place, card in enumerate(cards) if card.blind]
    bare = [place for place, card in enumerate(cards) if card.bare]

    assert [place // 10 for place in blind] == list(range(10))
    assert set(blind) < set(bare)
    assert 13 <= len(bare) <= 20
    listed = [card.row for card in cards if not card.blind]
    assert listed == [row for row in range(n) if row not in {cards[at].row for at in blind}][:90]
    kept = [card.row for card in cards[:40]]
    again, _, _ = dealer.deal(View(order="fixed"), codes, tab="a", want=60, keep=kept, seen=40)
    assert again == cards[40:]
    assert len({card.row for card in cards}) == 100


def test_what_another_tab_was_drawn_stays_drawn(made_audit):
    """While one tab goes on, the blind cards that wait for the other are not drawn anew."""
    dealer, codes = Dealer(made_audit(4_000)), none_decided(4_000)
    mine, _, _ = dealer.deal(View(order="fixed"), codes, tab="a", want=20, seen=10)
    dealer.deal(View(order="fixed"), codes, tab="b", want=20, seen=10)
    codes[3_999] = KEEP
    dealer.deal(View(order="fixed"), codes, tab="b", want=20, seen=20)
    again, _, _ = dealer.deal(View(order="fixed"), codes, tab="a", want=20, seen=10)

    def drawn(cards):
        return [card.row for card in cards if card.blind]

    assert drawn(mine) == drawn(again)
    assert len(drawn(mine)) == 2


def test_the_first_cards_anybody_sees_are_whole(made_audit):
    """A newcomer meets the best of the list, not a card that says nothing."""
    dealer = Dealer(made_audit(1_000))
    for tab in map(str, range(50)):
        cards, _, _ = dealer.deal(View(), none_decided(1_000), tab=tab, want=20)
        assert not any(card.bare for card in cards[:3])


def test_blind_cards_are_drawn_from_everything_undecided(made_audit):
    """Also from rows that wait further down the list, never from what is decided or held.

    A chi-squared test on 3,000 draws within each stratum, whose rows have equal chances.
    """
    from scipy.stats import chisquare

    n = 60
    dealer, codes = Dealer(made_audit(n, named=20)), none_decided(n)
    codes[30:40] = KEEP
    drawn = []
    for tab in range(3_000):
        cards, _, _ = dealer.deal(View(), codes, tab=str(tab), want=10, seen=10)
        drawn += [card.row for card in cards if card.blind]
        dealer.leases.held.clear()
        dealer._drawn.clear()

    counts = np.bincount(drawn, minlength=n)
    assert counts[30:40].sum() == 0
    strata = dealer.strata
    for stratum in range(strata.max() + 1):
        inside = counts[(strata == stratum) & (codes == 0)]
        # Rows at the head of the list come before the blind card and are seldom drawn.
        later = inside[10:] if stratum == 0 else inside
        assert chisquare(later).pvalue > 1e-4


def test_a_random_order_is_one_for_all_and_tells_as_much_as_blind_cards(made_audit):
    """The same after a restart; every row once; marked as drawn while nothing is chosen."""
    view, codes = View(order="random"), none_decided(30)
    first = Dealer(made_audit(30)).deal(view, codes, tab="a", want=30)
    again = Dealer(made_audit(30)).deal(view, codes, tab="b", want=30)

    assert rows(first) == rows(again) != sorted(rows(first))
    assert sorted(rows(first)) == list(range(30))
    assert all(card.blind and not card.bare for card in first[0])
    chosen, _, _ = Dealer(made_audit(30)).deal(
        View(order="random", given="a"), codes, tab="a", want=30
    )
    assert not any(card.blind for card in chosen)


class Reversed:
    """Learned that the last row is the worst, because of row 0."""

    def first(self, count, open_rows):
        return np.flatnonzero(open_rows)[::-1][:count]

    def lifted_by(self, row):
        return 0 if row > 10 else None


def test_a_list_that_learned_says_how_far_a_card_came_up(made_audit):
    """Row 19 went past 18 waiting rows; a frozen list stays as it was made."""
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    codes[0] = RELABEL
    dealer.list_of("joined_evidence").learned = Reversed()
    cards, _, _ = dealer.deal(View(blind=False), codes, tab="a", want=10)

    assert [card.row for card in cards] == list(range(19, 9, -1))
    assert cards[0].lift == Lift(18, 0)
    assert cards[-1].lift is None
    assert rows(dealer.deal(PLAIN, codes, tab="a", want=3)) == [1, 2, 3]


def test_learning_sees_the_settled_verdicts_only(made_audit, monkeypatch):
    """Skipped rows say nothing; a relabel and a drop say wrong, a keep says right."""
    heard = {}

    class Learner:
        @classmethod
        def prepare(cls, audit, first, grounds):
            return cls()

        def learn(self, rows, wrong):
            heard.update(zip(rows.tolist(), wrong.tolist(), strict=True))
            return Reversed()

    monkeypatch.setattr(dealing, "Learner", Learner)
    dealer, codes = Dealer(made_audit(20)), none_decided(20)
    codes[[1, 2, 3, 4]] = [ACTIONS.index(one) for one in ("keep", "relabel", "drop", "skip")]
    dealer.learn("joined_evidence", codes)

    assert heard == {1: False, 2: True, 3: True}
    assert rows(dealer.deal(View(blind=False), codes, tab="a", want=1)) == [19]


def test_many_tabs_at_once_get_different_cards(made_audit):
    """Twenty threads, five cards each, no card twice."""
    dealer, codes, got = Dealer(made_audit(400)), none_decided(400), []

    def take(tab):
        got.append(rows(dealer.deal(View(), codes, tab=tab, want=5)))

    threads = [threading.Thread(target=take, args=(str(tab),)) for tab in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({row for mine in got for row in mine}) == 100
