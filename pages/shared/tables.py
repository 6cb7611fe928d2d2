"""Examples as a table: pictures or text, labels, verdicts. A canvas, so text in it is inert."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from pages.shared import tiles
from pages.shared.project import Project
from pages.shared.wording import pile_words
from pages.shared.words import shortened
from store.dataset import UNLABELLED
from store.media import text_of

PICTURE = 64
SHOWN = 500
"""Rows in one table: more than anybody reads, few enough to be sent at once."""


def of_rows(
    project: Project,
    rows: Sequence[int] | np.ndarray,
    more: Mapping[str, Sequence[Any]] | None = None,
) -> pd.DataFrame:
    """One line per row: what is shown of it, id, given label, verdict, and more columns."""
    dataset, applied = project.dataset, project.applied()
    chosen = np.asarray(rows, dtype=np.int64)
    columns: dict[str, Any] = {}
    if dataset.media == "image":
        columns["image"] = [tiles.source(project, row, PICTURE) for row in chosen.tolist()]
    columns["id"] = dataset.ids(chosen)
    if dataset.pairs is not None:
        said = [dataset.pairs.words_of(row) for row in chosen.tolist()]
        columns["query"] = [shortened(query, 100) for query, _ in said]
        columns["passage"] = [shortened(passage, 200) for _, passage in said]
    elif dataset.media == "text":
        columns["text"] = [shortened(text_of(dataset, row), 200) for row in chosen.tolist()]
    columns |= more or {}
    columns["given"] = [dataset.given(row) for row in chosen.tolist()]
    words = pile_words(dataset.unit)
    columns["verdict"] = [words[action] for action in applied.actions[chosen]]
    columns["label in force"] = names_of(project, applied.labels[chosen])
    return pd.DataFrame(columns)


def names_of(project: Project, labels: np.ndarray) -> list[str | None]:
    """Names of labels given as positions; None = unlabelled."""
    return [None if label == UNLABELLED else project.dataset.classes[label] for label in labels]


def show(table: pd.DataFrame, *, height: int | None = None, key: str | None = None) -> None:
    """Draw such a table."""
    pictures = {"image": st.column_config.ImageColumn("image", width="small")}
    st.dataframe(
        table,
        column_config=pictures if "image" in table else None,
        hide_index=True,
        row_height=PICTURE if "image" in table else None,
        height=height or "auto",
        key=key,
    )
