"""Blocks of rows: bounded, reported, stoppable."""

import pytest

from engine.kernels.blocks import heard_by, row_blocks
from store.errors import Cancelled


def test_blocks_cover_every_row_once():
    """Whatever the size, the slices join without a gap; no rows give no blocks."""
    for n, columns in [(0, 5), (1, 10**9), (1_000, 2**16), (7, 0)]:
        rows = [row for block in row_blocks(n, columns=columns) for row in range(n)[block]]

        assert rows == list(range(n))


def test_whoever_listens_hears_every_block_and_may_stop_it():
    """The first report comes before any work; raising ends the loop; nobody listens afterwards."""
    heard = []

    def stop(done: int, total: int) -> None:
        heard.append((done, total))
        if done:
            raise Cancelled("enough")

    with pytest.raises(Cancelled), heard_by(stop):
        list(row_blocks(10, columns=2**18, megabytes=1))
    list(row_blocks(10, columns=2**18, megabytes=1))

    assert heard == [(0, 10), (1, 10)]
