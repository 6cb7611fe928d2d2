"""qrels as BEIR has them: query-id, corpus-id and score under a header, with tabs between."""

from pathlib import Path

from store.errors import UserError
from store.writers.qrels_rows import PROVENANCE, judged_rows, lines, write_provenance
from store.writers.writer import CleanCopy, Facts, Writer

SPLIT = "reviewed"
"""A split of its own: put into the folder it came from, it replaces nothing there."""


def write(copy: CleanCopy, path: Path) -> Facts:
    """qrels/reviewed.tsv and provenance.jsonl. Raises UserError for an id with a tab in it."""
    (path / "qrels").mkdir(parents=True)
    rows = judged_rows(copy)
    with (path / "qrels" / f"{SPLIT}.tsv").open("w", encoding="utf-8", newline="\n") as file:
        file.write("query-id\tcorpus-id\tscore\n")
        for query, passage, grade in lines(copy, rows):
            for name in (query, passage):
                if any(sign in name for sign in "\t\r\n"):
                    raise UserError(
                        f"The id {name!r} holds a tab or a line end, which a .tsv file cannot "
                        "hold. Give the queries and passages plainer ids."
                    )
            file.write(f"{query}\t{passage}\t{grade}\n")
    return {"rows_out": len(rows), **write_provenance(copy, path / PROVENANCE)}


WRITER = Writer("qrels-beir", "Judgements (BEIR qrels)", "", write, needs="pairs")
