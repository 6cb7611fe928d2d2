"""Kinds of problem: what each is called, and where its rows are looked at."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.problems import Kind, Problem
from pages.shared.explore import links
from pages.shared.project import Project
from store.row_columns import name_of_ours

if TYPE_CHECKING:
    from engine.audit import Audit

REVIEW, EXPLORE = "pages/decide/review.py", "pages/find/explore.py"
ALMOST = 0.13
"""Part of the usual distance below which two rows are near duplicates: as in `engine.findings`."""
NEAR = "near_duplicate"
BY_SCORE: dict[Kind, tuple[str, str]] = {
    "outlier": ("knn_distance", "One by one, the farthest first"),
    "near duplicate": (NEAR, "One by one, the nearest first"),
}
"""The list that begins with the rows of a kind, and in which order."""


@dataclass(frozen=True)
class Words:
    """title and meaning of a kind, and what is said of its rows that were found."""

    title: str
    meaning: str
    found: str


KINDS: dict[Kind, Words] = {
    "label error": Words("Suspected labels", "another label is likelier", "wrong"),
    "missing positive": Words(
        "Suspected positives", "nobody marked them, and much speaks for them", "relevant"
    ),
    "contradiction": Words("Contradicting labels", "the same content under another label", "wrong"),
    "near duplicate": Words("Near duplicates", "almost the same as another example", "dropped"),
    "exact copy": Words("Exact copies", "the same content as another example", "dropped"),
    "outlier": Words("Outliers", "far from every other example", "wrong or dropped"),
    "small class": Words("In small classes", "a class with fewer than five examples", "wrong"),
    "unlabelled": Words("Without a label", "no given label to check", "labelled or dropped"),
    "known answer": Words(
        "Repeat a known positive", "the same passage as one that is judged", "marked"
    ),
}


@dataclass(frozen=True)
class Link:
    """A way to the rows of a problem: page, words, query parameters beside the dataset, a hint."""

    page: str
    label: str
    query: dict[str, str]
    hint: str


def links_of(project: Project, problem: Problem, audit: "Audit | None") -> list[Link]:
    """Where the rows of a kind are looked at; Explore is one of them once there are scores."""
    chosen = None
    if audit is not None and project.dataset.unit == "example":
        query = in_explore(project, problem.kind, problem.rows, audit)
        chosen = Link(EXPLORE, "Explore", query, "All of them, on the map and in the table")
    return [one for one in (_in_review(problem.kind, audit), chosen) if one is not None]


def _in_review(kind: Kind, audit: "Audit | None") -> Link | None:
    if kind in ("label error", "missing positive"):
        return Link(REVIEW, "Review", {}, "One by one, the most suspicious first")
    if kind == "unlabelled":
        return Link(REVIEW, "Label", {"given": "no label"}, "One by one")
    scorer, hint = BY_SCORE.get(kind, ("", ""))
    if audit is None or scorer not in audit.scores:
        return None
    return Link(REVIEW, "Review", {"scorer": scorer}, hint)


def in_explore(
    project: Project, kind: Kind, rows: np.ndarray, audit: "Audit | None"
) -> dict[str, str]:
    """The rows of a kind as a choice: by a condition where there is one, else by themselves."""
    dataset = project.dataset

    def ours(name: str) -> str:
        return name_of_ours(dataset.table, name)

    def quoted(name: str) -> str:
        # DuckDB comes with it, and the first screen has nothing to ask of it.
        from store.conditions import quoted

        return quoted(ours(name))

    if kind == "label error":
        return links.where(f"{quoted('given')} <> {quoted('suggested')}")
    if kind == "near duplicate" and audit is not None and NEAR in audit.scores:
        condition = f"{quoted(NEAR)} < {-math.expm1(-ALMOST):.6f}"
        return {**links.where(condition), "listing": "duplicates"}
    if kind == "small class":
        names = sorted({dataset.classes[label] for label in dataset.labels[rows].tolist()})
        return links.one_of(ours("given"), names)
    if kind == "unlabelled":
        return links.one_of(ours("given"), [None])
    return links.selection(project, rows)
