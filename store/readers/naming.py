"""Which names a column or an array goes by for each role: the list a user can rely on."""

import re
from collections.abc import Iterable

from store.readers.request import Request

NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id", "uid", "uuid", "guid", "example_id", "sample_id", "row_id", "item_id"),
    "label": (
        "label", "labels", "given_label", "given", "target", "class", "category", "y",
        "annotation", "sentiment", "intent",
    ),
    "text": (
        "text", "texts", "sentence", "content", "body", "message", "review", "document",
        "comment", "tweet", "utterance", "question", "passage", "abstract",
    ),
    "image": (
        "image", "images", "image_path", "img", "picture", "photo", "path", "file",
        "filename", "file_name", "filepath", "file_path",
    ),
    "truth": (
        "true_label", "truth", "ground_truth", "gold", "gold_label", "correct_label",
        "clean_label",
    ),
    "trusted": ("trusted", "is_trusted", "label_trusted", "label_verified", "verified_label"),
    "embeddings": (
        "embeddings", "embedding", "emb", "embs", "vector", "vectors", "features", "x",
    ),
    "pred_probs": (
        "pred_probs", "pyx", "probs", "probabilities", "pred_prob", "predicted_probabilities",
    ),
}  # fmt: skip
"""Exact names, the best first."""

WORDS: dict[str, frozenset[str]] = {
    "label": frozenset(("label", "labels", "class", "category", "given")),
    "text": frozenset(("text", "sentence", "review", "comment", "content", "body", "message")),
    "image": frozenset(("image", "img", "picture", "photo", "file", "path")),
}
"""A name of several words plays a role if one of them is here: review_text, cause_given."""

NOT_GIVEN = frozenset(
    ("pred", "predicted", "prediction", "suggested", "true", "truth", "gold", "clean", "corrected",
     "correct", "expert", "score", "id", "num", "count")
)  # fmt: skip
"""Words that turn the meaning: predicted_label is not the label a row was given."""


def plain(name: str) -> str:
    """A name as it is compared: "Review Text", "reviewText" and "review-text" are review_text."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")


def find_by_name(role: str, names: Iterable[str]) -> str | None:
    """The best of those called exactly like the role, or None."""
    called = {plain(name): name for name in reversed(list(names))}
    return next((called[name] for name in NAMES[role] if name in called), None)


def all_by_name(role: str, names: Iterable[str]) -> list[str]:
    """Those called exactly like the role, the best first."""
    return sorted(
        (name for name in names if plain(name) in NAMES[role]),
        key=lambda name: NAMES[role].index(plain(name)),
    )


def all_by_word(role: str, names: Iterable[str]) -> list[str]:
    """Those with a word of this role and of no other in their name, in the order of the table."""
    mine = WORDS.get(role, frozenset())
    others = frozenset[str]().union(NOT_GIVEN, *(WORDS[other] for other in WORDS if other != role))

    def fits(name: str) -> bool:
        words = set(plain(name).split("_"))
        return bool(words & mine) and not words & others

    return [name for name in names if fits(name)]


def is_named_like(name: str, role: str, request: Request) -> bool:
    """The user named this column for the role, or it goes by one of the role's names."""
    named = request.named(role)
    return name == named if named is not None else plain(name) in NAMES[role]
