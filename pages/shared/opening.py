"""Open a dataset from the screen: a path, every guess about it, and progress while it is read."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from pages.shared import login, problem, shelf, state, waiting
from pages.shared.project import Project
from pages.shared.words import count, html
from store.errors import UserError
from store.naming import default_workspace
from store.opening import open_dataset, open_in_memory
from store.progress import Progress
from store.readers import Guess, Preview, Request, preview
from store.workspace import Workspace

EXAMPLE_WORKSPACE = Path("digits.secondlook")
BY_NAME, NONE = "find by name", "none"
TITLES = {"id": "Id", "pred_probs": "pred_probs"}


def example_button() -> None:
    """The built-in example, for whoever has no data at hand."""
    if login.is_needed():
        return
    st.button(
        "Open the example",
        on_click=shelf.begin_opening,
        args=(_open_example,),
        icon=":material/draw:",
        help="1,797 handwritten digits, 90 of them with a planted wrong label.",
    )


def form(project: Project | None = None) -> None:
    """A path, what was found in it, and a button.

    Not where others log in: whoever reviews is not to read any file of the server's machine.
    """
    if login.is_needed():
        st.caption("This server has a login: data is opened by second-look open, on its machine.")
        return
    before = project.facts.get("source", "") if project else ""
    path = st.text_input(
        "File or folder to open",
        value=before if Path(before).exists() else "",
        placeholder="/home/me/reviews.csv",
        help="CSV, TSV, Parquet, Arrow, JSON, JSONL, NPZ, an export of Label Studio, or a folder "
        "of pictures, of Parquet parts or saved by `datasets`; a retrieval set as BEIR or TREC "
        "have it, as three tables or a table of pairs; on the machine of this server. "
        "It is never changed.",
    ).strip()
    if not path:
        return
    file = Path(path).expanduser()
    found = preview(file)
    st.caption(f"{_what_is_there(found)}. Correct what was guessed wrong:")
    earlier = project.facts.get("request", {}) if project and path == before else {}
    request = _request(found, earlier)
    if found.parts is not None:
        request = _with_systems(request, earlier)
    named = st.text_input(
        "Workspace folder",
        placeholder=str(default_workspace(file)),
        help="For the cache and the decisions; beside the data unless you name another one.",
    ).strip()
    folder = Path(named).expanduser() if named else None
    if st.button("Open this data", type="primary"):
        shelf.begin_opening(partial(_import, file, request, folder))
        st.rerun()


def report() -> None:
    """An import under way, or its end: the dataset, or why not."""
    job = shelf.opening()
    if job is None:
        return
    if job.state == "running":
        waiting.progress(job, "Opening")
        return
    shelf.end_opening()
    try:
        workspace = job.result()
    except UserError as mistake:
        problem.show(mistake)
        return
    if workspace is None:
        st.info("Opening was cancelled; nothing half-written is left.", icon=":material/cancel:")
        return
    st.query_params.clear()
    state.choose(shelf.keep(workspace))
    st.rerun()


def _request(found: Preview, earlier: Mapping[str, Any]) -> Request:
    guesses = {guess.role: guess for guess in found.guesses}
    roles = [field.name for field in fields(Request) if field.name in guesses]
    chosen: dict[str, Any] = {}
    for start in range(0, len(roles), 3):
        for column, role in zip(st.columns(3), roles[start : start + 3], strict=False):
            with column:
                chosen[role] = _choose(role, guesses[role], found, earlier.get(role))
    # No field for these: who opens data from a screen is not to widen what the server shows.
    return Request(**chosen, media_roots=tuple(earlier.get("media_roots", ())))


def _what_is_there(found: Preview) -> str:
    if found.parts is not None:
        told = [
            part if number is None else f"{part}: {number:,}"
            for part, number in found.parts.items()
        ]
        return f"A retrieval set: {', '.join(told)}"
    rows = "" if found.rows is None else f"{count(found.rows, 'row')}, "
    return f"{rows}{count(len(found.columns), 'column')}"


def _with_systems(request: Request, earlier: Mapping[str, Any]) -> Request:
    """What systems returned, beside the runs that lie in the folder."""
    files, scores = st.columns(2)
    runs = files.text_area(
        "Runs",
        value="\n".join(earlier.get("runs") or ()),
        placeholder="/home/me/bm25.run",
        help="Files of what systems returned, one path per line, in TREC's form: query Q0 passage "
        "rank score name. Those in the folder are found by themselves.",
    )
    cross_encoder = scores.text_input(
        "Cross-encoder scores",
        value=earlier.get("cross_encoder") or "",
        help="A file of the same form, with the scores of a model that reads both texts.",
    ).strip()
    named = tuple(line.strip() for line in runs.splitlines() if line.strip())
    return replace(request, runs=named, cross_encoder=cross_encoder or None)


def _choose(role: str, guess: Guess, found: Preview, earlier: str | None) -> str | None:
    options = [BY_NAME, NONE, *(guess.candidates or (*found.columns, *found.arrays))]
    before = {None: BY_NAME, "": NONE}.get(earlier, earlier)
    chosen = st.selectbox(
        TITLES.get(role, role.capitalize()),
        options,
        index=options.index(before) if before in options else 0,
        format_func=lambda one: f"{guess.choice or NONE} ({BY_NAME})" if one == BY_NAME else one,
        key=f"role-{role}",
    )
    st.html(f'<div class="sl-quiet">{html(guess.because)}</div>')
    return {BY_NAME: None, NONE: ""}.get(chosen, chosen)


def _import(file: Path, request: Request, folder: Path | None, progress: Progress) -> Workspace:
    progress("loading the engine", 0, 0)
    from engine.pairing import pair_up  # faiss takes a second to import

    return open_dataset(
        file, request, workspace=folder, pair_up=pair_up, progress=progress
    ).workspace


def _open_example(progress: Progress) -> Workspace:
    from engine.example import digits_example

    progress("the example", 0, 0)
    return open_in_memory(
        digits_example(), EXAMPLE_WORKSPACE.absolute(), progress=progress
    ).workspace
