"""One decision about many examples: said beforehand, written as one entry, undone as one."""

import numpy as np
import streamlit as st

from pages.shared import deciding
from pages.shared.project import Project
from pages.shared.words import count, plain
from store.verdicts import UNDECIDED

ACTIONS = {"keep": "Keep the given labels", "relabel": "Relabel to …", "drop": "Drop"}


def actions(project: Project, rows: np.ndarray) -> None:
    """Choose, read what it will do, apply."""
    what, which, go, back = st.columns([2, 2, 2, 1], vertical_alignment="bottom")
    turn = deciding.now()
    action = what.selectbox("Decide", list(ACTIONS), format_func=ACTIONS.__getitem__)
    label = None
    if action == "relabel":
        label = which.selectbox(
            "New label", project.dataset.classes, index=None, placeholder="Choose a class"
        )
    ready = action != "relabel" or label is not None
    go.button(
        f"Apply to {count(len(rows), 'example')}",
        type="primary",
        disabled=not ready,
        on_click=deciding.on_rows,
        args=(project, rows.tolist(), action, label, "map selection", turn),
        width="stretch",
    )
    with back:
        undo_button(project)
    if ready:
        preview(project, rows, action, label)


def preview(project: Project, rows: np.ndarray, action: str, label: str | None) -> None:
    """What pressing the button will change."""
    dataset, applied = project.dataset, project.applied()
    parts = []
    if label is not None:
        same = int((dataset.labels[rows] == dataset.classes.index(label)).sum())
        parts.append(f"**{len(rows) - same:,}** get another label than they came with")
        parts.append(f"{same:,} were given {plain(label)} already")
    earlier = int((applied.actions[rows] != UNDECIDED).sum())
    parts.append(f"{earlier:,} have a verdict already, which this replaces")
    st.caption(" · ".join(parts))


def undo_button(project: Project) -> None:
    """Take back the reviewer's last decision, whole."""
    st.button("Undo", on_click=deciding.undo, args=(project.fingerprint, deciding.now()))
