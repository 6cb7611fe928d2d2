"""Where the rows of old decisions are in a dataset: by id, else by what they show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.dataset import Dataset
from store.decision import Decision


@dataclass(frozen=True, eq=False)
class Places:
    """Rows by id and by content, of those that are asked for.

    ids: the id of every row named here. by_id: row of an id; an id that is not there is not in it.
    contents: what each of those rows shows, 32 hexadecimal digits. by_content: rows that show it.
    """

    ids: Mapping[int, str]
    by_id: Mapping[str, int]
    contents: Mapping[int, str]
    by_content: Mapping[str, tuple[int, ...]]

    def row_of(self, id_: str, content: str) -> int | None:
        """The row with this id if it shows this, else the one row that does; None = neither."""
        row = self.by_id.get(id_)
        if row is not None and self.contents[row] == content:
            return row
        rows = self.by_content.get(content, ())
        return rows[0] if len(rows) == 1 else None

    def why_not(self, id_: str, content: str) -> tuple[Literal["changed", "vanished"], str]:
        """For a row that is not found: whether its id is there, and what is known of it."""
        alike = len(self.by_content.get(content, ()))
        why = f"{alike} other rows show the same" if alike else ""
        if id_ in self.by_id:
            return "changed", why or "its content changed"
        return "vanished", why or "neither its id nor its content is there"


def places_of(dataset: Dataset, decisions: Iterable[Decision]) -> Places:
    """The places of every row that the decisions name, in one pass over the dataset."""
    decisions = tuple(decisions)
    wanted = list(dict.fromkeys(id_ for each in decisions for id_ in each.ids))
    rows = dataset.rows_of(wanted).tolist() if wanted else []
    by_id = {id_: row for id_, row in zip(wanted, rows, strict=True) if row >= 0}
    by_content: defaultdict[str, list[int]] = defaultdict(list)
    alike = _rows_showing(dataset, {each for one in decisions for each in one.contents})
    named = np.union1d(np.array(list(by_id.values()), dtype=np.int64), alike)
    contents = {int(row): dataset.content[row].tobytes().hex() for row in named}
    for row in alike.tolist():
        by_content[contents[row]].append(row)
    ids = dict(zip(named.tolist(), dataset.ids(named), strict=True))
    return Places(ids, by_id, contents, {key: tuple(found) for key, found in by_content.items()})


def _rows_showing(dataset: Dataset, contents: set[str]) -> np.ndarray:
    """The rows that show one of these, in table order, (v,) int64."""
    kind = pa.binary(dataset.content.shape[1])
    width = 2 * dataset.content.shape[1]
    fitting = [bytes.fromhex(each) for each in contents if len(each) == width]
    buffer = pa.py_buffer(np.ascontiguousarray(dataset.content))
    column = pa.FixedSizeBinaryArray.from_buffers(kind, len(dataset), [None, buffer])
    found = pc.is_in(column, value_set=pa.array(fitting, type=kind))
    return np.flatnonzero(found.to_numpy(zero_copy_only=False)).astype(np.int64)
