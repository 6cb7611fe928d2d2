"""Vectors for examples that came without: offline by default, or from a model of the user's."""

import numpy as np

from store.dataset import Dataset
from store.errors import UserError
from store.image_vectors import embed_pictures
from store.mapped import row_slices
from store.model_vectors import embed_with_open_clip, embed_with_sentence_transformers
from store.progress import Progress, silent
from store.text_vectors import embed_texts

MODELS = {
    "sentence-transformers": ("text", embed_with_sentence_transformers),
    "open_clip": ("image", embed_with_open_clip),
}
"""Encoders by the first word of their name, with the medium they are for."""


def embed(
    dataset: Dataset, encoder: str | None = None, *, progress: Progress = silent
) -> tuple[np.ndarray, str]:
    """(n, d) float32, one vector per row, and how they were made, in words.

    encoder: None for what works offline (text: TF-IDF and truncated SVD; pictures: standardised
    pixels and PCA), "sentence-transformers:NAME" or "open_clip:NAME[/PRETRAINED]". The same data
    and encoder give the same vectors. Raises UserError for rows that show nothing to tell them
    apart by, a picture that cannot be decoded, and an encoder that cannot be loaded.
    """
    if dataset.media == "none":
        raise UserError(
            f"{dataset.name} has neither texts nor pictures to compute embeddings from. "
            "Name a column with --text or --image, or give vectors with --embeddings."
        )
    if encoder is not None:
        vectors, how = _with_model(dataset, encoder, progress)
    elif dataset.media == "image":
        vectors, how = embed_pictures(dataset, progress=progress)
    else:
        vectors, how = embed_texts(dataset, progress=progress)
    if len(vectors) > 1 and not any(
        (vectors[rows] != vectors[0]).any() for rows in row_slices(vectors)
    ):
        what = "texts" if dataset.media == "text" else "pictures"
        raise UserError(
            f"The {what} of {dataset.name} give all {len(vectors):,} rows the same vector: they "
            f"are equal or empty. Name another column with --{dataset.media}, or give vectors "
            "with --embeddings."
        )
    return vectors, how


def _with_model(dataset: Dataset, encoder: str, progress: Progress) -> tuple[np.ndarray, str]:
    kind, _, name = encoder.partition(":")
    if kind not in MODELS or not name:
        raise UserError(
            f"There is no encoder {encoder!r}. Known are sentence-transformers:NAME for text and "
            "open_clip:NAME/PRETRAINED for pictures; without --encoder the built-in one is used."
        )
    medium, function = MODELS[kind]
    if medium != dataset.media:
        raise UserError(
            f"{encoder} is for {medium}s, but {dataset.name} shows {dataset.media}s. "
            "Name an encoder for these, or leave --encoder out to use the built-in one."
        )
    vectors = function(dataset, name, progress)
    if not np.isfinite(vectors).all():
        row = int((~np.isfinite(vectors).all(axis=1)).argmax())
        raise UserError(
            f"{encoder} gave NaN or infinite values, first in row {row}. "
            "Try another model, or leave --encoder out to use the built-in one."
        )
    return np.ascontiguousarray(vectors, dtype=np.float32), encoder
