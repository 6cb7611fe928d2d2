"""A scorer's options as widgets, read off its signature; and scorers that lack what they need."""

import streamlit as st

from engine.audit import Audit
from engine.contract import OptionValue, Score, Scorer
from engine.inputs import VOCABULARY, missing_inputs
from engine.run import run
from engine.scorers import all_scorers
from engine.settings import LARGEST, NEGATIVE
from pages.shared.project import Project


def score_with_options(project: Project, audit: Audit, scorer: Scorer) -> Score:
    """The score under the options on the screen; the audit's own while none was turned.

    Of a scorer that runs on request the score there is: its options are turned where it is run.
    """
    if scorer.runs == "on request":
        return audit.scores[scorer.name]
    chosen = choose(project, scorer)
    if chosen == audit.scores[scorer.name].options:
        return audit.scores[scorer.name]
    key = tuple(sorted(chosen.items()))
    return _run(project.fingerprint, scorer.name, key, _audit=audit, _scorer=scorer)


def choose(project: Project, scorer: Scorer) -> dict[str, OptionValue]:
    """A widget for every option of a scorer, and what they say."""
    return {
        name: _negative(project, scorer) if name == NEGATIVE else _widget(scorer, name, default)
        for name, default in scorer.options.items()
    }


@st.cache_resource(max_entries=16, show_spinner="Scoring …")
def _run(
    fingerprint: str,
    name: str,
    options: tuple[tuple[str, OptionValue], ...],
    _audit: Audit,
    _scorer: Scorer,
) -> Score:
    return run(_scorer, _audit.evidence, **dict(options))  # type: ignore[arg-type]


def _widget(scorer: Scorer, name: str, default: OptionValue) -> OptionValue:
    key = f"option-{scorer.name}-{name}"
    draw = {bool: _switch, int: _whole_number, float: _number, str: st.text_input}[type(default)]
    return draw(name, default, key=key)  # type: ignore[operator]


def _negative(project: Project, scorer: Scorer) -> int:
    classes = project.dataset.classes
    return int(
        st.selectbox(
            "negative class",
            range(LARGEST, len(classes)),
            format_func=lambda one: "the largest class" if one == LARGEST else classes[one],
            key=f"option-{scorer.name}-{NEGATIVE}",
        )
    )


def _switch(name: str, default: bool, key: str) -> bool:
    return st.toggle(name, default, key=key)


def _whole_number(name: str, default: int, key: str) -> int:
    return int(st.number_input(name, value=default, step=1, key=key))


def _number(name: str, default: float, key: str) -> float:
    return float(st.number_input(name, value=default, step=None, format="%g", key=key))


def missing(audit: Audit) -> None:
    """Scorers that cannot run on this dataset, and what they would need."""
    unit = audit.evidence.dataset.unit
    for scorer in (one for one in all_scorers().values() if one.unit == unit):
        for name in missing_inputs(scorer.inputs, audit.evidence):
            wanted = VOCABULARY[name]
            st.caption(f"{scorer.title} needs {name} ({wanted.meaning}): {wanted.remedy}.")
