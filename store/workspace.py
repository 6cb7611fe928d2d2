"""The folder beside the data: the dataset in canonical form, a cache, the log."""

import json
import os
import shutil
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from store.array_files import (
    is_mapped_from,
    map_array,
    map_table,
    save_array,
    save_table,
    write_text,
)
from store.dataset import Dataset, Roles
from store.errors import UserError
from store.gigabytes import gigabytes
from store.pair_files import load_pairs, save_pairs
from store.spool import kept
from store.workspace_folder import draft_of

FORMAT = 1
NEEDED = ("labels", "content")
ARRAYS = (*NEEDED, "embeddings", "pred_probs", "images")
"""Of a dataset, each in a file of its own; all but the first two may be missing."""
Arrays = dict[str, np.ndarray]


class CacheNotSaved(UserWarning):
    """A result is in use but could not be kept on disk (disk full, folder not writable)."""


@dataclass(frozen=True)
class Workspace:
    """One dataset's folder. The user's own files stay as they are.

    project.json   source, roles, classes, fingerprint
    table.arrow, labels.npy, content.npy, embeddings.npy, pred_probs.npy, images.npy
    pairs/         of a retrieval set: queries, passages and what is known of each pair
    cache/         derived arrays by key; deleting it loses nothing
    lists/         named lists of rows, see store.lists
    links/         selections that links refer to, see store.linked_rows
    decisions.db   the log, unless log.json names one on a server
    """

    folder: Path

    @property
    def log_path(self) -> Path:
        """Where this dataset's decisions are, unless a server keeps them."""
        return self.folder / "decisions.db"

    @property
    def exists(self) -> bool:
        """A dataset was imported here, whole: project.json is written last."""
        return (self.folder / "project.json").is_file()

    def project(self) -> dict[str, Any]:
        """What project.json says. Raises UserError where it cannot be read."""
        path = self.folder / "project.json"
        try:
            project: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as problem:
            raise UserError(
                f"{path} cannot be read ({problem}). If the folder is not a workspace of Second "
                "Look, name another one with --workspace."
            ) from problem
        if project.get("format") != FORMAT:
            raise UserError(
                f"{path} has format {project.get('format')!r}; this version reads {FORMAT}. "
                "Open the data with another --workspace; the decisions stay where they are."
            )
        return project

    def save(self, dataset: Dataset, **facts: Any) -> None:
        """Write the dataset whole or not at all; the log and the cache are left alone.

        facts: anything else to remember in project.json (source, guesses, ...).
        Raises UserError where the folder cannot be written.
        """
        if not self.folder.exists():
            with writing(self.folder), draft_of(self.folder) as draft:
                Workspace(draft).save(dataset, **facts)
                try:
                    os.replace(draft, self.folder)
                except OSError:
                    if not self.folder.is_dir():
                        raise  # else another process was faster: its folder is written over below
                else:
                    return
        with writing(self.folder):
            # Without project.json the folder holds no dataset, whatever else lies in it.
            (self.folder / "project.json").unlink(missing_ok=True)
            save_table(dataset.table, self.folder / "table.arrow")
            arrays = {name: getattr(dataset, name) for name in ARRAYS}
            for name, array in arrays.items():
                path = self.folder / f"{name}.npy"
                if array is None:
                    path.unlink(missing_ok=True)
                elif not is_mapped_from(array, path) and not kept(array, path):
                    save_array(array, path)
            known = None
            if dataset.pairs is not None:
                known = save_pairs(dataset.pairs, self.folder / "pairs")
            project = {
                "format": FORMAT,
                "name": dataset.name,
                "fingerprint": dataset.fingerprint,
                "roles": asdict(dataset.roles),
                "classes": dataset.classes,
                "root": None if dataset.root is None else str(dataset.root),
                "media_roots": [str(root) for root in dataset.media_roots],
                "pairs": known,
                "arrays": [name for name, array in arrays.items() if array is not None],
                **facts,
            }
            write_text(
                self.folder / "project.json", json.dumps(project, indent=2, ensure_ascii=False)
            )

    def load(self) -> Dataset:
        """The dataset as saved, memory-mapped. Raises UserError where a file is lost or damaged."""
        project = self.project()
        saved = project.get("arrays", NEEDED)  # workspaces made before do not say
        arrays = {
            name: map_array(self.folder / f"{name}.npy", needed=name in saved) for name in ARRAYS
        }
        labels, content = (arrays.pop(name) for name in NEEDED)
        assert labels is not None
        assert content is not None
        known = project.get("pairs")
        dataset = Dataset(
            name=project["name"],
            table=map_table(self.folder / "table.arrow"),
            roles=Roles(**project["roles"]),
            classes=tuple(project["classes"]),
            labels=labels,
            content=content,
            **arrays,
            root=None if project["root"] is None else Path(project["root"]),
            media_roots=tuple(map(Path, project.get("media_roots", ()))),
            pairs=None if known is None else load_pairs(self.folder / "pairs", known),
            values_checked=True,  # when it was saved: 5 GB of vectors take seconds to look through
        )
        # Hashing a million rows again would cost seconds at every start; save() wrote it last.
        dataset.__dict__["fingerprint"] = project["fingerprint"]
        return dataset

    def _forget_oldest(self, spare: Path) -> None:
        """Delete what was not used for longest until the cache is within its limit."""
        # A name with a dot in front is somebody's draft, still being written.
        homes = (home for home in spare.parent.iterdir() if not home.name.startswith("."))
        kept = [home for home in homes if home.is_dir() and home != spare]
        sizes = {home: sum(file.stat().st_size for file in home.iterdir()) for home in kept}
        left = cache_limit() - sum(file.stat().st_size for file in spare.iterdir())
        for home in sorted(kept, key=lambda home: home.stat().st_mtime, reverse=True):
            left -= sizes[home]
            if left < 0:
                shutil.rmtree(home, ignore_errors=True)

    def cached(self, kind: str, key: str, build: Callable[[], Arrays]) -> Arrays:
        """The arrays kept under kind and key, or what `build` returns, kept for the next time.

        Written to a temporary folder and renamed, so a killed or cancelled build leaves nothing
        that is later taken for whole. A full disk costs the cache, not the result.
        """
        home = self.folder / "cache" / f"{kind}-{key}"
        if home.is_dir():
            with suppress(OSError):  # a cache that may only be read is still a cache
                os.utime(home)
            try:
                paths = sorted(home.glob("*.npy"))
                return {path.stem: np.load(path, mmap_mode="r") for path in paths}
            except (OSError, EOFError, ValueError):  # damaged: made anew, as if it were not there
                shutil.rmtree(home, ignore_errors=True)
        arrays = build()
        draft = home.with_name(f".{home.name}.{uuid.uuid4().hex}")
        try:
            draft.mkdir(parents=True)
            for name, array in arrays.items():
                save_array(array, draft / f"{name}.npy")
            os.replace(draft, home)
            self._forget_oldest(spare=home)
        except OSError as problem:
            if not home.is_dir():  # else another process finished the same work first
                warnings.warn(
                    f"{kind} was computed but could not be kept in {home.parent} "
                    f"({problem.strerror}). It is in use now and will be computed again next time; "
                    "free some space to avoid that.",
                    CacheNotSaved,
                    stacklevel=2,
                )
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return arrays


def cache_limit() -> int:
    """Bytes that the cache of a workspace may take: SECOND_LOOK_CACHE_GB, 20 unless set."""
    named = gigabytes("SECOND_LOOK_CACHE_GB")
    return 20 * 2**30 if named is None else named


def cache_key(*parts: object) -> str:
    """Short hash of whatever a result depends on: fingerprint, options, version of the code."""
    return blake2b(json.dumps(parts, sort_keys=True).encode(), digest_size=10).hexdigest()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn the system's refusals into a sentence that names the folder and the way out."""
    try:
        yield
    except PermissionError as problem:
        raise UserError(
            f"{folder} cannot be written: permission denied. Second Look keeps its own files "
            "there; name a folder of yours with --workspace."
        ) from problem
    except OSError as problem:
        raise UserError(
            f"{folder} cannot be written: {problem.strerror or problem}. Free some space or name "
            "another folder with --workspace; your own files were not touched."
        ) from problem
