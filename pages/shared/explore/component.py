"""The Explore page in the browser: a component that asks this server by HTTP."""

import streamlit as st

from engine.audit import Audit
from pages.shared import state
from pages.shared.component_files import LOADER, component_code
from pages.shared.project import Project

_component = st.components.v2.component(
    "second_look_explore",
    html='<div class="second-look-explore"></div>',
    js=LOADER,
)


def explore(project: Project, audit: Audit) -> None:
    """Mount the page. A rerun with the same data changes nothing on it."""
    short = project.fingerprint[: state.NAME_LENGTH]
    _component(
        key="explore",
        data={
            "code": component_code("explore"),
            "fingerprint": project.fingerprint,
            "reviewer": state.reviewer(),
            "layouts": project.explorer(audit).layouts(),
            "reviewUrl": f"review?dataset={short}",
            "exportUrl": f"export?dataset={short}",
        },
    )
