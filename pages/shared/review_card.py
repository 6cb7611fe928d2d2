"""The card in the browser: a component that gets its cards and sends its decisions by HTTP."""

from typing import Any

import streamlit as st

from engine.audit import Audit
from pages.shared import state
from pages.shared.component_files import LOADER, component_code
from pages.shared.project import Project
from pages.shared.wording import label_names

_component = st.components.v2.component(
    "second_look_review",
    html='<div class="second-look-review"></div>',
    js=LOADER,
)


def review_card(project: Project, audit: Audit, view: dict[str, Any]) -> None:
    """Mount the card. A rerun with the same view changes nothing on it."""
    graph = audit.evidence.graph
    _component(
        key="review-card",
        data={
            "code": component_code("review"),
            "fingerprint": project.fingerprint,
            "reviewer": state.reviewer(),
            "media": project.dataset.media,
            "unit": project.dataset.unit,
            "classes": list(project.dataset.classes),
            "names": label_names(project.dataset) if project.dataset.unit == "pair" else {},
            "metric": graph.metric if graph is not None else "",
            "view": view,
            "card": st.query_params.get("card"),
            "exportUrl": f"export?dataset={project.fingerprint[: state.NAME_LENGTH]}",
        },
    )
