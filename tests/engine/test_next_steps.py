"""What to do next, in one state of a review after the other."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.next_steps import MOST, Situation, next_steps

NOTHING = Situation(
    counted=1000,
    waiting=1000,
    decided=0,
    suspects=None,
    undecided=0,
    disputed=0,
    flagged=0,
    contradicting=0,
    surplus=0,
    unlabelled=0,
    fewer_than=None,
)


def names(now: Situation) -> list[str]:
    """What is proposed."""
    return [step.name for step in next_steps(now)]


def test_before_the_suspects_are_known_nothing_is_claimed():
    """No list, nothing else wrong: no step."""
    assert names(NOTHING) == []


def test_at_first_the_list_is_reviewed_then_what_needs_no_list():
    """40 suspects, nobody decided anything."""
    now = replace(NOTHING, suspects=40, undecided=40, contradicting=6, surplus=9, unlabelled=2)

    assert names(now) == ["review", "contradictions", "copies"]
    assert next_steps(now)[0].rows == 40


def test_disputes_come_first():
    """Others wait for them."""
    now = replace(NOTHING, suspects=40, undecided=3, decided=50, disputed=2)

    assert names(now) == ["adjudicate", "review"]


def test_at_the_end_of_the_list_a_random_sample_says_what_it_missed():
    """The bound is wide: export is possible, but not the first thing."""
    now = replace(NOTHING, waiting=900, suspects=40, decided=100, fewer_than=80)

    assert names(now) == ["sample", "export"]
    assert next_steps(now)[0].rows == 30


def test_export_comes_first_once_the_bound_allows_it():
    """Fewer than 10 of 1,000, also while suspects are left; just above, not yet."""
    now = replace(NOTHING, waiting=500, suspects=40, undecided=5, decided=500, fewer_than=10)

    assert names(now) == ["export"]
    assert names(replace(now, fewer_than=11)) == ["review"]
    assert names(replace(now, disputed=1)) == ["adjudicate", "review"]


def test_when_everything_is_decided_there_is_nothing_but_the_export():
    """Whatever the bound says of so few rows."""
    now = replace(NOTHING, counted=5, waiting=0, decided=5, suspects=2, fewer_than=1)

    assert names(now) == ["export"]


def test_a_list_that_names_nobody_is_sampled():
    """Looked for, none found, nobody decided anything: nothing to export yet."""
    assert names(replace(NOTHING, suspects=0)) == ["sample"]
    assert next_steps(replace(NOTHING, counted=4, waiting=4, suspects=0))[0].rows == 4


def test_without_a_label_there_is_nothing_to_sample():
    """All rows unlabelled."""
    now = replace(NOTHING, counted=0, waiting=0, suspects=0, unlabelled=7)

    assert names(now) == ["label"]


@given(
    st.builds(
        Situation,
        **dict.fromkeys(
            ["counted", "waiting", "decided", "undecided", "disputed", "flagged"],
            st.integers(0, 50),
        ),
        **dict.fromkeys(["contradicting", "surplus", "unlabelled"], st.integers(0, 50)),
        suspects=st.none() | st.integers(0, 50),
        fewer_than=st.none() | st.integers(1, 60),
    )
)
def test_never_more_than_three_and_never_about_nothing(now):
    """Each once, each about some rows."""
    steps = next_steps(now)

    assert len(steps) <= MOST
    assert all(step.rows > 0 for step in steps)
    assert len({step.name for step in steps}) == len(steps)


@pytest.mark.parametrize(("fewer_than", "counted", "bound"), [(3, 10, 0.3), (60, 50, 1.0)])
def test_the_bound_is_a_share(fewer_than, counted, bound):
    """Never above 1."""
    assert replace(NOTHING, fewer_than=fewer_than, counted=counted).bound == bound
