"""The clean copy as a table, and what is different in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.dataset import Dataset, label_values
from store.decision import Decision
from store.errors import UserError
from store.training_options import TrainingOptions
from store.verdicts import UNDECIDED, Applied, apply_verdicts

SETTLED = ("keep", "relabel", "drop")


@dataclass(frozen=True)
class ExportOptions:
    """What a clean copy holds.

    format: the name of a writer (store/writers).
    dropped: rows whose verdict is "drop" are left out, or stay and are marked in a column of
        their own, `second_look_dropped`.
    undecided: rows without a settled verdict (undecided, skipped, flagged, to be adjudicated)
        keep their given label, or are left out.
    neutralise: in CSV, TSV and XLSX, put ' before text that a spreadsheet would run as a formula.
    only_reviewed: rows about which nobody said anything, not even skip, are left out.
    where: a condition in SQL, rows for which it does not hold are left out; None = all.
    named: a named list, rows that are not in it are left out; None = all.
    sample: at most so many rows of what would be written, drawn by seed and id; None = all. A
        smaller sample is part of a larger one.
    pictures: in an image folder, copies of the files, or links to where they are.
    training: of training data for a retriever, what it is made of; None = the usual.
    """

    format: str
    dropped: Literal["leave out", "mark"] = "leave out"
    undecided: Literal["keep", "leave out"] = "keep"
    neutralise: bool = True
    only_reviewed: bool = False
    where: str | None = None
    named: str | None = None
    sample: int | None = None
    seed: int = 0
    pictures: Literal["copy", "link"] = "copy"
    training: TrainingOptions | None = None

    @property
    def is_choice(self) -> bool:
        """Not all rows of the clean copy are written."""
        return (self.sample, self.where, self.named) != (None, None, None)

    def __post_init__(self) -> None:
        if self.sample is not None and self.sample < 0:
            raise UserError(f"A sample of {self.sample} rows was asked for; name 0 or more.")


@dataclass(frozen=True, eq=False)
class Changes:
    """Number of rows by what happens to them; the first seven add up to all rows.

    stale, vanished: verdicts that are not applied because the row is not what the reviewer saw, or
        is not there. A stale row is counted as undecided too.
    table: the rows that have a verdict, in table order: id, given, label (in force), action,
        reviewer, at, note.
    """

    relabelled: int
    dropped: int
    kept: int
    skipped: int
    flagged: int
    adjudicate: int
    undecided: int
    stale: int
    vanished: int
    table: pa.Table


def changes(dataset: Dataset, decisions: Iterable[Decision]) -> Changes:
    """What the decisions would change in a clean copy."""
    return changes_of(dataset, apply_verdicts(dataset, decisions))


def changes_of(dataset: Dataset, applied: Applied) -> Changes:
    """Likewise, from verdicts already applied."""
    names, numbers = np.unique(applied.actions, return_counts=True)
    count = dict(zip(names.tolist(), numbers.tolist(), strict=True))
    rows = np.flatnonzero(applied.actions != "undecided")
    ids = dataset.ids(rows)
    verdicts = [applied.verdicts[id_] for id_ in ids]
    classes = pa.array(dataset.classes, type=pa.string())
    table = pa.table(
        {
            "id": pa.array(ids, type=pa.string()),
            "given": label_values(dataset.labels[rows], dataset.classes, classes.type),
            "label": label_values(applied.labels[rows], dataset.classes, classes.type),
            "action": pa.array(applied.actions[rows].tolist(), type=pa.string()),
            "reviewer": pa.array([", ".join(each.reviewers) for each in verdicts], pa.string()),
            "at": pa.array([each.at for each in verdicts], pa.timestamp("us", tz="UTC")),
            "note": pa.array([each.note for each in verdicts], pa.string()),
        }
    )
    return Changes(
        relabelled=count.get("relabel", 0),
        dropped=count.get("drop", 0),
        kept=count.get("keep", 0),
        skipped=count.get("skip", 0),
        flagged=count.get("flag", 0),
        adjudicate=count.get("adjudicate", 0),
        undecided=count.get("undecided", 0),
        stale=len(applied.stale),
        vanished=len(applied.vanished),
        table=table,
    )


def clean_table(
    dataset: Dataset, decisions: Iterable[Decision], options: ExportOptions
) -> pa.Table:
    """The user's own columns in their order and types, with the verdicts in the label column.

    A cell changes only where a row is relabelled; all others are as they came.
    """
    applied = apply_verdicts(dataset, decisions)
    return cleaned(dataset, applied, options, left_out(dataset, applied, options))


def left_out(
    dataset: Dataset,
    applied: Applied,
    options: ExportOptions,
    picked: np.ndarray | None = None,
) -> np.ndarray:
    """(n,) bool: rows that the clean copy does not hold.

    picked: (n,) bool, the rows that the condition and the list of the options mean; None = all.
    """
    out = np.zeros(len(applied.actions), dtype=bool)
    if options.dropped == "leave out":
        out |= applied.actions == "drop"
    if options.undecided == "leave out":
        out |= ~np.isin(applied.actions, SETTLED)
    if options.only_reviewed:
        out |= applied.actions == UNDECIDED
    if picked is not None:
        out |= ~picked
    kept = np.flatnonzero(~out)
    if options.sample is not None and options.sample < len(kept):
        # By hash, not by a random generator: the same rows with every version of every library.
        places = [_place(options.seed, id_) for id_ in dataset.ids(kept)]
        order = sorted(range(len(kept)), key=places.__getitem__)
        out[kept[order[options.sample :]]] = True
    return out


def _place(seed: int, id_: str) -> bytes:
    """Where an id comes in the order by which rows are drawn."""
    return blake2b(f"{seed} {id_}".encode(), digest_size=16).digest()


def cleaned(
    dataset: Dataset, applied: Applied, options: ExportOptions, out: np.ndarray
) -> pa.Table:
    """The dataset's table with the labels in force, without the rows in `out`."""
    table = _without_views(dataset.table)
    changed = np.flatnonzero(applied.actions == "relabel")
    if len(changed) and dataset.roles.label is not None:
        place = table.schema.get_field_index(dataset.roles.label)
        field, column = table.schema.field(place), table.column(place)
        new = relabelled(column, changed, applied.labels[changed], dataset.classes)
        table = table.set_column(place, field.with_type(new.type), new)
    if options.dropped == "mark":
        marks = pa.array(applied.actions == "drop")
        table = table.append_column(_free_name(table, "second_look_dropped"), marks)
    return table.filter(pa.array(~out)) if out.any() else table


def relabelled(
    column: pa.ChunkedArray, rows: np.ndarray, labels: np.ndarray, classes: tuple[str, ...]
) -> pa.Array:
    """The column with new labels in some rows, in the type it had."""
    array = column.unify_dictionaries().combine_chunks()
    if isinstance(array, pa.ChunkedArray):  # pyarrow gives a chunked one back where it has no chunk
        array = pa.concat_arrays(array.chunks)
    kind = array.type
    is_dictionary = pa.types.is_dictionary(kind)
    values = array.dictionary_decode() if is_dictionary else array
    places = np.arange(len(values))
    places[rows] = len(values) + np.arange(len(rows))
    values = pa.concat_arrays([values, label_values(labels, classes, values.type)]).take(
        pa.array(places)
    )
    if not is_dictionary:
        return values
    names = pa.concat_arrays([array.dictionary, values.drop_null()]).unique()
    return pa.DictionaryArray.from_arrays(
        pc.index_in(values, value_set=names).cast(kind.index_type), names, ordered=kind.ordered
    )


def _without_views(table: pa.Table) -> pa.Table:
    """Views as the plain text or bytes they are: Arrow cannot pick rows out of a view."""
    plain = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    for place, field in enumerate(table.schema):
        if field.type in plain:
            kind = plain[field.type]
            table = table.set_column(place, field.with_type(kind), pc.cast(table[place], kind))
    return table


def _free_name(table: pa.Table, name: str) -> str:
    """The name, numbered when the table has such a column already (from an earlier export)."""
    number, free = 1, name
    while free in table.column_names:
        number += 1
        free = f"{name}_{number}"
    return free
