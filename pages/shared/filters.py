"""Which rows the map shows: by given label, by verdict, by place in the queue."""

from collections.abc import Sequence

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from engine.audit import Audit
from pages.shared.piles import PILES, WORDS
from pages.shared.project import Project
from pages.shared.words import label as label_words
from store.dataset import UNLABELLED


def rows(project: Project, audit: Audit, columns: Sequence[DeltaGenerator]) -> np.ndarray:
    """Rows that pass every filter, in table order. The three filters go into the three columns."""
    dataset, actions = project.dataset, project.applied().actions
    passed = np.ones(len(dataset), dtype=bool)
    left, middle, right = columns
    every = [*range(len(dataset.classes)), UNLABELLED]
    labels = left.multiselect(
        "Given label",
        every,
        format_func=lambda one: label_words(None if one == UNLABELLED else dataset.classes[one]),
        placeholder="all",
    )
    verdicts = middle.multiselect(
        "Verdict", PILES, format_func=WORDS.__getitem__, placeholder="all"
    )
    first = right.number_input(
        "Only the first of the queue",
        min_value=1,
        max_value=len(dataset),
        value=None,
        placeholder="all",
    )
    if labels:
        passed &= np.isin(dataset.labels, labels)
    if verdicts:
        passed &= np.isin(actions, verdicts)
    if first:
        passed &= np.isin(np.arange(len(dataset)), audit.queue.rows[:first])
    return np.flatnonzero(passed)
