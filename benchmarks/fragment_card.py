"""The review card as a plain Streamlit fragment: what `bench_review` compares with."""

import base64
import os
from pathlib import Path

import streamlit as st

from engine.audit import audit
from store.decisions import DecisionLog, decide
from store.media import picture
from store.workspace import Workspace


@st.cache_resource
def opened(folder: str):
    """The dataset, its audit, its log."""
    space = Workspace(Path(folder))
    dataset = space.load()
    return dataset, audit(dataset, space), DecisionLog(space.log_path)


def image(row: int, side: int) -> str:
    """A picture inside the page."""
    body, kind = picture(DATASET, row)
    data = base64.b64encode(body).decode()
    return f'<img width="{side}" style="image-rendering:pixelated" src="data:{kind};base64,{data}">'


def say(action: str, row: int) -> None:
    """Write the decision, then turn to the next card."""
    LOG.append([decide(DATASET, [row], action, reviewer="bench")])
    st.session_state.place += 1


@st.fragment
def card() -> None:
    """One card with its buttons and neighbours."""
    place = st.session_state.setdefault("place", len(LOG.decisions()))
    row = int(AUDIT.queue.rows[place])
    left, right = st.columns(2)
    left.html(f'<div data-shown="{row}">{image(row, 320)}</div>')
    with right:
        st.text(f"given {DATASET.given(row)}; {AUDIT.queue.why(row)}")
        for words, key, action in (
            ("Keep", "K", "keep"),
            ("Drop", "X", "drop"),
            ("Skip", "Space", "skip"),
        ):
            st.button(words, shortcut=key, on_click=say, args=(action, row), key=action)
    near = AUDIT.evidence.graph.neighbours[row][:10].tolist()
    st.html("".join(f"{image(other, 64)} {DATASET.given(other)} " for other in near))


DATASET, AUDIT, LOG = opened(os.environ["SECOND_LOOK_WORKSPACES"])
card()
