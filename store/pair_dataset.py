"""Candidate pairs as a Dataset: a row is a pair, its label the grade of relevance."""

from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.dataset import CONTENT_BYTES, Dataset, Roles
from store.pairs import Pairs
from store.retrieval import NOT_RELEVANT, Texts

PAIR, QUERY, PASSAGE, RELEVANCE, JUDGED = "pair", "query", "passage", "relevance", "judged"
"""Columns of the table of pairs."""
RELEVANT = 1


def pair_dataset(name: str, pairs: Pairs) -> Dataset:
    """The pairs as rows. A pair that nobody judged counts as not relevant until somebody says so.

    The classes are the grades, "0" first. The label of a pair is wrong where it is relevant all
    the same: a missing positive.
    """
    grades = sorted({NOT_RELEVANT} | set(np.unique(pairs.grade).tolist()))
    grades = grades if len(grades) > 1 else [NOT_RELEVANT, RELEVANT]
    queries = pairs.queries.ids.take(pa.array(pairs.query))
    passages = pairs.passages.ids.take(pa.array(pairs.passage))
    table = pa.table(
        {
            PAIR: pair_ids(queries, passages),
            QUERY: queries,
            PASSAGE: passages,
            RELEVANCE: pa.array(pairs.grade),
            JUDGED: pa.array(pairs.judged),
        }
    )
    return Dataset(
        name=name,
        table=table,
        roles=Roles(id=PAIR, label=RELEVANCE),
        classes=tuple(str(grade) for grade in grades),
        labels=np.searchsorted(np.array(grades), pairs.grade).astype(np.int64),
        content=_content(pairs),
        pairs=pairs,
    )


def pair_ids(queries: pa.Array, passages: pa.Array) -> pa.Array:
    """One name for two: "query/passage". A slash in the name of a query is written %2F.

    >>> pair_ids(pa.array(["q1", "a/b"]), pa.array(["d/7", "d"])).to_pylist()
    ['q1/d/7', 'a%2Fb/d']
    """
    escaped = pc.replace_substring(pc.replace_substring(queries, "%", "%25"), "/", "%2F")
    return pc.binary_join_element_wise(escaped, passages, "/")


def _content(pairs: Pairs) -> np.ndarray:
    """(n, 16) uint8: the words of the query and of the passage, hashed and mixed."""
    queries, passages = _hashes(pairs.queries), _hashes(pairs.passages)
    # Odd factors, and halves that cross: the same two texts the other way round differ.
    factor = np.uint64(0x9E3779B97F4A7C15)
    mixed = queries[pairs.query] * factor
    mixed ^= passages[pairs.passage][:, ::-1]
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return mixed.view(np.uint8).reshape(-1, CONTENT_BYTES).copy()


def _hashes(side: Texts) -> np.ndarray:
    """(m, 2) uint64 of the texts of one side."""
    parts = [
        blake2b((text or "").encode(), digest_size=CONTENT_BYTES).digest()
        for start in range(0, len(side), 4_096)
        for text in side.texts.slice(start, 4_096).to_pylist()
    ]
    return np.frombuffer(b"".join(parts), dtype="<u8").reshape(-1, 2)
