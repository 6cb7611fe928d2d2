"""DATA on the command line: how it is opened."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.data_options import ROLES, workspace_of
from engine.terminal import TerminalProgress
from store.opening import Opened, is_kept, open_dataset, open_in_memory
from store.pairs import Pairs
from store.progress import Progress
from store.readers import Request
from store.readers.request import RETRIEVAL_ROLES
from store.retrieval import Retrieval


@contextmanager
def opened(choices: dict[str, Any], *, keep: bool = False) -> Iterator[Opened]:
    """The dataset the user named.

    A workspace is left behind only if kept or named. One that is there already is used, unless
    other roles are asked for now: looking must not replace what somebody is reviewing.
    """
    folder, progress = workspace_of(choices), TerminalProgress()
    request = _request(choices)
    with tempfile.TemporaryDirectory(prefix="second-look-") as scratch:
        if not keep and choices["workspace"] is None:
            there = folder.is_dir() and (
                choices["example"] or is_kept(choices["data"], request, folder)
            )
            folder = folder if there else Path(scratch) / "workspace"
        if choices["example"]:
            from engine.example import digits_example

            yield open_in_memory(digits_example(), folder, progress=progress)
        else:
            yield open_dataset(
                choices["data"], request, workspace=folder, pair_up=_pair_up, progress=progress
            )


def is_kept_as_named(choices: dict[str, Any]) -> bool:
    """The workspace holds the data that was named, as it was named: opening only looks it up.

    So it is said of the example, which is made in a moment.
    """
    return choices["example"] or is_kept(choices["data"], _request(choices), workspace_of(choices))


def _request(choices: dict[str, Any]) -> Request:
    roles = (*(role.replace("-", "_") for role in ROLES), *RETRIEVAL_ROLES)
    named = {role: choices[role] for role in roles}
    return Request(**named, media_roots=tuple(choices["media_root"]))


def _pair_up(retrieval: Retrieval, *, progress: Progress) -> Pairs:
    """Imported when there are pairs: what it needs takes 200 MB, as much as a million rows."""
    from engine.pairing import pair_up

    return pair_up(retrieval, progress=progress)
