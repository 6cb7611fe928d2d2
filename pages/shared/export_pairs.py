"""What the Export page asks about a retrieval set: judgements, or training data and of what."""

from typing import Any, Literal, get_args

import streamlit as st

from engine.suspicion import miner_of, suspects
from pages.shared.project import Project
from store.export import ExportOptions
from store.mined import Mine
from store.training_options import Sampling, TrainingOptions
from store.writers import all_writers

SUSPECTED: dict[Literal["keep", "leave out", "relabel", "weight"], str] = {
    "keep": "Take them as negatives",
    "leave out": "Leave them out",
    "relabel": "Take them as positives",
    "weight": "Weigh them by 1 - probability",
}
UNDECIDED: dict[Literal["keep", "leave out"], str] = {
    "keep": "Keep given judgements that nobody decided",
    "leave out": "Only what was decided",
}
LIMITS = {
    "relative_margin": "Relative margin",
    "absolute_margin": "Absolute margin",
    "max_score": "Highest score",
    "min_score": "Lowest score",
}
"""Filters that are off while nothing is typed."""


def choose_options(
    project: Project, named: str | None, where: str | None
) -> tuple[ExportOptions, Mine | None]:
    """The format and what it asks for; and what finds negatives, where training data is written.

    named, where: of which pairs; training data is made of all, and says so.
    """
    fitting = {
        name: writer for name, writer in all_writers().items() if writer.fits(project.dataset)
    }
    # Judgements first: they are what somebody has just made.
    fitting = dict(sorted(fitting.items(), key=lambda one: one[1].mines))
    left, right = st.columns(2)
    kind = left.selectbox("Format", list(fitting), format_func=lambda name: fitting[name].title)
    if fitting[kind].mines:
        training = _training(project)
        options = ExportOptions(kind, training=training, named=named, where=where)
        return options, miner_of(project.workspace)
    undecided = right.selectbox(
        "Undecided pairs", list(UNDECIDED), format_func=UNDECIDED.__getitem__
    )
    st.caption("A pair that nobody judged and nobody decided is never written, not even as 0.")
    return ExportOptions(kind, undecided=undecided, named=named, where=where), None


def _training(project: Project) -> TrainingOptions:
    return TrainingOptions(**_negatives(), **_filters(), **_suspected(), **_judge(project))


def _negatives() -> dict[str, Any]:
    count, strategy, share, seed = st.columns(4)
    return {
        "num_negatives": count.number_input("Negatives per query", min_value=1, value=3),
        "sampling_strategy": strategy.selectbox("Take", get_args(Sampling)),
        "random_share": share.number_input(
            "Random share",
            min_value=0.0,
            max_value=1.0,
            value=0.0,
            help="So much of the negatives is drawn from all passages, as STAR mixes them.",
        ),
        "seed": seed.number_input("Seed", min_value=0, value=0),
    }


def _filters() -> dict[str, Any]:
    columns = st.columns(len(LIMITS) + 2)
    chosen = {
        name: column.number_input(title, value=None, placeholder="off", format="%.3f")
        for (name, title), column in zip(LIMITS.items(), columns, strict=False)
    }
    chosen["range_min"] = columns[-2].number_input(
        "Skip first", min_value=0, value=0, help="Of the passages that pass all filters."
    )
    chosen["range_max"] = columns[-1].number_input(
        "Look at", min_value=1, value=None, placeholder="enough"
    )
    return chosen


def _suspected() -> dict[str, Any]:
    scores = suspects()
    if not scores:
        return {}
    how, which, value = st.columns(3)
    suspected = how.selectbox(
        "Probably relevant, but not judged", list(SUSPECTED), format_func=SUSPECTED.__getitem__
    )
    is_off = suspected == "keep"
    return {
        "suspected": suspected,
        "suspected_by": which.selectbox("According to", scores, disabled=is_off),
        "suspected_above": value.number_input("Above", value=0.5, format="%.3f", disabled=is_off),
    }


def _judge(project: Project) -> dict[str, Any]:
    pairs = project.dataset.pairs
    if pairs is None or pairs.cross_encoder is None:
        return {}
    rescore, below, above = st.columns(3, vertical_alignment="bottom")
    return {
        "rescore": rescore.checkbox("Filters compare the cross-encoder's scores"),
        "below": below.number_input(
            "Negatives below (cross-encoder)", value=None, placeholder="off", format="%.3f"
        ),
        "above": above.number_input(
            "Positives above (cross-encoder)", value=None, placeholder="off", format="%.3f"
        ),
    }
