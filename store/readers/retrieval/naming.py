"""Which names files and columns of a retrieval set go by: the list a user can rely on."""

import re
from collections.abc import Iterable

from store.readers.naming import plain

COLUMNS: dict[str, tuple[str, ...]] = {
    "passage id": (
        "_id", "did", "docid", "doc_id", "docno", "pid", "passage_id", "document_id", "corpus_id",
        "id",
    ),
    "query id": ("_id", "qid", "query_id", "topic_id", "id"),
    "text": ("text", "contents", "content", "passage", "document", "body", "query", "question"),
    "title": ("title",),
    "grade": ("grade", "relevance", "rel", "score", "label"),
    "system": ("system", "run", "tag", "run_id"),
    "rank": ("rank",),
    "score": ("score", "similarity"),
}  # fmt: skip
"""Part -> names of its column, the best first; capitals, spaces and hyphens do not matter."""

FILES: dict[str, tuple[str, ...]] = {
    "passages": ("corpus", "docs", "documents", "passages", "collection"),
    "queries": ("queries", "topics", "questions"),
    "judgements": ("qrels", "qrel", "judgements", "judgments"),
    "runs": ("runs", "run"),
}
"""Part -> words, one of which is in the name of its file."""
PACKED = ".gz"


def column_of(part: str, names: Iterable[str]) -> str | None:
    """The column that plays a part by its name; None = there is none."""
    called = {plain(name): name for name in reversed(list(names))}
    return next(
        (called[plain(name)] for name in COLUMNS[part] if plain(name) in called),
        None,
    )


def ending_of(name: str) -> str:
    """The ending in small letters, without one that only says how the file is packed.

    >>> ending_of("corpus.JSONL.gz"), ending_of("qrels")
    ('.jsonl', '')
    """
    _, dot, ending = name.lower().removesuffix(PACKED).rpartition(".")
    return f"{dot}{ending}" if dot else ""


def part_of(name: str) -> str | None:
    """Which part of a retrieval set a file of this name holds, None = no known one.

    A name with words of two parts tells neither, unless one is qrels or runs: these are files
    about queries and passages.

    >>> part_of("cranfield_docs.parquet"), part_of("2019qrels-docs.txt"), part_of("readme.md")
    ('passages', 'judgements', None)
    """
    words = set(re.findall(r"[a-z]+", name.lower().removesuffix(PACKED).rsplit(".", 1)[0]))
    found = [part for part, known in FILES.items() if words & set(known)]
    for part in ("judgements", "runs"):
        if part in found:
            return part
    return found[0] if len(found) == 1 else None


def set_of(name: str) -> str:
    """What is left of a file's name without the word for its part: one name, one retrieval set.

    >>> set_of("cranfield_docs.parquet"), set_of("queries.parquet")
    ('cranfield', '')
    """
    stem = name.lower().removesuffix(PACKED).rsplit(".", 1)[0]
    known = {word for words in FILES.values() for word in words}
    return "_".join(word for word in re.findall(r"[a-z0-9]+", stem) if word not in known)
