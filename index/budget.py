"""What a neighbour graph takes in memory beside itself, and what to hold if that is too much."""

from dataclasses import dataclass

from index.centroids import default_cell_count
from index.graph import Storage
from store.errors import UserError

PER_BYTE = (1, 2, 4, 8)
"""Numbers of a vector that one byte stands for, the most exact first."""
BLOCKS = 32 * 2**20
"""Tiles and blocks of rows while they are compared, and what the allocator keeps of them."""
SORTING_PER_ROW, HELD_PER_ROW = 40, 24
"""Bytes that every row takes while rows are sorted into cells, and afterwards beside its code:
length, halves, number, cell, place in the cells."""
ROWS_PER_CENTROID = 20
"""Rows that centroids are fitted to; those of the usual search would outweigh short codes."""
LEAST_ROOM = 16 * 2**20
"""What the lists of one part of the rows take at least."""
USUAL_PER_ROW, USUAL_BLOCKS = 170, 128 * 2**20
"""The same where rows are offered to each other: the cells near each row are kept, too."""


@dataclass(frozen=True)
class Plan:
    """What stands for the vectors while candidates are found, and the bytes for lists of a part.

    per_byte: numbers to a byte of the codes; 0 = the float32 vectors themselves.
    """

    per_byte: int
    room: int

    @property
    def storage(self) -> Storage:
        """The name of what is held."""
        return "float32" if self.per_byte == 0 else "int8" if self.per_byte == 1 else "pq"


def make_plan(
    n: int, d: int, *, k: int, memory: int | None, mapped: bool, exact: bool, copied: int = 0
) -> Plan | None:
    """How to search n rows of d numbers within `memory` bytes; None = as if there was no bound.

    mapped: the vectors lie in a file, so that having them in memory is part of the bound.
    exact: no pair may be missed, so codes are no help.
    copied: rows that the usual search copies, because others need no search.
    Raises UserError where nothing fits.
    """
    if memory is None:
        return None
    vectors = 4 * n * d if mapped else 0
    pairs = 8 * n * n  # no block of a few rows is larger than all of them
    usual = vectors + 4 * d * copied + (USUAL_PER_ROW + 8 * k) * n + min(USUAL_BLOCKS, pairs)
    if usual <= memory:
        return None
    if exact:
        raise UserError(_refusal(n, memory, usual, "An exact search of"))
    sample = 4 * d * min(n, ROWS_PER_CENTROID * default_cell_count(n))
    blocks, room = min(BLOCKS, pairs), min(LEAST_ROOM, pairs)
    before = blocks + SORTING_PER_ROW * n + sample
    needed = before
    # Codes beside vectors that are in memory anyway would only take more.
    sizes = {0: vectors} | ({per: n * -(-d // per) for per in PER_BYTE} if mapped else {})
    for per_byte, size in sizes.items():
        held = blocks + HELD_PER_ROW * n + size
        needed = max(before, held + room)
        if needed <= memory:
            return Plan(per_byte, memory - held)
    raise UserError(_refusal(n, memory, needed, "Finding the neighbours of"))


def _refusal(n: int, memory: int, needed: int, what: str) -> str:
    return (
        f"{what} {n:,} rows takes {needed / 2**30:.2f} GB of memory beside the graph, and the "
        f"limit is {memory / 2**30:.2f} GB. Allow that much, as in SECOND_LOOK_MEMORY_GB="
        f"{needed / 2**30 + 0.01:.2f}, or open fewer rows."
    )
