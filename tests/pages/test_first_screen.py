"""The first screen waits for nothing heavy: neither its imports nor the audit."""

import subprocess
import sys
import time
from pathlib import Path

from pages.shared import shelf
from pages.shared.project import Project
from store.opening import open_in_memory

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "faiss", "numba", "scipy", "sklearn", "duckdb", "ir_measures")
IMPORTS = """
import ast, importlib, sys
import app
for node in ast.parse(open("pages/find/data.py", encoding="utf-8").read()).body:
    if isinstance(node, ast.ImportFrom):
        module = importlib.import_module(node.module)
        for name in node.names:
            if not hasattr(module, name.name):
                importlib.import_module(f"{node.module}.{name.name}")
print(" ".join(sorted(set(sys.modules) & set(sys.argv[1:]))))
"""


def test_the_data_page_imports_nothing_heavy():
    """Each of them takes seconds; they are imported when they are used."""
    told = subprocess.run(
        [sys.executable, "-c", IMPORTS, *HEAVY, "plotly"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.split() == ["plotly"], told.stderr


def test_the_audit_waits_until_somebody_asks(texts, tmp_path):
    """What the launcher named leaves the first seconds to the screen; a page's question ends it."""
    workspace = open_in_memory(texts, tmp_path / "a.secondlook").workspace
    project = shelf.keep(workspace, patience=3600.0)
    time.sleep(0.2)

    assert (project.audit.state, project.audit.stage) == ("running", "loading the engine")
    project.want_audit()
    project.audit.wait(120)
    assert project.audit.state == "done"


def test_the_audit_begins_by_itself(texts, tmp_path):
    """Nobody comes: the scores follow all the same."""
    workspace = open_in_memory(texts, tmp_path / "a.secondlook").workspace
    project = shelf.keep(workspace, patience=0.1)
    project.audit.wait(120)

    assert project.audit.state == "done"


def test_the_door_is_open_before_anything_heavy_is_imported():
    """Neither the command `open` nor what listens for it needs the data, or Streamlit's Python."""
    late = (*HEAVY, "streamlit", "numpy", "pyarrow", "sqlalchemy", "plotly")
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, engine.__main__, engine.open_command, pages.shared.doorway as doorway\n"
            "doorway.as_streamlit_does(doorway.Door()).load()\n"
            "print(sorted(set(sys.modules) & set(sys.argv[1:])))",
            *late,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "[]\n", told.stderr


def test_a_screen_asks_for_the_audit_when_it_has_been_seen(texts, tmp_path, monkeypatch, visit):
    """Its imports would keep the thread waiting that sends the screen. A browser looks again."""
    asked: list[Project] = []
    monkeypatch.setattr(Project, "want_audit", lambda project: asked.append(project))
    project = shelf.keep(open_in_memory(texts, tmp_path / "a.secondlook").workspace, patience=1.0)
    page = visit("data")

    assert not page.exception
    assert asked == []
    page.run()
    assert asked == [project]
