"""Splits of a dataset: named to the user, who opens one; never joined or chosen for them."""

from collections.abc import Sequence
from pathlib import Path

from store.errors import UserError

SPLITS = (
    "train", "training", "test", "testing", "validation", "valid", "val", "dev", "eval",
    "evaluation",
)  # fmt: skip
"""Names of folders that are parts of a dataset and not classes, in small letters."""


def are_splits(names: Sequence[str]) -> bool:
    """Every one of these is a usual name for a split."""
    return bool(names) and all(name.lower() in SPLITS for name in names)


def ask_for_one(path: Path, names: Sequence[str]) -> UserError:
    """The question which split is meant, with a path for each."""
    shown = ", ".join(str(path / name) for name in names[:8])
    return UserError(
        f"{path.name} holds {', '.join(names[:8])}, which are splits: datasets of their own. "
        f"Open one of them: {shown}."
    )
