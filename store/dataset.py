"""Dataset: a table of examples, the labels they were given, and the arrays that describe them."""

from bisect import bisect_left
from dataclasses import InitVar, dataclass, fields, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from store.array_checks import check_embeddings, check_pred_probs
from store.errors import UserError
from store.mapped import row_slices

if TYPE_CHECKING:
    from store.pairs import Pairs

Unit = Literal["example", "pair"]
Media = Literal["text", "image", "none"]
UNLABELLED = -1
FEW = 64
"""So many ids are looked up one by one; for more, all ids are hashed at once."""
CONTENT_BYTES = 16
"""128 bits: two of a billion different contents collide with probability 1.5e-21."""


@dataclass(frozen=True)
class Roles:
    """Which column of the table plays which part; None where no column does.

    truth names a column that holds the right answer where it is known (planted errors, audited
    sets). It is never shown to a reviewer; it only counts what they found.
    trusted names a column of true and false (or 1 and 0): true = a person vouched for the label.
    """

    id: str | None = None
    label: str | None = None
    text: str | None = None
    image: str | None = None
    truth: str | None = None
    trusted: str | None = None


@dataclass(frozen=True, eq=False)
class Dataset:
    """n examples, checked once here and trusted afterwards. Nothing in it ever changes.

    table: the user's own columns, n rows, in their order and types.
    classes: c names, numbers in numeric order, other names in alphabetical order.
    labels: (n,) int64, positions in `classes`; -1 = unlabelled.
    embeddings: (n, d) float32, finite, or None.
    pred_probs: (n, c) float32 out-of-sample class probabilities, rows sum to 1, or None.
    images: (n, h, w) or (n, h, w, 3) uint8 when pictures came as an array, or None.
    content: (n, 16) uint8, hash of what a reviewer sees of each row (not of its id or label).
    root: the folder that a column of image paths is relative to and may not leave.
    media_roots: other folders, named by the user, in which its pictures may lie.
    pairs: where the rows are pairs of a query and a passage, what is known of them; else None.
    values_checked: the arrays were looked through before, as those of a workspace were.

    Raises UserError when the parts do not describe the same n rows and c classes.
    """

    name: str
    table: pa.Table
    roles: Roles
    classes: tuple[str, ...]
    labels: np.ndarray
    content: np.ndarray
    embeddings: np.ndarray | None = None
    pred_probs: np.ndarray | None = None
    images: np.ndarray | None = None
    root: Path | None = None
    media_roots: tuple[Path, ...] = ()
    pairs: "Pairs | None" = None
    values_checked: InitVar[bool] = False

    def __post_init__(self, values_checked: bool) -> None:
        n = len(self.table)
        if n == 0:
            raise UserError(f"{self.name} has no rows. Open a file with at least one example.")
        for part in fields(self):
            array = getattr(self, part.name)
            if not isinstance(array, np.ndarray):
                continue
            if len(array) != n:
                raise UserError(
                    f"{part.name} has {len(array):,} rows but the table has {n:,}. "
                    f"Row i of {part.name} must describe row i of the table; re-export both "
                    "together."
                )
            array.setflags(write=False)
        _check_column_names(self.table, self.roles)
        if values_checked:
            return
        _ = self.trusted  # read now, so that a column of something else is found at the door
        if self.embeddings is not None:
            check_embeddings(self.embeddings)
        if self.pred_probs is not None:
            check_pred_probs(self.pred_probs, self.classes)

    def __len__(self) -> int:
        return len(self.table)

    @property
    def unit(self) -> Unit:
        """What a row is, and so what is scored and decided."""
        return "example" if self.pairs is None else "pair"

    @property
    def media(self) -> Media:
        """What a row is shown as."""
        if self.pairs is not None:
            return "text"
        if self.images is not None or self.roles.image is not None:
            return "image"
        return "text" if self.roles.text is not None else "none"

    @cached_property
    def all_ids(self) -> pa.Array:
        """(n,) strings: the id column as text, or the row numbers where there is none."""
        if self.roles.id is None:
            return pc.cast(pa.array(np.arange(len(self))), pa.string())
        column = self.table[self.roles.id].combine_chunks()
        return pc.cast(column, pa.string())

    def ids(self, rows: np.ndarray | list[int]) -> list[str]:
        """The stable names of some rows."""
        return self.all_ids.take(pa.array(np.asarray(rows, dtype=np.int64))).to_pylist()

    def id_of(self, row: int) -> str:
        """The stable name of one row."""
        name: str = self.all_ids[int(row)].as_py()
        return name

    def rows_of(self, ids: list[str]) -> np.ndarray:
        """(len(ids),) int64: where each id stands; -1 where no row has it."""
        if len(ids) <= FEW:
            return np.array([self._row_of(id_) for id_ in ids], dtype=np.int64)
        found = pc.index_in(pa.array(ids, type=pa.string()), value_set=self.all_ids)
        return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)

    @cached_property
    def _alphabet(self) -> np.ndarray:
        """(n,) rows by id, so that one of a million is found in 20 steps."""
        order: np.ndarray = pc.array_sort_indices(self.all_ids).to_numpy()
        return order

    def _row_of(self, id_: str) -> int:
        order, ids = self._alphabet, self.all_ids
        # Bytes of UTF-8 sort as their characters do, so Arrow's order is Python's.
        place = bisect_left(order, id_, key=lambda row: ids[int(row)].as_py())
        found = place < len(order) and ids[int(order[place])].as_py() == id_
        return int(order[place]) if found else -1

    def given(self, row: int) -> str | None:
        """Name of the label a row came with; None = unlabelled."""
        label = int(self.labels[row])
        return None if label == UNLABELLED else self.classes[label]

    @cached_property
    def truth(self) -> np.ndarray | None:
        """(n,) int64 positions in `classes` of the known right answers (-1 = unknown), or None."""
        if self.roles.truth is None:
            return None
        names = pa.array(self.classes, type=pa.string())
        column = class_names_of(self.table[self.roles.truth])
        found = pc.fill_null(pc.index_in(column, value_set=names), UNLABELLED)
        return found.to_numpy().astype(np.int64)

    @cached_property
    def trusted(self) -> np.ndarray | None:
        """(n,) int64 the given label where a person vouched for it, else -1; None where nobody did.

        Raises UserError where the column holds something else than true and false, or 1 and 0.
        """
        if self.roles.trusted is None:
            return None
        vouched = _true_in(self.table[self.roles.trusted], self.roles.trusted)
        trusted = np.where(vouched, self.labels, UNLABELLED)
        trusted.setflags(write=False)
        return trusted if (trusted != UNLABELLED).any() else None

    @cached_property
    def fingerprint(self) -> str:
        """Hash of everything a score can depend on: 32 hexadecimal digits."""
        digest = blake2b(digest_size=16)
        parts: list[np.ndarray | None] = [
            self.labels, self.content, self.embeddings, self.pred_probs, self.truth
        ]  # fmt: skip
        for array in parts:
            digest.update(b"none" if array is None else f"{array.shape}{array.dtype}".encode())
            if array is not None:
                for rows in row_slices(array):
                    digest.update(np.ascontiguousarray(array[rows]).data)
        digest.update("\x00".join(self.classes).encode())
        for start in range(0, len(self), 65_536):
            names = self.all_ids.slice(start, 65_536).to_pylist()
            digest.update(("\x00" * (start > 0) + "\x00".join(names)).encode())
        # Only where there are such rows: a dataset without keeps the name it has always had.
        if self.trusted is not None:
            digest.update(b"trusted" + self.trusted.tobytes())
        if self.pairs is not None:
            self.pairs.add_to(digest)
        return digest.hexdigest()

    def with_labels(self, labels: np.ndarray) -> "Dataset":
        """The same examples under other labels; the table's label column follows."""
        if self.roles.label is None:
            raise UserError(f"{self.name} has no label column, so its labels cannot be replaced.")
        column = self.roles.label
        values = label_values(labels, self.classes, self.table.schema.field(column).type)
        place = self.table.schema.get_field_index(column)
        return replace(
            self, table=self.table.set_column(place, column, values), labels=labels.copy()
        )


def label_values(labels: np.ndarray, classes: tuple[str, ...], kind: pa.DataType) -> pa.Array:
    """Labels as a column of the type the user's own column had; -1 becomes null."""
    value_type = kind.value_type if pa.types.is_dictionary(kind) else kind
    names = pc.cast(pa.array(classes, type=pa.string()), value_type)
    values = names.take(pa.array(labels, mask=labels == UNLABELLED))
    return values.dictionary_encode() if pa.types.is_dictionary(kind) else values


def class_names_of(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A label column as text: whole numbers without a decimal point, empty text as null."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(array.type):
        array = pc.cast(array, array.type.value_type)
    if pa.types.is_floating(array.type):
        array = pc.if_else(pc.is_nan(array), None, array)
        present = array.drop_null()
        if len(present) and pc.all(pc.equal(pc.floor(present), present)).as_py():
            array = pc.cast(array, pa.int64())
    names = pc.cast(array, pa.string())
    return pc.if_else(pc.equal(pc.utf8_trim_whitespace(names), ""), None, names)


def _true_in(column: pa.ChunkedArray, name: str) -> np.ndarray:
    """(n,) bool where a column of true and false, or of 1 and 0, says true; missing = false."""
    values = pc.utf8_lower(class_names_of(column))
    wrong = pc.filter(values, pc.invert(pc.is_in(values, pa.array(["true", "false", "1", "0"]))))
    wrong = wrong.drop_null().unique().to_pylist()
    if wrong:
        raise UserError(
            f"column {name!r} holds {', '.join(map(repr, wrong[:3]))}{', …' * (len(wrong) > 3)}, "
            "but a column of rows to trust says true or false, or 1 or 0. Name another with "
            "--trusted."
        )
    true = pc.is_in(values, pa.array(["true", "1"]))
    return pc.fill_null(true, False).to_numpy(zero_copy_only=False)


def _check_column_names(table: pa.Table, roles: Roles) -> None:
    for role in fields(roles):
        column = getattr(roles, role.name)
        if column is not None and column not in table.column_names:
            raise UserError(
                f"There is no column {column!r} to use as {role.name}. "
                f"The table has: {', '.join(table.column_names)}."
            )
