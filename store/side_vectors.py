"""Vectors for both sides of a retrieval set, in one space, where the user brought none."""

from dataclasses import replace

import numpy as np
import pyarrow as pa

from store.dataset import CONTENT_BYTES, Dataset, Roles
from store.encoders import embed
from store.errors import UserError
from store.progress import Progress, silent
from store.retrieval import Retrieval, Texts

TEXT = "text"


def with_embeddings(
    retrieval: Retrieval, encoder: str | None = None, *, progress: Progress = silent
) -> tuple[Retrieval, str | None]:
    """The same with vectors of every query and passage, and how they were made, in words.

    Vectors that came with the data are kept: None. All texts are embedded together, so that both
    sides lie in one space. Raises UserError where only one side has vectors, and as
    `store.encoders.embed` does.
    """
    queries, passages = retrieval.queries, retrieval.passages
    if queries.embeddings is not None and passages.embeddings is not None:
        return retrieval, None
    if (queries.embeddings is None) != (passages.embeddings is None):
        lacking = "queries" if queries.embeddings is None else "passages"
        raise UserError(
            f"{retrieval.name} has vectors for one side, but none for its {lacking}. Bring both, "
            "from the same model, or neither to have them computed."
        )
    both = together(retrieval.name, queries, passages)
    vectors, how = embed(both, encoder, progress=progress)
    p = len(passages)
    return (
        replace(
            retrieval,
            passages=replace(passages, embeddings=vectors[:p]),
            queries=replace(queries, embeddings=vectors[p:]),
        ),
        how,
    )


def together(name: str, queries: Texts, passages: Texts) -> Dataset:
    """The texts of both sides as one dataset: passages first, then queries."""
    texts = pa.chunked_array([passages.texts, queries.texts], type=pa.large_string())
    n = len(texts)
    return Dataset(
        name=name,
        table=pa.table({TEXT: texts}),
        roles=Roles(text=TEXT),
        classes=(),
        labels=np.full(n, -1, dtype=np.int64),
        content=np.zeros((n, CONTENT_BYTES), dtype=np.uint8),
    )
