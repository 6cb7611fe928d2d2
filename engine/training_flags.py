"""Options of the command line for training data: one flag per field of TrainingOptions."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from typing import Any, get_args

import click

from store.training_options import Sampling, Suspected, TrainingOptions

ABOUT = {
    "range_min": "Skip so many of the passages that pass all filters.",
    "range_max": "Look at so many of them at most.",
    "max_score": "No negative is more similar than this.",
    "min_score": "No negative is less similar than this.",
    "absolute_margin": "No negative is nearer than this to the weakest positive.",
    "relative_margin": "The same as a share of the positive's score.",
    "num_negatives": "Negatives per query.",
    "sampling_strategy": "The nearest ones, or drawn at random (--seed).",
    "rescore": "Compare the cross-encoder's scores instead of similarities.",
    "below": "Negatives score less than this with the cross-encoder (RocketQA: 0.1).",
    "above": "Positives of queries without one score more than this (RocketQA: 0.9).",
    "suspected": "What becomes of unjudged passages that are probably relevant.",
    "suspected_by": "The score that says so.",
    "suspected_above": "From this value on.",
    "random_share": "Share of the negatives drawn from all passages.",
}
CHOICES = {"sampling_strategy": get_args(Sampling), "suspected": get_args(Suspected)}


def training_flags(command: Callable[..., None]) -> Callable[..., None]:
    """--range-min, --relative-margin and so on; the seed is the export's own."""
    for field in reversed([field for field in fields(TrainingOptions) if field.name in ABOUT]):
        default = None if field.default is MISSING else field.default
        flag, about = f"--{field.name.replace('_', '-')}", ABOUT[field.name]
        if field.name in CHOICES:
            words = [choice.replace(" ", "-") for choice in CHOICES[field.name]]
            kind: Any = click.Choice(words)
        else:
            kind = next((one for one in (int, float) if one.__name__ in str(field.type)), str)
        more: dict[str, Any] = {"is_flag": True} if default is False else {"type": kind}
        command = click.option(flag, default=default, help=f"Training data: {about}", **more)(
            command
        )
    return command


def training_of(choices: dict[str, Any], seed: int) -> TrainingOptions:
    """The options chosen, taken out of the command's other choices."""
    told = {name: choices.pop(name) for name in ABOUT}
    told = {
        name: value.replace("-", " ") if name in CHOICES else value for name, value in told.items()
    }
    return TrainingOptions(**told, seed=seed)
