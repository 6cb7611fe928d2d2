"""Words that somebody types, as a vector among those of a dataset."""

import sys
from collections.abc import Callable
from importlib.util import find_spec

import numpy as np

from store.dataset import Dataset
from store.model_vectors import words_with_open_clip, words_with_sentence_transformers
from store.progress import Progress, silent
from store.side_vectors import together
from store.text_vectors import OFFLINE, learn_word_vectors

FromWords = Callable[[str], np.ndarray]
MODELS = {
    "sentence-transformers": ("sentence_transformers", words_with_sentence_transformers),
    "open_clip": ("open_clip", words_with_open_clip),
}
"""By the first word of an encoder's name: the package it needs, and what loads it."""


def takes_words(dataset: Dataset, how: str | None) -> bool:
    """Whether words can become a vector like those of the dataset.

    how: where these came from, as the workspace has it. Vectors that the user brought say nothing
    of the model behind them; those of a package that is not installed cannot be made again.
    """
    kind = (how or "").partition(":")[0]
    if kind in MODELS:
        return _is_installed(MODELS[kind][0])
    return (how or "").startswith(OFFLINE) and dataset.media == "text"


def words_encoder(dataset: Dataset, how: str, *, progress: Progress = silent) -> FromWords:
    """From words to a vector (d,) float32 in the space of the dataset's own; takes its time.

    how: of which `takes_words` is true. Raises UserError for a model that cannot be loaded.
    """
    kind, _, name = how.partition(":")
    if kind in MODELS:
        progress("loading the model", 0, 0)
        return MODELS[kind][1](name)
    pairs = dataset.pairs
    texts = dataset if pairs is None else together(dataset.name, pairs.queries, pairs.passages)
    return learn_word_vectors(texts, progress=progress).of


def _is_installed(package: str) -> bool:
    if package in sys.modules:
        return sys.modules[package] is not None
    return find_spec(package) is not None
