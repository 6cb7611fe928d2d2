"""qrels in TREC's form: query, 0, passage and grade, with spaces between."""

from pathlib import Path

from store.errors import UserError
from store.writers.qrels_rows import PROVENANCE, judged_rows, lines, write_provenance
from store.writers.writer import CleanCopy, Facts, Writer


def write(copy: CleanCopy, path: Path) -> Facts:
    """qrels.txt and provenance.jsonl. Raises UserError for an id that has a space in it."""
    path.mkdir()
    rows = judged_rows(copy)
    with (path / "qrels.txt").open("w", encoding="utf-8", newline="\n") as file:
        for query, passage, grade in lines(copy, rows):
            for name in (query, passage):
                if len(name.split()) != 1:
                    raise UserError(
                        f"The id {name!r} has a space in it or is empty, which a line of TREC's "
                        "qrels cannot hold. Export to qrels-beir, which has tabs between."
                    )
            file.write(f"{query} 0 {passage} {grade}\n")
    return {"rows_out": len(rows), **write_provenance(copy, path / PROVENANCE)}


WRITER = Writer("qrels-trec", "Judgements (TREC qrels)", "", write, needs="pairs")
