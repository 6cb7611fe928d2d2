"""What the pages say about a retrieval set: its parts, its candidates, its queries."""

import math
from typing import TYPE_CHECKING
from urllib.parse import quote

import numpy as np
import streamlit as st

from engine.judging import Judging, judging
from pages.shared import state
from pages.shared.project import Project
from pages.shared.words import count, html, shortened
from store.pairs import FRONT, Pairs

if TYPE_CHECKING:  # it takes seconds to import
    from engine.audit import Audit

SHOWN = 500
"""Queries in one table; the address takes any of them."""


def facts(project: Project) -> None:
    """Queries, passages, judgements, candidates."""
    pairs, counts = pairs_of(project), counted(project)
    with st.container(horizontal=True):
        st.metric("Queries", f"{len(pairs.queries):,}", border=True)
        st.metric("Passages", f"{len(pairs.passages):,}", border=True)
        st.metric("Judgements", f"{np.count_nonzero(pairs.judged):,}", border=True)
        st.metric("Candidates", f"{len(pairs):,}", border=True, help=_candidates_words(pairs))
        st.metric("Judged share", f"{counts.judged_share:.2%}", border=True)
        st.metric("Positives found", f"{counts.found.sum():,}", border=True)


def recall(project: Project) -> None:
    """Of each ranking, how many of the known positives it puts among the candidates."""
    st.subheader("Candidates")
    pairs = pairs_of(project)
    lines = "".join(
        f'<b class="sl-number">{_share(share)}</b><span>{html(system)}</span>'
        for system, share in pairs.recall.items()
    )
    st.caption(f"Share of the known positives among the first {FRONT} of each ranking.")
    st.html(f'<div class="sl-facts">{lines}</div>')
    twins = int(np.count_nonzero(pairs.twin >= 0))
    st.caption(_candidates_words(pairs))
    if twins:
        repeats = count(twins, "candidate repeats", "candidates repeat")
        st.caption(f"{repeats} a known positive, so nothing has to be judged there.")


def queries(project: Project, audit: "Audit") -> None:
    """Every query: how far it is judged, what was found, how many are suspected; a link to it."""
    st.subheader("Queries")
    pairs, counts = pairs_of(project), counted(project, audit)
    st.caption(_so_far(counts))
    order = np.lexsort((np.arange(_q(pairs)), -counts.known, -counts.found, -counts.suspected))
    shown = order[:SHOWN]
    ids = pairs.queries.ids.take(shown).to_pylist()
    dataset = project.fingerprint[: state.NAME_LENGTH]
    st.dataframe(
        {
            "Query": ids,
            # Our own address with an id that cannot leave its place in it.
            "Review": [f"review?dataset={dataset}&query={quote(one, safe='')}" for one in ids],
            "Text": [shortened(pairs.queries.text_of(one), 120) for one in shown.tolist()],
            "Judged": counts.judged[shown] / np.maximum(counts.candidates[shown], 1),
            "Known positives": counts.known[shown],
            "Found": counts.found[shown],
            "Suspected": counts.suspected[shown],
        },
        column_config={
            "Text": st.column_config.TextColumn(width="medium"),
            "Judged": st.column_config.ProgressColumn(format="percent", max_value=1.0),
            "Suspected": st.column_config.NumberColumn(
                help="Candidates without a verdict among those that the list names."
            ),
            "Review": st.column_config.LinkColumn(display_text="Review it"),
        },
        hide_index=True,
        width="stretch",
        height=min(360, 40 + 36 * len(shown)),
        key="queries",
    )
    if len(shown) < _q(pairs):
        st.caption(
            f"The first {SHOWN:,} of {_q(pairs):,}, those with most suspected candidates first. "
            "Any other is reviewed by its id, under More."
        )


def counted(project: Project, audit: "Audit | None" = None) -> Judging:
    """Every query counted; anew only after a decision. Without an audit nothing is suspected."""
    said, scored = len(project.log.decisions()), tuple(audit.scores) if audit else None
    return _counted(project.fingerprint, said, scored, _project=project, _audit=audit)


@st.cache_resource(max_entries=8, show_spinner=False)
def _counted(
    fingerprint: str,
    said: int,
    scored: tuple[str, ...] | None,
    _project: Project,
    _audit: "Audit | None",
) -> Judging:
    """Kept, because a million pairs are counted in a tenth of a second, every few seconds."""
    strata = None if _audit is None else _project.desk(_audit).dealer.strata
    with _project.ledger() as ledger:
        return judging(pairs_of(_project), ledger, strata)


def _so_far(counts: Judging) -> str:
    judged, candidates = int(counts.judged.sum()), int(counts.candidates.sum())
    words = f"{judged:,} of {candidates:,} candidates judged ({counts.judged_share:.2%})."
    decided, found = int(counts.decided.sum()), int(counts.found.sum())
    if decided == 0:
        return words
    return f"{words} {count(found, 'positive')} found in {count(decided, 'verdict')}" + (
        f", one in {decided / found:.1f}." if found else "."
    )


def pairs_of(project: Project) -> Pairs:
    """The pairs of a dataset of pairs."""
    pairs = project.dataset.pairs
    assert pairs is not None
    return pairs


def _candidates_words(pairs: Pairs) -> str:
    if pairs.complete:
        return "Every passage is a candidate for every query."
    return "Candidates are what the rankings put in front, and all that was judged."


def _q(pairs: Pairs) -> int:
    return len(pairs.queries)


def _share(share: float) -> str:
    return "–" if math.isnan(share) else f"{share:.1%}"
