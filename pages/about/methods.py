"""Every scorer, as its code declares it."""

from pathlib import Path

import streamlit as st

from engine.contract import Scorer
from engine.inputs import VOCABULARY
from engine.scorers import all_scorers

SCOREBOARD = Path(__file__).resolve().parent.parent.parent / "docs" / "scoreboard.md"


def describe(scorer: Scorer) -> None:
    """Title, facts, explanation, worked example."""
    low, high = scorer.range
    prose, _, example = scorer.doc.partition("\n>>> ")
    options = ", ".join(f"`{name}` = {value}" for name, value in scorer.options.items())
    st.subheader(scorer.title, anchor=scorer.name)
    st.markdown(f"Finds: **{scorer.finds}** · look at the **{scorer.review_first}** first")
    st.markdown(prose)
    facts, needs = st.columns(2)
    facts.markdown(
        f"* one value per {scorer.unit}, {low:g} to {high:g}\n"
        f"* cost {scorer.cost}; runs {scorer.runs}\n"
        f"* options: {options or 'none'}"
    )
    needs.markdown(
        "\n".join(
            f"* needs `{name}` {VOCABULARY[name].shape}: {VOCABULARY[name].meaning}"
            for name in scorer.inputs
        )
    )
    st.caption(f"Source: {scorer.source}")
    if example:
        with st.expander("Worked example", key=f"example-{scorer.name}"):
            st.code(f">>> {example}", language="python")


def scoreboard() -> None:
    """Which scorer found what, where a table of measurements comes with the program."""
    if SCOREBOARD.is_file():
        with st.expander("Which one finds what: measured on audited datasets", key="scoreboard"):
            st.markdown(SCOREBOARD.read_text(encoding="utf-8").partition("\n\n")[2])


st.title("Methods")
st.markdown(
    "A scorer gives every example, or every pair of a query and a passage, one number and says "
    "which end of it deserves a second look. "
    "This page is made from the code: a new file in `engine/scorers/` appears here by itself."
)
scoreboard()
for scorer in all_scorers().values():
    with st.container(border=True):
        describe(scorer)
