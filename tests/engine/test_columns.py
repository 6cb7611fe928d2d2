"""Which columns can be asked while exploring, and how each is shown."""

import numpy as np
import pyarrow as pa

from engine.audit import audit
from engine.columns import columns_of, kind_of
from engine.row_table import row_table
from store.dataset import Roles
from store.verdicts import UNDECIDED
from tests.blobs import dataset_of


def test_every_column_of_the_row_table_but_the_truth(make_dataset):
    """The user's own, ours and one per score; what is known to be right stays hidden."""
    from dataclasses import replace

    dataset = make_dataset(["cat", "dog"] * 20, embeddings=np.eye(40, 4, dtype=np.float32) + 0.1)
    table = dataset.table.append_column("truth", pa.array(["cat"] * 40))
    dataset = replace(dataset, table=table, roles=replace(dataset.roles, truth="truth"))
    found = audit(dataset)
    rows = row_table(found, np.full(40, UNDECIDED), dataset.labels)
    columns = columns_of(found, rows)

    assert [one.name for one in columns] == [name for name in rows.column_names if name != "truth"]
    by_name = {one.name: one for one in columns}
    assert by_name["given"].kind == by_name["verdict"].kind == "category"
    assert by_name["rank"].kind == "number"
    assert (by_name["joined_evidence"].source, by_name["joined_evidence"].kind) == (
        "score",
        "number",
    )
    assert by_name["joined_evidence"].first in ("highest", "lowest")


def test_kinds_of_columns():
    """Few whole numbers are groups; many texts are texts; lists are only shown."""
    kinds = {
        "number": [pa.array([0.5, None]), pa.array(range(100))],
        "category": [pa.array([True, False]), pa.array([1, 2] * 50), pa.array(["a", "a", None])],
        "text": [pa.array([str(one) for one in range(100)])],
        "other": [pa.array([[1], [2]]), pa.array([{"a": 1}])],
    }
    for kind, columns in kinds.items():
        for column in columns:
            assert kind_of(pa.chunked_array([column])) == kind, column


def test_our_names_make_way_for_the_users():
    """A user's own column called rank keeps its name; ours gets an underscore."""
    rng = np.random.default_rng(0)
    dataset = dataset_of(rng.normal(size=(30, 4)).astype(np.float32), np.arange(30) % 2)
    assert isinstance(dataset.roles, Roles)
    from dataclasses import replace

    dataset = replace(dataset, table=dataset.table.append_column("rank", pa.array(range(30))))
    found = audit(dataset)
    rows = row_table(found, np.full(30, UNDECIDED), dataset.labels)

    assert [one.name for one in columns_of(found, rows)] == [
        name for name in rows.column_names if name != dataset.roles.truth
    ]
