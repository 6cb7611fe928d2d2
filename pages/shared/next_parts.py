"""What to do next and how far the review is, on the Data page."""

import math
from typing import TYPE_CHECKING

import streamlit as st

from engine.next_steps import Step, next_steps
from engine.problems import Problem
from pages.shared import choosing, kinds, state, wording
from pages.shared.front import Front
from pages.shared.health_parts import checked
from pages.shared.project import Project
from pages.shared.words import count, duration, percent
from store.dataset import Unit

if TYPE_CHECKING:
    from engine.audit import Audit

SUSPECTS: dict[Unit, tuple[str, str]] = {
    "example": ("suspected label", "suspected labels"),
    "pair": ("suspected positive", "suspected positives"),
}

TITLES = {
    "adjudicate": "Settle where reviewers differ",
    "review": "Review the first list",
    "contradictions": "Settle contradicting labels",
    "flagged": "Look at what was flagged",
    "copies": "Keep one of each copy",
    "label": "Label what has no label",
    "sample": "Look at a random sample",
    "export": "Export the clean copy",
}


def show(project: Project, audit: "Audit | None", front: Front) -> None:
    """How far it is, then one to three steps, each with its reason and one click away."""
    st.subheader("What to do next")
    _progress(project, front)
    steps = next_steps(front.situation)
    if not steps and audit is None:
        st.caption("The first steps stand here once the suspects are known.")
    elif not steps:
        st.caption(_nothing(front))
    for column, (place, step) in zip(
        st.columns(max(len(steps), 1)), enumerate(steps), strict=False
    ):
        with column.container(border=True, height="stretch"):
            page, query = _way(project, audit, front, step)
            st.markdown(f"**{place + 1}. {TITLES[step.name]}**")
            st.caption(_because(project, front, step))
            st.page_link(
                page,
                label=_label(step),
                icon=":material/arrow_forward:",
                query_params=state.address(project, **query),
            )


def _progress(project: Project, front: Front) -> None:
    first = front.first
    if first is None or not len(first.rows):
        return
    one, many = SUSPECTS[project.dataset.unit]
    total = len(first.rows)
    words = f"**{first.checked:,} of {count(total, one, many)} checked**"
    left = front.situation.undecided
    if not math.isnan(front.seconds) and left:
        words += f" · {front.seconds:.1f} s each, about {duration(front.seconds * left)} left"
        words += " at that pace"
    st.progress(first.checked / total, text=words)


def _because(project: Project, front: Front, step: Step) -> str:
    now, unit = front.situation, project.dataset.unit
    rows = count(step.rows, "row")
    if step.name == "adjudicate":
        return f"{rows} decided differently by two reviewers; they stay as given until settled."
    if step.name == "review":
        return _review_because(front.first, step.rows, SUSPECTS[unit])
    if step.name == "contradictions":
        return (
            f"{rows} with the content of another row under another label: at least "
            f"{count(front.surely_wrong, 'label')} of them cannot be right."
        )
    if step.name == "flagged":
        return f"{rows} put aside to be looked at again."
    if step.name == "copies":
        words = "row repeats" if step.rows == 1 else "rows repeat"
        return (
            f"{step.rows:,} {words} another one. In training and in test, a copy makes a model "
            "look better than it is."
        )
    if step.name == "label":
        return f"{rows} without a label: nothing can be learned from them, and no list checks them."
    if step.name == "sample":
        return f"The list names nobody else. Random rows tell what it misses{_bound(front)}"
    if now.waiting == 0:
        return f"Everything that can be wrong has a verdict: {count(now.decided, 'row')} decided."
    if now.is_enough:
        return f"{count(now.decided, 'row')} decided, and the review may end{_bound(front)}"
    return f"All suspects are decided, {count(now.decided, 'row')} in all{_bound(front)}"


def _review_because(first: Problem | None, undecided: int, called: tuple[str, str]) -> str:
    assert first is not None
    words = f"{count(undecided, *called)} without a verdict, the most suspicious first."
    if first.checked == 0:
        return f"{words} Nobody has checked any yet."
    return f"{words} {checked(first, kinds.KINDS[first.kind].found)}"


def _bound(front: Front) -> str:
    """What blind cards say of the rest; a sentence of its own."""
    bound = front.situation.bound
    if bound is None:
        return ". No blind card was judged yet, so nothing is known of the others."
    return f": with 95 % confidence fewer than {percent(bound)} % are still wrong."


def _nothing(front: Front) -> str:
    if front.situation.suspects is None:
        return (
            "There is no list of suspects: that takes embeddings or predicted probabilities, and "
            "labels. The Score page says what is missing."
        )
    return "Nothing here asks for a decision."


def _label(step: Step) -> str:
    return {
        "export": "To the export",
        "sample": f"Review {step.rows} in random order",
        "copies": "Look at them",
        "label": "Label them",
    }.get(step.name, f"Review {step.rows:,}")


def _way(
    project: Project, audit: "Audit | None", front: Front, step: Step
) -> tuple[str, dict[str, str]]:
    """The page and the query parameters of a step."""
    if step.name == "export":
        return "pages/decide/export.py", {}
    if step.name in ("contradictions", "copies"):
        wanted = (
            ("contradiction",)
            if step.name == "contradictions"
            else ("near duplicate", "exact copy")
        )
        problem = next(one for kind in wanted for one in front.problems if one.kind == kind)
        return kinds.EXPLORE, kinds.in_explore(project, problem.kind, problem.rows, audit)
    piles = wording.pile_words(project.dataset.unit)  # an address names what a box shows
    query = {
        "adjudicate": {"pile": piles["adjudicate"]},
        "flagged": {"pile": piles["flag"]},
        "label": {"given": choosing.UNLABELLED},
        "sample": {"order": choosing.ORDERS["random"]},
    }
    return kinds.REVIEW, query.get(step.name, {})
