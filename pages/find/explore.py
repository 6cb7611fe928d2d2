"""Map, charts and table as one instrument; what is chosen in one shows in the others."""

import streamlit as st

from pages.shared import state, waiting
from pages.shared.explore import component

st.title("Explore")
project = state.project()
audit = waiting.needed_audit(project)
waiting.better_map(project, audit)
component.explore(project, audit)
