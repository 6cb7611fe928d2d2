"""Retrieval sets as files, in every layout: three queries, six passages, seven judgements."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

QUERIES = {"q1": "red apples", "q2": "sailing ships", "q3": "old bread"}
PASSAGES = {
    "d1": "apples are red",
    "d2": "a green apple",
    "d3": "ships that sail",
    "d4": "harbour",
    "d5": "bread and butter",
    "d/6": "stone",
}
TITLES = {"d1": "Fruit", "d3": "Sea"}
JUDGED = [
    ("q1", "d1", 2),
    ("q1", "d2", 1),
    ("q1", "d4", 0),
    ("q2", "d3", 1),
    ("q2", "d1", 0),
    ("q3", "d5", 1),
    ("q3", "d/6", 0),
]
RUN = [
    ("q1", "d1", 9.0),
    ("q1", "d3", 8.5),
    ("q2", "d4", 3.0),
    ("q2", "d3", 2.0),
    ("q3", "d5", 1.0),
]


def lines(path: Path, rows: list[str]) -> Path:
    """A text file; packed where its name ends in .gz."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{row}\n" for row in rows).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)
    return path


def run_rows(name: str = "bm25", rows: list[tuple[str, str, float]] = RUN) -> list[str]:
    """Lines of a run, the rank counted per query."""
    told, place = [], {}
    for query, passage, score in rows:
        place[query] = place.get(query, 0) + 1
        told.append(f"{query} Q0 {passage} {place[query]} {score} {name}")
    return told


def passage_objects() -> list[str]:
    """Lines of corpus.jsonl."""
    return [
        json.dumps({"_id": id_, "title": TITLES.get(id_, ""), "text": text})
        for id_, text in PASSAGES.items()
    ]


def beir(folder: Path, *, packed: str = "", splits: tuple[str, ...] = ("test",)) -> Path:
    """corpus.jsonl, queries.jsonl, qrels/*.tsv, runs/bm25.trec."""
    lines(folder / f"corpus.jsonl{packed}", passage_objects())
    asked = [json.dumps({"_id": id_, "text": text}) for id_, text in QUERIES.items()]
    lines(folder / f"queries.jsonl{packed}", asked)
    for split in splits:
        rows = ["\t".join(map(str, row)) for row in JUDGED]
        lines(folder / "qrels" / f"{split}.tsv", ["query-id\tcorpus-id\tscore", *rows])
    lines(folder / "runs" / "bm25.trec", run_rows())
    return folder


def trec(folder: Path) -> Path:
    """qrels.txt, topics.tsv, collection.tsv and a run."""
    told = {id_: f"{TITLES.get(id_, '')} {text}".strip() for id_, text in PASSAGES.items()}
    lines(folder / "collection.tsv", [f"{id_}\t{text}" for id_, text in told.items()])
    lines(folder / "topics.tsv", [f"{id_}\t{text}" for id_, text in QUERIES.items()])
    lines(
        folder / "qrels.txt", [f"{query} 0 {passage} {grade}" for query, passage, grade in JUDGED]
    )
    lines(folder / "bm25.run", run_rows())
    return folder


def sgml(folder: Path) -> Path:
    """The same marked up as TREC's first collections were: fields are left open."""
    trec(folder)
    (folder / "topics.tsv").unlink()
    (folder / "collection.tsv").unlink()
    topics = [
        f"<top>\n\n<num> Number: {id_} \n<title> {text}\n\n<desc> Description:\nSay more.\n</top>\n"
        for id_, text in QUERIES.items()
    ]
    lines(folder / "topics.txt", topics)
    docs = [
        f"<DOC>\n<DOCNO> {id_} </DOCNO>\n<HEADLINE>{TITLES.get(id_, '')}</HEADLINE>\n"
        f"<TEXT>\n<P>\n{text}\n</P>\n</TEXT>\n</DOC>"
        for id_, text in PASSAGES.items()
    ]
    lines(folder / "docs.sgml", docs)
    return folder


def xml(folder: Path) -> Path:
    """The same with topics in XML, as later tracks have them, on a few lines."""
    trec(folder)
    (folder / "topics.tsv").unlink()
    topics = [
        f'  <topic number="{id_}" type="faceted"><query>{text}</query>'
        "<question>which?</question>\n<narrative>Says &amp; more.</narrative></topic>"
        for id_, text in QUERIES.items()
    ]
    lines(folder / "topics.xml", ['<?xml version="1.0"?>', "<topics>", *topics, "</topics>"])
    return folder


def tables(folder: Path, name: str = "") -> Path:
    """docs, queries, qrels and runs as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)

    def write(part: str, columns: dict[str, list]) -> None:
        pq.write_table(pa.table(columns), folder / f"{name}{part}.parquet")

    write(
        "docs",
        {
            "did": list(PASSAGES),
            "title": [TITLES.get(id_) for id_ in PASSAGES],
            "text": list(PASSAGES.values()),
        },
    )
    write("queries", {"qid": list(QUERIES), "text": list(QUERIES.values())})
    qid, did, grade = (list(column) for column in zip(*JUDGED, strict=True))
    write("qrels", {"qid": qid, "did": did, "grade": grade, "given": [1 - one for one in grade]})
    qid, did, _ = (list(column) for column in zip(*RUN, strict=True))
    write("runs", {"system": ["bm25"] * 5, "qid": qid, "did": did, "rank": [1, 2, 1, 2, 1]})
    return folder


def pair_table(path: Path) -> Path:
    """One row per judgement, texts and a relevance."""
    told = {id_: f"{TITLES.get(id_, '')} {text}".strip() for id_, text in PASSAGES.items()}
    rows = [
        json.dumps({"query": QUERIES[query], "passage": told[passage], "relevance": grade})
        for query, passage, grade in JUDGED
    ]
    return lines(path, rows)


LAYOUTS = {
    "beir": lambda folder: beir(folder / "beir"),
    "beir packed": lambda folder: beir(folder / "packed", packed=".gz"),
    "trec": lambda folder: trec(folder / "trec"),
    "trec sgml": lambda folder: sgml(folder / "sgml"),
    "trec xml": lambda folder: xml(folder / "xml"),
    "tables": lambda folder: tables(folder / "tables"),
    "pairs": lambda folder: pair_table(folder / "pairs.jsonl"),
}
