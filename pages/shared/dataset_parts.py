"""What the Data page says about a dataset."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from pages.shared import measured, piles
from pages.shared.project import Project
from pages.shared.words import html, plain

if TYPE_CHECKING:
    from engine.audit import Audit


def planted(project: Project) -> None:
    """Where the right answers are known: how many errors there are, and how many are found."""
    from engine.evaluate import found_errors

    if project.dataset.truth is None:
        return
    found, total = found_errors(project.dataset, project.applied())
    words, counter = st.columns([3, 1], vertical_alignment="center")
    words.info(
        f"**{total:,} of the {len(project.dataset):,} labels are planted errors.** "
        "The right answers are kept aside and only count what you find.",
        icon=":material/science:",
    )
    with counter:
        st.metric("Planted errors found", f"{found:,} of {total:,}", border=True)


def facts(project: Project) -> None:
    """Rows, classes, missing labels, what is shown."""
    dataset = project.dataset
    with project.ledger() as ledger:
        counts = piles.sizes(ledger.codes)
    unlabelled = int(np.count_nonzero(dataset.labels < 0))
    with st.container(horizontal=True):
        st.metric("Examples", f"{len(dataset):,}", border=True)
        st.metric("Classes", f"{len(dataset.classes):,}", border=True)
        st.metric("Missing labels", f"{unlabelled:,}", border=True)
        st.metric("Decided", f"{len(dataset) - counts[piles.UNDECIDED]:,}", border=True)


def embeddings(project: Project) -> None:
    """Where the vectors came from: every score rests on them."""
    pairs = project.dataset.pairs
    there = "none" if pairs is None else "came with the queries and the passages"
    how = html(project.facts.get("embeddings_from") or there)
    st.html(f'<div class="sl-quiet">Embeddings: {how}</div>')


def origins(project: Project, audit: "Audit | None") -> None:
    """Where each part came from, every guess included; the neighbour graph once it is there."""
    known = project.facts
    st.text(f"Source: {known.get('source', '–')}")
    st.text(f"Workspace: {project.workspace.folder}")
    graph = audit.evidence.graph if audit is not None else None
    if graph is not None:
        st.text(f"Neighbour graph: {measured.neighbour_graph(graph)}")
    lines = "".join(
        f"<b>{html(guess['role'])}</b><span>{html(guess['choice'] or '–')} "
        f'<span class="sl-quiet">{html(guess["because"])}</span></span>'
        for guess in known.get("guesses") or []
    )
    st.html(f'<div class="sl-facts">{lines}</div>')
    st.caption(f"Fingerprint {plain(project.fingerprint)}")
