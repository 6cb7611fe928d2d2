"""One decision about many examples: said beforehand, written as one entry, undone as one."""

import numpy as np
import streamlit as st

from pages.shared import deciding
from pages.shared.project import Project
from pages.shared.wording import label_names
from pages.shared.words import count, plain
from store.dataset import Unit
from store.verdicts import UNDECIDED

ACTIONS: dict[Unit, dict[str, str]] = {
    "example": {"keep": "Keep the given labels", "relabel": "Relabel to …", "drop": "Drop"},
    "pair": {
        "keep": "Leave as judged",
        "relabel": "Relevance is …",
        "drop": "Duplicates of a positive",
    },
}


def actions(project: Project, rows: np.ndarray, because: str = "map selection") -> None:
    """Choose, read what it will do, apply. because: how the rows came together, for the log."""
    what, which, go, back = st.columns([2, 2, 2, 1], vertical_alignment="bottom")
    turn = deciding.now()
    dataset, unit = project.dataset, project.dataset.unit
    action = what.selectbox("Decide", list(ACTIONS[unit]), format_func=ACTIONS[unit].__getitem__)
    label = None
    if action == "relabel":
        label = which.selectbox(
            "New label",
            dataset.classes,
            format_func=label_names(dataset).__getitem__,
            index=None,
            placeholder="Choose a class" if unit == "example" else "Choose a grade",
        )
    ready = action != "relabel" or label is not None
    go.button(
        f"Apply to {count(len(rows), unit)}",
        type="primary",
        disabled=not ready,
        on_click=deciding.on_rows,
        args=(project, rows.tolist(), action, label, because, turn),
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
