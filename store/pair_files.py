"""The pairs of a workspace: both sides, one array per fact, the user's runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from store.array_files import map_array, map_table, save_array, save_table
from store.pairs import BY_PAIR, Pairs
from store.retrieval import Run, Texts

SIDES = ("queries", "passages")
ARRAYS = (*BY_PAIR, "lengths")


def save_pairs(pairs: Pairs, folder: Path) -> dict[str, Any]:
    """Write the files into a folder; returns what project.json remembers of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in SIDES:
        side: Texts = getattr(pairs, name)
        save_table(pa.table({"id": side.ids, "text": side.texts}), folder / f"{name}.arrow")
        _save(side.embeddings, folder / f"{name}.npy")
    for name in ARRAYS:
        _save(getattr(pairs, name), folder / f"{name}.npy")
    lines = [
        pa.table(
            {
                "run": pa.array([number] * len(run), pa.int32()),
                "query": run.query,
                "passage": run.passage,
                "rank": run.rank,
                "score": run.score,
            }
        )
        for number, run in enumerate(pairs.runs)
    ]
    if lines:
        save_table(pa.concat_tables(lines), folder / "runs.arrow")
    return {
        "systems": pairs.systems,
        "runs": [run.name for run in pairs.runs],
        "complete": pairs.complete,
        # A number that JSON has: nan is none of them.
        "recall": {name: None if np.isnan(one) else one for name, one in pairs.recall.items()},
    }


def load_pairs(folder: Path, facts: dict[str, Any]) -> Pairs:
    """The pairs as saved, memory-mapped. Raises UserError where a file is lost."""
    arrays = {
        name: map_array(folder / f"{name}.npy", needed=name != "cross_encoder") for name in ARRAYS
    }
    return Pairs(
        queries=_side(folder, "queries"),
        passages=_side(folder, "passages"),
        systems=tuple(facts["systems"]),
        runs=_runs(folder, facts["runs"]),
        complete=facts["complete"],
        recall={name: np.nan if one is None else one for name, one in facts["recall"].items()},
        **arrays,  # type: ignore[arg-type]
    )


def _save(array: np.ndarray | None, path: Path) -> None:
    if array is None:
        path.unlink(missing_ok=True)
    else:
        save_array(array, path)


def _side(folder: Path, name: str) -> Texts:
    table = map_table(folder / f"{name}.arrow")
    ids, texts = (table[column].combine_chunks() for column in ("id", "text"))
    return Texts(ids, texts, map_array(folder / f"{name}.npy", needed=False))


def _runs(folder: Path, names: list[str]) -> tuple[Run, ...]:
    if not names:
        return ()
    table = map_table(folder / "runs.arrow")
    whose = table["run"].to_numpy()
    get: Callable[[str], np.ndarray] = lambda column: table[column].to_numpy()  # noqa: E731
    columns = {column: get(column) for column in ("query", "passage", "rank", "score")}
    return tuple(
        Run(name, **{column: values[whose == number] for column, values in columns.items()})
        for number, name in enumerate(names)
    )
