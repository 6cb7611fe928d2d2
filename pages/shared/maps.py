"""The map of a dataset: a quick picture at once, the better one when it is ready."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from engine.audit import Audit
from index.projection import pca_layout
from pages.shared import charts, measured, waiting
from pages.shared.piles import PILES, WORDS
from pages.shared.project import Project
from store.errors import UserError

LABEL, VERDICT, QUEUE = "given label", "verdict", "place in the queue"
SLOW = 50_000
"""Measured: above this many points a lasso in plotly takes seconds."""


def choose_colour(audit: Audit) -> str:
    """What the colours mean."""
    titles = {name: score.scorer.title for name, score in audit.scores.items()}
    return st.selectbox(
        "Colour by", [LABEL, VERDICT, QUEUE, *titles], format_func=lambda one: titles.get(one, one)
    )


def select(project: Project, audit: Audit, colour: str, rows: np.ndarray) -> np.ndarray:
    """Draw the rows and return those inside the box or lasso."""
    layout = _layout(project, audit)
    if len(rows) > SLOW:
        st.caption(f"{len(rows):,} points: selecting takes a few seconds. A filter makes it quick.")
    ids = project.dataset.ids(rows)
    figure = _figure(project, audit, colour, layout[rows], ids, rows)
    event = st.plotly_chart(
        figure,
        on_select="rerun",
        selection_mode=("box", "lasso"),
        key=f"map-{project.fingerprint}",
        config={"scrollZoom": True, "displaylogo": False},
    )
    chosen = [point["customdata"][0] for point in event["selection"]["points"]]
    found = project.dataset.rows_of(chosen)
    # A filter may have hidden points since they were selected.
    return np.intersect1d(found, rows)


def require_embeddings(project: Project) -> None:
    """Raise UserError where there is nothing to draw a map of."""
    if project.dataset.embeddings is None:
        raise UserError(
            f"{project.dataset.name} has no embeddings, so there is no map of it. Open it again "
            "with embeddings, or with a text or image column to compute them from."
        )


def _layout(project: Project, audit: Audit) -> np.ndarray:
    job = project.lay_out(audit)
    if job.state == "running":
        waiting.progress(job, "A better map is on its way")
    if job.state == "cancelled":
        st.button("Make the better map", on_click=project.lay_out_again)
    better = job.result()
    if better is None:
        return _quick_layout(project.fingerprint, project)
    st.caption(measured.trust(better))
    return better.places


@st.cache_resource(max_entries=4, show_spinner=False)
def _quick_layout(fingerprint: str, _project: Project) -> np.ndarray:
    embeddings = _project.dataset.embeddings
    return pca_layout(embeddings) if embeddings is not None else np.zeros((0, 2))


def _figure(
    project: Project,
    audit: Audit,
    colour: str,
    layout: np.ndarray,
    ids: list[str],
    rows: np.ndarray,
) -> go.Figure:
    if colour == LABEL:
        return charts.map_by_group(
            layout, ids, project.dataset.labels[rows], project.dataset.classes
        )
    if colour == VERDICT:
        piles = list(PILES)
        groups = np.array([piles.index(action) for action in project.applied().actions[rows]])
        return charts.map_by_group(layout, ids, groups, [WORDS[pile] for pile in piles])
    if colour == QUEUE:
        places = np.empty(len(project.dataset))
        places[audit.queue.rows] = audit.queue.values
        return charts.map_by_value(layout, ids, places[rows], "suspicion")
    score = audit.scores[colour]
    return charts.map_by_value(layout, ids, score.values[rows], score.scorer.title)
