"""What the Export page says and asks."""

from pathlib import Path
from typing import Literal

import streamlit as st

from pages.shared.project import Project
from store.dataset import Dataset
from store.export import Changes, ExportOptions
from store.filtering import rows_where
from store.writers import all_writers

DROPPED: dict[Literal["leave out", "mark"], str] = {
    "leave out": "Leave dropped rows out",
    "mark": "Keep them and mark them in a column",
}
UNDECIDED: dict[Literal["keep", "leave out"], str] = {
    "keep": "Keep undecided rows as they were given",
    "leave out": "Leave undecided rows out",
}
PICTURES: dict[Literal["copy", "link"], str] = {
    "copy": "Copy the pictures",
    "link": "Link to where they are (a download has copies)",
}


def counts(found: Changes) -> None:
    """How many rows the verdicts in force change or leave."""
    with st.container(horizontal=True):
        for title, number in (
            ("Relabelled", found.relabelled),
            ("Dropped", found.dropped),
            ("Kept", found.kept),
            ("Skipped", found.skipped),
            ("Flagged", found.flagged),
            ("Undecided", found.undecided),
        ):
            st.metric(title, f"{number:,}", border=True)
    for number, words in (
        (
            found.adjudicate,
            "decided differently by two reviewers; they stay as given until settled",
        ),
        (found.stale, "decided on content that has changed since; look at them again"),
        (found.vanished, "decided but no longer in the dataset"),
    ):
        if number:
            st.warning(f"{number:,} {words}.", icon=":material/priority_high:")


def differences(project: Project, found: Changes) -> None:
    """Every decided row: what it came with, what it gets, who said so."""
    st.subheader("What will change")
    if found.table.num_rows == 0:
        st.caption("Nothing is decided yet, so the clean copy equals the original.")
        return
    st.dataframe(
        found.table.to_pandas(), hide_index=True, height=min(420, 40 + 36 * found.table.num_rows)
    )


def choose_options(dataset: Dataset) -> ExportOptions:
    """Format, and what happens to rows that were dropped or not decided; fewer rows on demand."""
    st.subheader("Options")
    left, middle, right = st.columns(3)
    fitting = {name: writer.title for name, writer in all_writers().items() if writer.fits(dataset)}
    kind = left.selectbox("Format", list(fitting), format_func=fitting.__getitem__)
    dropped = middle.selectbox("Dropped rows", list(DROPPED), format_func=DROPPED.__getitem__)
    undecided = right.selectbox(
        "Undecided rows", list(UNDECIDED), format_func=UNDECIDED.__getitem__
    )
    number, drawn_by, pictures = st.columns(3)
    sample = number.number_input(
        "Sample",
        min_value=0,
        value=None,
        placeholder="all rows",
        help="So many of these rows, drawn at random. A smaller sample is part of a larger one.",
    )
    seed = drawn_by.number_input(
        "Seed", min_value=0, value=0, disabled=sample is None, help="Another one, another sample."
    )
    how: Literal["copy", "link"] = "copy"
    if all_writers()[kind].needs == "image":
        how = pictures.selectbox("Pictures", list(PICTURES), format_func=PICTURES.__getitem__)
    where = st.text_input("Only rows with", placeholder="COLUMN=VALUE") or None
    if where is not None:
        rows_where(dataset, where)  # a slip is told here, not by a download that fails
    only_reviewed = st.checkbox(
        "Only reviewed rows", help="Leaves out rows that nobody said anything of, not even skip."
    )
    neutralise = st.checkbox(
        "Make text cells safe for spreadsheets",
        value=True,
        help="Text that begins with = + - @ would be run as a formula; it gets a ' in front.",
    )
    return ExportOptions(
        format=kind,
        dropped=dropped,
        undecided=undecided,
        neutralise=neutralise,
        only_reviewed=only_reviewed,
        where=where,
        sample=sample,
        seed=seed,
        pictures=how,
    )


def default_folder(project: Project) -> Path:
    """Beside the workspace, where a new folder surprises nobody."""
    return project.workspace.folder.with_suffix(".clean")
