"""What the decisions will change, then write it."""

from pathlib import Path

import streamlit as st

from pages.shared import export_pairs, login, state
from pages.shared import export_parts as parts
from pages.shared.words import plain
from store.export import changes, export_bytes, write_export, zip_name

st.title("Export")
project = state.project()
found = changes(project.dataset, project.log.decisions())
parts.counts(found)
parts.differences(project, found)
st.subheader("Options")
pick = parts.pick_of(project)
named, where = parts.choose_rows(project)
mine = None
if project.dataset.unit == "pair":
    options, mine = export_pairs.choose_options(project, named, where)
else:
    options = parts.choose_options(project.dataset, named, where)
parts.say_rows(project, options, pick)

with st.container(border=True):
    download, write = st.columns(2, gap="large")
    with download:
        st.subheader("Download")
        st.markdown("A zip with the clean copy and its `manifest.json`.")
        st.download_button(
            "Download the clean copy",
            data=lambda: export_bytes(project.dataset, project.log, options, mine=mine, pick=pick)[
                1
            ],
            file_name=zip_name(project.dataset),
            mime="application/zip",
            type="primary",
            icon=":material/download:",
        )
    with write:
        st.subheader("Write to a folder")
        if login.is_needed():  # a reviewer is not to write on the server's machine
            st.caption("This server has a login: download the copy instead.")
            st.stop()
        folder = st.text_input("Folder", value=str(parts.default_folder(project)))
        if st.button("Write", icon=":material/save:"):
            manifest = write_export(
                project.dataset,
                project.log,
                Path(folder).expanduser(),
                options,
                mine=mine,
                pick=pick,
            )
            st.success(f"Written to {plain(folder)}", icon=":material/check:")
            st.json(manifest, expanded=1)
