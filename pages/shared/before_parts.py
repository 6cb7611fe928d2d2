"""Before and after the decisions: classes, copies, wrong labels, on the Data page."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from engine.before_after import ClassChange, wrong_share
from engine.proportion import Estimate
from pages.shared import charts, wording
from pages.shared.front import Front
from pages.shared.project import Project
from pages.shared.words import count, html, percent
from store.dataset import Unit

if TYPE_CHECKING:
    from engine.estimating import Standing

MOST_BARS, MOST_CHANGES = 40, 12
BY_UNIT: dict[Unit, tuple[str, str]] = {
    "example": ("Class balance", "Wrong labels"),
    "pair": ("Judgements", "Unmarked positives"),
}


def show(project: Project, front: Front) -> None:
    """The balance as given, beside it in force once it differs; then what else has changed."""
    is_decided = front.situation.decided > 0
    st.subheader(
        "Before and after the decisions" if is_decided else BY_UNIT[project.dataset.unit][0]
    )
    balance, numbers = st.columns([3, 2], gap="large")
    with balance:
        _balance(project, front)
    with numbers:
        if not is_decided:
            st.caption("Nothing is decided yet. What decisions change will stand here.")
            return
        st.html(_table(["", "before", "after"], _lines(project, front)))
        if front.standing is None or not front.standing.blind:
            st.caption(
                f"{BY_UNIT[project.dataset.unit][1]} cannot be estimated before the first blind "
                "card is judged: they are dealt while you review."
            )
        else:
            st.caption(
                f"Estimated from {count(front.standing.blind, 'blind card')} and the verdicts on "
                "the others, with the 95 % interval; what was decided is taken for right."
            )
        if front.changes and project.dataset.unit == "example":
            _changes(project, front.changes)


def _balance(project: Project, front: Front) -> None:
    dataset = project.dataset
    before, after = front.before.per_class.tolist(), front.after.per_class.tolist()
    places = list(range(len(dataset.classes)))
    if len(places) > MOST_BARS:
        moved = [abs(now - then) for then, now in zip(before, after, strict=True)]
        largest = sorted(places, key=lambda place: (-moved[place], -before[place]))[:MOST_BARS]
        st.caption(
            f"{MOST_BARS} of {len(places):,} classes: those that changed most, then the largest."
        )
        places = sorted(largest)
    named = wording.label_names(dataset)
    names = [named[dataset.classes[place]] for place in places]
    now = [after[place] for place in places] if after != before else None
    bars = charts.balance(names, [before[place] for place in places], dataset.unit, now)
    st.plotly_chart(bars, key="balance")


def _lines(project: Project, front: Front) -> list[tuple[str, str, str]]:
    """What is counted, before and after; what was never there is left out."""
    before, after, unit = front.before, front.after, project.dataset.unit
    lines = [(f"{unit.capitalize()}s", f"{before.rows:,}", f"{after.rows:,}")]
    if front.standing is not None and front.standing.blind:
        lines.append((f"{BY_UNIT[unit][1]}, estimated", *_estimates(front, front.standing, unit)))
    for title, then, now in _counts(front):
        if then or now:
            lines.append((title, f"{then:,}", f"{now:,}"))
    return lines


def _estimates(front: Front, standing: "Standing", unit: Unit) -> tuple[str, str]:
    """Of examples a share of the labels; of pairs, where the share says nothing, their number."""
    if unit == "pair":
        return _number(standing.errors), _number(standing.left)
    before, after = wrong_share(standing, front.countable, front.countable_now)
    return _share(before), _share(after)


def _counts(front: Front) -> list[tuple[str, int, int]]:
    before, after = front.before, front.after
    if front.answers is not None:
        then, now = front.answers
        return [
            ("Known positives", then.positives, now.positives),
            ("Queries without one", then.unanswered, now.unanswered),
            ("Not judged", before.unlabelled, after.unlabelled),
        ]
    return [
        ("Contradicting labels", before.contradicting, after.contradicting),
        ("Near duplicates to spare", before.near_surplus or 0, after.near_surplus or 0),
        ("Exact copies to spare", before.surplus, after.surplus),
        ("Without a label", before.unlabelled, after.unlabelled),
    ]


def _changes(project: Project, changes: tuple[ClassChange, ...]) -> None:
    named = wording.label_names(project.dataset)
    rows = [
        (
            named[one.name],
            f"{one.given:,}",
            *(_signed(number) for number in (one.arrived, -one.left, -one.dropped)),
            f"{one.now:,}",
        )
        for one in changes[:MOST_CHANGES]
    ]
    head = ["label", "given", "relabelled to", "from", "dropped", "in force"]
    st.html(_table(head, rows))
    if len(changes) > MOST_CHANGES:
        st.caption(f"The {MOST_CHANGES} that changed most, of {len(changes):,}.")


def _signed(number: int) -> str:
    return f"{number:+,}".replace("-", "−") if number else ""


def _share(one: Estimate) -> str:
    if math.isnan(one.middle):
        return "–"
    return f"{percent(one.middle)} % ({percent(one.low)}–{percent(one.high)})"


def _number(one: Estimate) -> str:
    return f"{one.middle:,.0f} ({one.low:,.0f}–{one.high:,.0f})"


def _table(head: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    top = "".join(f"<th>{html(one)}</th>" for one in head)
    body = "".join(
        f'<tr><th scope="row">{html(name)}</th>'
        + "".join(f"<td>{html(one)}</td>" for one in rest)
        + "</tr>"
        for name, *rest in rows
    )
    return f'<table class="sl-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
