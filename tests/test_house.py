"""The house: who may import whom, and where the heavy libraries live. Longest path wins."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"app", "pages", "engine", "index", "store", "benchmarks", "tests", "second_look"}
MAY_IMPORT = {
    "store": {"store"},
    "index": {"index", "store.errors"},
    "engine": {"engine", "index", "store"},
    "engine/scorers": {"engine.contract", "engine.kernels"},
    "engine/scorers/__init__.py": {"engine.contract"},
    "pages": {"engine", "index", "store", "pages.shared"},
    "app.py": {"store.errors", "pages.shared"},
    "second_look": {"second_look", "engine.__main__", "pages.shared.doorway", "app"},
}
LIVES_IN = {
    "streamlit": ("app.py", "pages/", "tests/", "benchmarks/"),
    "bm25s": ("index/", "tests/", "benchmarks/"),
    "duckdb": ("store/",),
    "faiss": (
        "index/search.py",
        "index/candidates.py",
        "index/centroids.py",
        "index/codes.py",
        "tests/",
        "benchmarks/",
    ),
    "torch": ("engine/", "index/products.py", "index/gpu.py", "tests/", "benchmarks/"),
    "ir_measures": ("engine/", "tests/", "benchmarks/"),
    "numba": ("index/", "engine/kernels/", "benchmarks/"),
    "sqlalchemy": ("store/", "tests/", "benchmarks/"),
}
FORBIDDEN_NAMES = {
    "utils.py",
    "common.py",
    "core.py",
    "helpers.py",
    "queue.py",
    "select.py",
    "types.py",
    "typing.py",
}


def sources() -> list[str]:
    """Every Python file of the application, as a path relative to the root."""
    found = [ROOT / "app.py"]
    for folder in ("pages", "engine", "index", "store", "second_look", "tests", "benchmarks"):
        found += sorted((ROOT / folder).rglob("*.py"))
    return [path.relative_to(ROOT).as_posix() for path in found]


def imports(path: str) -> set[str]:
    """Dotted names a file imports; `from a import b` counts as a and as a.b."""
    names: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} uses a relative import"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def allowed(path: str) -> set[str] | None:
    """What the longest matching entry of MAY_IMPORT grants; None = no rule (tests, benchmarks)."""
    matching = [place for place in MAY_IMPORT if path == place or path.startswith(place + "/")]
    return MAY_IMPORT[max(matching, key=len)] if matching else None


@pytest.mark.parametrize("path", sources())
def test_a_file_looks_down_and_never_up(path):
    """Imports of ours stay within the table above, which docs/architecture.md explains."""
    granted = allowed(path)
    if granted is None:
        return
    for name in imports(path):
        if name.split(".")[0] in OURS:
            ok = any(name == grant or name.startswith(grant + ".") for grant in granted)
            assert ok, f"{path} imports {name}; it may import {sorted(granted)}"


@pytest.mark.parametrize("path", sources())
def test_heavy_libraries_stay_in_their_rooms(path):
    """streamlit, faiss, torch and sqlalchemy each live in one part of the house."""
    for name in imports(path):
        rooms = LIVES_IN.get(name.split(".")[0])
        assert rooms is None or path.startswith(rooms), (
            f"{path} imports {name}; it lives in {rooms}"
        )


def test_no_page_lies_directly_in_pages():
    """Streamlit takes such a file for a page of its own until st.navigation has run once."""
    assert [path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py"] == []


@pytest.mark.parametrize("path", sources())
def test_no_file_takes_a_name_that_says_nothing_or_shadows_the_library(path):
    """`utils` has not been understood; `queue.py` is imported instead of Python's own."""
    assert Path(path).name not in FORBIDDEN_NAMES


@pytest.mark.parametrize("path", sources())
def test_files_stay_small_enough_to_hold(path):
    """Most files stay under 150 lines; none passes 300, a scorer never passes 60."""
    lines = len((ROOT / path).read_text(encoding="utf-8").splitlines())
    limit = 60 if path.startswith("engine/scorers/") else 500 if path.startswith("tests/") else 300

    assert lines <= limit, f"{path} has {lines} lines"


@pytest.mark.parametrize("path", sources())
def test_nothing_is_unpickled_or_evaluated(path):
    """Data is data: no pickle, no eval, no exec in the application."""
    if path.startswith("tests/"):
        return
    text = (ROOT / path).read_text(encoding="utf-8")
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert not calls & {"eval", "exec"}
    assert "pickle" not in imports(path)
    assert "allow_pickle=True" not in text


@pytest.mark.parametrize("path", sources())
def test_text_is_read_and_written_as_utf8_whatever_the_locale(path):
    """Where the locale says ASCII, a file with an umlaut would not open."""
    calls = [
        node
        for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read_text", "write_text"}
    ]
    silent = [node.lineno for node in calls if "encoding" not in {a.arg for a in node.keywords}]

    assert path.startswith("tests/") or not silent, f"{path}: no encoding in lines {silent}"
