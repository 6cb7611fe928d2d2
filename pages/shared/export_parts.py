"""What the Export page says and asks."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.shared.list_parts import choose_list
from pages.shared.project import Project
from store.dataset import Dataset
from store.errors import UserError
from store.export import Changes, ExportOptions
from store.picking import Pick, picked
from store.writers import all_writers

if TYPE_CHECKING:  # the engine takes seconds to load, and this page may do without it
    from engine.audit import Audit

LIST_WIDTH = 420
"""Pixels for the name of a list; the condition beside it has the rest."""

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


def choose_rows(project: Project) -> tuple[str | None, str | None]:
    """A named list and a condition, as the address may name them."""
    # Where there are no lists, nothing stands beside the condition.
    line = st.container(horizontal=True, gap="medium")
    with line:
        named = choose_list(project, width=LIST_WIDTH)
    typed = line.text_input(
        "Only rows where",
        key="where",
        bind="query-params",
        placeholder="given = 'dog' AND verdict <> 'flag'",
        help="A condition in SQL about one row: your columns, given, label_now, verdict, "
        "suggested, rank and every score. Explore writes such conditions.",
    )
    return named, str(typed or "").strip() or None


def say_rows(project: Project, options: ExportOptions, pick: Pick) -> None:
    """How many rows list and condition mean.

    Raises UserError for a slip in them: here, and not by a download that fails; but only after all
    options were asked for, which would be forgotten otherwise.
    """
    rows = picked(project.dataset, project.applied(), options, project.workspace.folder, pick)
    if rows is not None:
        st.caption(f"{int(rows.sum()):,} of {len(rows):,} rows are meant.")


def pick_of(project: Project) -> Pick:
    """Finds the rows of a condition; one on scores waits for them."""
    from engine.picking import pick_with

    return pick_with(lambda: _audit_of(project))


def _audit_of(project: Project) -> "Audit":
    found = project.audit.result()
    if found is None:
        raise UserError(
            "The condition names a score, and the scores are not ready yet. Wait until the Review "
            "page shows cards, or leave the score out of the condition."
        )
    return project.with_requested(found)


def choose_options(dataset: Dataset, named: str | None, where: str | None) -> ExportOptions:
    """Format, and what happens to rows that were dropped or not decided; fewer rows on demand."""
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
        named=named,
        sample=sample,
        seed=seed,
        pictures=how,
    )


def default_folder(project: Project) -> Path:
    """Beside the workspace, where a new folder surprises nobody."""
    return project.workspace.folder.with_suffix(".clean")
