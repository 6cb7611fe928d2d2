"""The same points as a plain st.plotly_chart: what `bench_explore` compares with."""

import os
from pathlib import Path

import plotly.graph_objects as go
import streamlit as st

from pages.shared.project import Project
from store.workspace import Workspace

SHOWN = 500


@st.cache_resource
def opened(folder: str):
    """The dataset, and the figure: a trace per class, as plotly.express makes them."""
    project = Project(Workspace(Path(folder)))
    project.audit.wait()
    dataset = project.dataset
    places = {"PCA": _pca, "UMAP": _umap}[os.environ["SECOND_LOOK_LAYOUT"]](project)
    figure = go.Figure(layout={"height": 620, "dragmode": "lasso"})
    for label, name in enumerate(dataset.classes):
        rows = (dataset.labels == label).nonzero()[0]
        figure.add_scattergl(
            x=places[rows, 0],
            y=places[rows, 1],
            customdata=rows,
            name=name,
            mode="markers",
            marker={"size": 3, "opacity": 0.6},
        )
    return dataset, figure


def _pca(project: Project):
    from index.projection import pca_layout

    return pca_layout(project.dataset.embeddings)


def _umap(project: Project):
    layout = project.lay_out(project.audit.result())
    layout.wait()
    return layout.result().places


st.set_page_config(layout="wide")
DATASET, FIGURE = opened(os.environ["SECOND_LOOK_WORKSPACES"])
event = st.plotly_chart(FIGURE, on_select="rerun", selection_mode=("lasso", "box"), key="map")
chosen = [point["customdata"] for point in event.selection.points]
st.session_state["run"] = run = st.session_state.get("run", 0) + 1
st.html(f'<p data-selected="{len(chosen)} {run}">{len(chosen):,} selected</p>')
st.dataframe(DATASET.table.take(chosen[:SHOWN]).to_pandas(), hide_index=True)
