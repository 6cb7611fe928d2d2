"""Linked rows: a selection too long for an address, under a name made of what it holds."""

import re
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from store.array_files import write_parquet
from store.dataset import Dataset
from store.errors import UserError
from store.workspace import Workspace, writing

FOLDER = "links"
NAME = re.compile(r"[0-9a-f]{32}")


def keep_rows(workspace: Workspace, dataset: Dataset, rows: np.ndarray) -> str:
    """The name under which these rows are found again, of 32 hexadecimal digits.

    On disk when this returns, and written once: the same rows have the same name, so that nothing
    is ever changed, and whoever has a link sees what was linked. Raises UserError where the folder
    cannot be written. rows: (m,) int64 in any order.
    """
    rows = np.unique(rows).astype("<i8")
    digest = blake2b(dataset.fingerprint.encode(), digest_size=16)
    digest.update(rows.tobytes())
    name = digest.hexdigest()
    path = _path(workspace, name)
    if not path.exists():
        with writing(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_parquet(path, pa.table({"id": dataset.all_ids.take(pa.array(rows))}))
    return name


def linked_rows(workspace: Workspace, name: str, dataset: Dataset) -> np.ndarray:
    """(m,) int64 rows in table order. Raises UserError for a name under which nothing is kept.

    Ids are kept, so that they are found in a newer version of the dataset; those that it does not
    have are passed over.
    """
    path = _path(workspace, name)
    try:
        ids = pq.read_table(path, columns=["id"])["id"].combine_chunks()
    except (OSError, KeyError, pa.ArrowInvalid) as problem:
        raise UserError(
            f"The selection {name[:8]} of this link is not kept in {workspace.folder}: it was made "
            "with another workspace, or its file is gone. Ask for the link again, or clear the "
            "selection."
        ) from problem
    return np.flatnonzero(pc.is_in(dataset.all_ids, value_set=ids).to_numpy(False))


def _path(workspace: Workspace, name: str) -> Path:
    """Raises UserError for a name that is none of ours: it comes out of an address."""
    if not NAME.fullmatch(name):
        raise UserError(
            f"A link names the selection {name!r:.60}; 32 hexadecimal digits were expected. It was "
            "cut off on its way: ask for it again, or clear the selection."
        )
    return workspace.folder / FOLDER / f"{name}.parquet"
