"""Three hundred broken files and folders: each opens rightly or is a sentence, and leaves nothing.

Made here from small whole datasets, every one from its own seed, and opened as a user does.
"""

import contextlib
import io
import json
import random
import shutil
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from PIL import Image

from store.errors import UserError
from store.opening import open_dataset
from store.readers import preview
from store.readers.formats import all_folder_formats, all_formats

ROWS = [
    {"id": f"r-{n}", "label": "ab"[n % 2], "text": f"text {n} über {'xyz'[n % 3]}", "n": n / 2}
    for n in range(12)
]
Files = dict[str, bytes]
"""Path below a folder -> content."""


def arrow(table, new=pa.ipc.new_file):
    """The bytes of an Arrow file, or of a stream."""
    out = io.BytesIO()
    with new(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=5)
    return out.getvalue()


def parquet(table):
    """The bytes of a Parquet file."""
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=5)
    return out.getvalue()


def npz(table):
    """The bytes of a .npz file with the columns of a table, as far as NumPy has them as text."""
    out = io.BytesIO()
    np.savez(out, **{name: np.array(table[name].to_pylist(), "U") for name in table.column_names})
    return out.getvalue()


def csv(rows, comma=","):
    """The bytes of a CSV file, every cell in quotes."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names] + [[row.get(name) for name in names] for row in rows]
    return "\n".join(
        comma.join('"' + str(cell).replace('"', '""') + '"' for cell in line) for line in lines
    ).encode(errors="surrogatepass")


def jsonl(rows):
    """The bytes of JSON Lines."""
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(
        errors="surrogatepass"
    )


def tasks(rows):
    """The bytes of an export of Label Studio."""
    return json.dumps(
        [
            {
                "id": row.get("id"),
                "annotations": [
                    {"result": [{"from_name": "label", "value": {"choices": [row.get("label")]}}]}
                ],
                "data": {"text": row.get("text"), "n": row.get("n")},
            }
            for row in rows
        ]
    ).encode()


def feather_of(table):
    """The bytes of a compressed Feather file."""
    out = io.BytesIO()
    feather.write_feather(table, out, compression="lz4")
    return out.getvalue()


def png(seed):
    """The bytes of a small picture."""
    out = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (6, 6)).astype(np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def saved(data):
    """The files of a dataset saved to disk."""
    return {
        "data/data-0.arrow": data,
        "data/state.json": b'{"_data_files": [{"filename": "data-0.arrow"}]}',
        "data/dataset_info.json": b'{"features": {"n": {"dtype": "float64", "_type": "Value"}}}',
    }


TABLE = pa.Table.from_pylist(ROWS)
PICTURES = {f"data/{'ab'[n % 2]}/{n}.png": png(n) for n in range(8)}
WHOLE: dict[str, Files] = {
    "csv": {"data.csv": csv(ROWS)},
    "tsv": {"data.tsv": csv(ROWS, "\t")},
    "parquet": {"data.parquet": parquet(TABLE)},
    "jsonl": {"data.jsonl": jsonl(ROWS)},
    "records": {"data.json": json.dumps(ROWS).encode()},
    "columns": {"data.json": json.dumps(TABLE.to_pydict(), indent=1).encode()},
    "label studio": {"data.json": tasks(ROWS)},
    "arrow": {"data.arrow": arrow(TABLE)},
    "stream": {"data.arrow": arrow(TABLE, pa.ipc.new_stream)},
    "feather": {"data.feather": feather_of(TABLE)},
    "npz": {"data.npz": npz(TABLE)},
    "parts": {f"data/part-{n}.parquet": parquet(TABLE.slice(n * 6, 6)) for n in range(2)},
    "saved": saved(arrow(TABLE, pa.ipc.new_stream)),
    "pictures": PICTURES,
    "metadata": PICTURES
    | {"data/metadata.csv": csv([{"file_name": name[5:], "label": name[5]} for name in PICTURES])},
}
"""One small whole dataset of every format, as the files it consists of."""
FROM_ROWS: dict[str, Callable[[list[dict]], Files]] = {
    "csv": lambda rows: {"data.csv": csv(rows)},
    "jsonl": lambda rows: {"data.jsonl": jsonl(rows)},
    "records": lambda rows: {"data.json": json.dumps(rows).encode()},
    "label studio": lambda rows: {"data.json": tasks(rows)},
    "parquet": lambda rows: {"data.parquet": parquet(pa.Table.from_pylist(rows))},
    "arrow": lambda rows: {"data.arrow": arrow(pa.Table.from_pylist(rows))},
    "saved": lambda rows: saved(arrow(pa.Table.from_pylist(rows), pa.ipc.new_stream)),
    "npz": lambda rows: {"data.npz": npz(pa.Table.from_pylist(rows))},
}
"""Formats that can hold any rows."""


def hurt(
    files: Files, chance: random.Random, how: Callable[[bytes, random.Random], bytes]
) -> Files:
    """The files with one of them damaged."""
    name = chance.choice(sorted(files))
    return files | {name: how(files[name], chance)}


def cut(data: bytes, chance: random.Random) -> bytes:
    """Truncated: a download that stopped."""
    return data[: chance.randrange(len(data))]


def overwritten(data: bytes, chance: random.Random) -> bytes:
    """A few bytes are others."""
    data = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def lost(data: bytes, chance: random.Random) -> bytes:
    """A piece in the middle is gone, or there twice."""
    start, stop = sorted(chance.sample(range(len(data)), 2))
    return data[:start] + (data[start:stop] * 2 if chance.random() < 0.3 else b"") + data[stop:]


def control(data: bytes, chance: random.Random) -> bytes:
    """Control characters, zero bytes and marks of another encoding in the midst."""
    place = chance.randrange(len(data))
    what = (b"\x00", b"\x1b[31m", b"\r", b"\x0c\x0b", b"\xff\xfe", b"\xed\xa0\x80", b"\x85", b'"')
    return data[:place] + chance.choice(what) + data[place:]


def recoded(data: bytes, chance: random.Random) -> bytes:
    """Another encoding than the bytes say, or another than UTF-8."""
    text = data.decode("utf-8", errors="replace")
    codec = chance.choice(
        ("utf-16", "utf-16-le", "utf-32", "cp1252", "cp500", "utf-7", "shift_jis")
    )
    return chance.choice((b"", b"\xef\xbb\xbf", b"\xff\xfe")) + text.encode(codec, errors="replace")


BYTES = (cut, overwritten, lost, control, recoded)

ODD_CELLS = [
    None, "", " ", float("nan"), float("inf"), -1, 2**62, True, [1, 2], [[1], [2, None]],
    {"a": None}, {"a": {"b": [None]}}, "\x00", "\x1b]0;x\x07", "é\u0301\u202e", "x" * 300_000,
    "=1+1", "NULL", [], [None], "a\nb\r\nc", '"', "<script>", "1e999", "0x1F", b"\xff\xfe",
    "\ufeff",
]  # fmt: skip
"""Wrong types, nested nulls, huge fields, control characters, numbers out of range."""


def odd_rows(chance: random.Random) -> list[dict]:
    """Rows with odd cells in one column, columns that differ from row to row, or names that do."""
    rows = [dict(row) for row in ROWS]
    column = chance.choice(["id", "label", "text", "n", "", "x" * 5_000, "label ", "a\nb"])
    cell = chance.choice(ODD_CELLS)
    some = range(len(rows)) if chance.random() < 0.4 else chance.sample(range(len(rows)), 2)
    for row in some:
        rows[row][column] = cell
    if chance.random() < 0.3:
        del rows[chance.randrange(len(rows))][chance.choice(["id", "label", "text"])]
    if chance.random() < 0.1:
        rows = rows[:1] if chance.random() < 0.5 else []
    return rows


def doubled(kind: str) -> Files:
    """Columns, keys or classes of one name."""
    twice = TABLE.append_column("label", TABLE["text"])
    return {
        "csv": {"data.csv": b"label,label,text\na,b,c\n"},
        "jsonl": {"data.jsonl": b'{"label": "a", "label": "b"}\n{"label": "a"}\n'},
        "records": {"data.json": b'[{"label": "a", "label": "b"}]'},
        "label studio": {"data.json": tasks(ROWS).replace(b'"n"', b'"text"')},
        "parquet": {"data.parquet": parquet(twice)},
        "arrow": {"data.arrow": arrow(twice)},
        "saved": saved(arrow(twice, pa.ipc.new_stream)),
        "npz": {"data.npz": npz(TABLE) + npz(TABLE)},
    }[kind]


def ragged(kind: str) -> Files:
    """Rows or parts of different lengths."""
    return {
        "csv": {"data.csv": b"label,text\na,b\nc\nd,e,f\n"},
        "jsonl": {"data.jsonl": b'{"label": "a"}\n[1]\n{"label": "b"}'},
        "records": {"data.json": b'{"label": ["a"], "text": ["b", "c"]}'},
        "label studio": {"data.json": b'[{"annotations": [], "data": {}}, 3, null]'},
        "parquet": {"data/a.parquet": parquet(TABLE), "data/b.parquet": parquet(TABLE.drop("n"))},
        "arrow": {"data.arrow": arrow(TABLE) + arrow(TABLE)},
        "saved": saved(arrow(TABLE, pa.ipc.new_stream) * 2),
        "npz": {"data.npz": npz(TABLE)[:-30] + b"PK\x05\x06" + bytes(18)},
    }[kind]


def cases() -> dict[str, Files]:
    """Every broken dataset by name: its format, what was done, and the seed."""
    made = {}
    for kind, files in WHOLE.items():
        for how in BYTES:
            for seed in range(3):
                name = f"{kind}-{how.__name__}-{seed}"
                made[name] = hurt(files, random.Random(name), how)
    for kind, write in FROM_ROWS.items():
        made[f"{kind}-doubled"], made[f"{kind}-ragged"] = doubled(kind), ragged(kind)
        for seed in range(12):
            name = f"{kind}-odd-{seed}"
            try:
                made[name] = write(odd_rows(random.Random(name)))
            except (pa.ArrowException, UnicodeError, TypeError, ValueError):
                # This format cannot be made to hold these rows: text that says so stands in.
                made[name] = {"data.csv": csv(odd_rows(random.Random(name)))}
    return made


CASES = cases()


def laid_out(files: Files, folder):
    """The files in a folder; returns what a user would open."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return next(iter(folder.iterdir()))


def test_there_are_three_hundred_of_all_formats():
    """As many as promised, and none of the formats of the folder is left out."""
    assert len(CASES) >= 300
    assert len({tuple(files.items()) for files in CASES.values()}) > 290
    assert len(WHOLE) >= len(all_formats()) + len(all_folder_formats())


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_what_they_are_made_from_opens(tmp_path, kind):
    """Otherwise they would be refused for another reason."""
    opened = open_dataset(laid_out(WHOLE[kind], tmp_path))

    assert opened.dataset.classes == ("a", "b")
    assert len(opened.dataset) in (8, 12)


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_broken_file_is_a_sentence_or_a_dataset(tmp_path, name):
    """Never a traceback, and never the half of a workspace; the user's files stay as they are."""
    path = laid_out(CASES[name], tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with contextlib.suppress(UserError):
        preview(path)
    try:
        opened = open_dataset(path)
    except UserError:
        assert {p for p in tmp_path.rglob("*") if p.is_file()} == set(before)
        assert len(list(tmp_path.iterdir())) == 1
    else:
        dataset = opened.dataset
        assert len(dataset) == len(dataset.labels) == len(dataset.content) > 0
        assert len(set(dataset.ids(range(len(dataset))))) == len(dataset)
        assert open_dataset(path).dataset.fingerprint == dataset.fingerprint
        dataset.table.validate(full=True)
        shutil.rmtree(opened.workspace.folder)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


ODD = sorted(name for name in CASES if "-odd-" in name)


@pytest.mark.parametrize("name", ODD)
def test_where_odd_rows_open_all_of_them_are_there(tmp_path, name):
    """As many as were written; and where the ids are plain, in their order under their ids."""
    rows = odd_rows(random.Random(name))
    try:
        dataset = open_dataset(laid_out(CASES[name], tmp_path)).dataset
    except UserError:
        return
    assert len(dataset) == len(rows)
    ids = [row.get("id") for row in rows]
    if dataset.roles.id == "id" and all(str(id_).startswith("r-") for id_ in ids):
        assert dataset.ids(range(len(dataset))) == ids


def test_most_odd_rows_have_plain_ids():
    """Else the test above would say nothing."""
    plain = [
        name for name in ODD
        if all(str(row.get("id")).startswith("r-") for row in odd_rows(random.Random(name)))
    ]  # fmt: skip

    assert len(plain) > len(ODD) / 2
