"""Vectors from models that the user names: optional packages, imported only when asked for."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from store.dataset import Dataset
from store.errors import UserError
from store.media import decoded, source_of, text_of
from store.progress import Progress

BATCH = 64


def embed_with_sentence_transformers(dataset: Dataset, name: str, progress: Progress) -> np.ndarray:
    """(n, d) float32 of length 1 from a Sentence Transformers model, by its name or folder."""
    package = _package("sentence_transformers", "text")
    model = _loaded(f"sentence-transformers:{name}", lambda: package.SentenceTransformer(name))

    def encode(rows: range) -> np.ndarray:
        texts = [text_of(dataset, row) for row in rows]
        return np.asarray(model.encode(texts, normalize_embeddings=True, show_progress_bar=False))

    return _in_batches(encode, len(dataset), progress)


def embed_with_open_clip(dataset: Dataset, name: str, progress: Progress) -> np.ndarray:
    """(n, d) float32 from an OpenCLIP model, named as ViT-B-32/laion2b_s34b_b79k."""
    package = _package("open_clip", "images")
    architecture, _, pretrained = name.partition("/")
    if not pretrained:
        tags = [tag for known, tag in package.list_pretrained() if known == architecture]
        raise UserError(
            f"open_clip:{name} does not say which weights. Write open_clip:{name}/PRETRAINED, "
            f"where PRETRAINED is one of: {', '.join(tags) or 'none for this model'}."
        )
    model, _, prepare = _loaded(
        f"open_clip:{name}",
        lambda: package.create_model_and_transforms(architecture, pretrained=pretrained),
    )
    model.eval().requires_grad_(False)
    weights = next(model.parameters())

    def encode(rows: range) -> np.ndarray:
        pictures = [
            prepare(decoded(source_of(dataset, row), where=f"row {row}").convert("RGB")).numpy()
            for row in rows
        ]
        return np.asarray(model.encode_image(weights.new_tensor(np.stack(pictures))).cpu())

    return _in_batches(encode, len(dataset), progress)


def words_with_sentence_transformers(name: str) -> Callable[[str], np.ndarray]:
    """From words to their vector (d,) float32, in the space of the texts of that model."""
    package = _package("sentence_transformers", "text")
    model = _loaded(f"sentence-transformers:{name}", lambda: package.SentenceTransformer(name))

    def encode(words: str) -> np.ndarray:
        found = model.encode([words], normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)[0]

    return encode


def words_with_open_clip(name: str) -> Callable[[str], np.ndarray]:
    """From words to their vector (d,) float32, in the space of the pictures of that model."""
    package = _package("open_clip", "images")
    architecture, _, pretrained = name.partition("/")
    encoder = f"open_clip:{name}"
    model, _, _ = _loaded(
        encoder, lambda: package.create_model_and_transforms(architecture, pretrained=pretrained)
    )
    tokens = _loaded(encoder, lambda: package.get_tokenizer(architecture))
    model.eval().requires_grad_(False)

    def encode(words: str) -> np.ndarray:
        return np.asarray(model.encode_text(tokens([words])).cpu(), dtype=np.float32)[0]

    return encode


def _package(name: str, extra: str) -> Any:
    try:
        return import_module(name)
    except ImportError as problem:
        raise UserError(
            f'The package {name} is not installed. Install it with pip install "second-look'
            f'[{extra}]", or leave --encoder out to use the built-in encoder, which needs nothing.'
        ) from problem


def _loaded(encoder: str, load: Callable[[], Any]) -> Any:
    try:
        return load()
    except Exception as problem:  # each of these libraries raises a dozen kinds, by version
        reason = (str(problem).strip().splitlines() or [type(problem).__name__])[0]
        raise UserError(
            f"{encoder} cannot be loaded ({reason[:200]}). Check the name; a model is downloaded "
            "once, so the first time needs a network. Without --encoder the built-in encoder is "
            "used, which works offline."
        ) from problem


def _in_batches(encode: Callable[[range], np.ndarray], n: int, progress: Progress) -> np.ndarray:
    blocks = []
    for start in range(0, n, BATCH):
        progress("vectors from the model", start, n)
        blocks.append(encode(range(start, min(n, start + BATCH))).astype(np.float32))
    progress("vectors from the model", n, n)
    return np.concatenate(blocks)
