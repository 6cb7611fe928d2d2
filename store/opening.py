"""Open a dataset: from its workspace if nothing has changed, else read, embedded and kept."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from store.dataset import Dataset
from store.encoders import embed
from store.errors import UserError
from store.naming import default_workspace
from store.pair_dataset import pair_dataset
from store.pairs import Pairs
from store.progress import Progress, silent
from store.readers import Guess, Request, read
from store.readers.folder import home_of, stamp_of
from store.readers.media_roots import roots_named
from store.readers.request import RETRIEVAL_ROLES
from store.readers.retrieval import is_retrieval, other_files, read_retrieval
from store.readers.roles import array_file, beside
from store.readers.sniffing import format_of
from store.retrieval import Retrieval
from store.side_vectors import with_embeddings
from store.spool import spooling
from store.workspace import Workspace
from store.workspace_folder import place_for

VERSION = 2
"""Raise it when the same file would now be read or embedded differently: it is then read again."""
_NOTHING_NAMED = Request()


class PairUp(Protocol):
    """Finds the candidate pairs of a retrieval set whose two sides have embeddings."""

    def __call__(self, retrieval: Retrieval, *, progress: Progress) -> Pairs: ...


@dataclass(frozen=True)
class Opened:
    """A dataset, the folder it is kept in, how its parts were found, and where it came from."""

    workspace: Workspace
    dataset: Dataset
    guesses: tuple[Guess, ...]
    source: str


def open_dataset(
    path: Path,
    request: Request = _NOTHING_NAMED,
    *,
    workspace: Path | None = None,
    pair_up: PairUp | None = None,
    progress: Progress = silent,
) -> Opened:
    """The dataset in a file or folder, embedded where its rows show something to do that from.

    The workspace is used as it is while the files and the request stay the same; otherwise the
    dataset in it is replaced, and its decisions stay. A request that names nothing means what was
    named when the file was opened before. Raises UserError for what the user has to mend; then,
    and when cancelled, no new folder is left behind.
    pair_up: finds the candidate pairs of a retrieval set; without it there is none to be opened.
    """
    path = Path(path).expanduser().resolve()
    if path.is_dir() and not is_retrieval(path, request):
        format_of(path)  # told at once, and not after all files below a home folder were listed
    space = Workspace(Path(workspace or default_workspace(path)).expanduser().resolve())
    request, state = _wanted(space, path, request)
    kept = _kept(space, state)
    if kept is not None:
        return kept
    with place_for(space.folder), spooling(space.folder):
        if is_retrieval(path, request):
            if pair_up is None:
                raise TypeError(f"{path} is a retrieval set, and nobody said how to find its pairs")
            retrieval, guesses = read_retrieval(path, request, progress=progress)
            retrieval, how = with_embeddings(retrieval, request.encoder, progress=progress)
            dataset = pair_dataset(retrieval.name, pair_up(retrieval, progress=progress))
            return _keep(space, dataset, guesses, state, how, progress)
        dataset, guesses = read(path, request, progress=progress)
        how = next((guess.choice for guess in guesses if guess.role == "embeddings"), None)
        dataset, how = _embedded(dataset, request.encoder, how, progress)
        return _keep(space, dataset, guesses, state, how, progress)


def is_kept(path: Path, request: Request, workspace: Path) -> bool:
    """The workspace holds exactly what this request asks for: opening would change nothing."""
    path, space = Path(path).expanduser().resolve(), Workspace(workspace.expanduser().resolve())
    _, state = _wanted(space, path, request)
    return _holds(space, state)


def open_in_memory(dataset: Dataset, workspace: Path, *, progress: Progress = silent) -> Opened:
    """A dataset made in memory (the built-in example), embedded and kept like any other."""
    space = Workspace(Path(workspace).expanduser().resolve())
    state: dict[str, Any] = {
        "source": dataset.name,
        "files": {"fingerprint": dataset.fingerprint},
        "request": {},
        "version": VERSION,
    }
    kept = _kept(space, state)
    if kept is not None:
        return kept
    with place_for(space.folder):
        dataset, how = _embedded(dataset, None, None, progress)
        return _keep(space, dataset, (), state, how, progress)


def _embedded(
    dataset: Dataset, encoder: str | None, how: str | None, progress: Progress
) -> tuple[Dataset, str | None]:
    """With vectors where its rows show something to make them of, and how they came about."""
    if dataset.embeddings is not None or dataset.pairs is not None or dataset.media == "none":
        return dataset, how
    vectors, how = embed(dataset, encoder, progress=progress)
    return replace(dataset, embeddings=vectors), how


def _wanted(space: Workspace, path: Path, request: Request) -> tuple[Request, dict[str, Any]]:
    """The request in full, and the facts that a workspace made from it remembers."""
    if request == _NOTHING_NAMED and space.exists:
        project = space.project()
        if project.get("source") == str(path):
            request = Request(**project["request"])
    request = _absolute(request, path)
    return request, {
        "source": str(path),
        "files": _files(path, request),
        "request": _remembered(request),
        "version": VERSION,
    }


def _holds(space: Workspace, state: dict[str, Any]) -> bool:
    if not space.exists:
        return False
    project = space.project()
    return all(project.get(name) == value for name, value in state.items())


def _kept(space: Workspace, state: dict[str, Any]) -> Opened | None:
    """What the workspace holds, if it was made from exactly this and is whole."""
    if not _holds(space, state):
        return None
    try:
        dataset = space.load()
    except UserError:  # a file of it is lost or damaged: all of it is made anew
        return None
    project = space.project()
    guesses = tuple(
        Guess(**{**guess, "candidates": tuple(guess["candidates"])}) for guess in project["guesses"]
    )
    return Opened(space, dataset, guesses, project["source"])


def _keep(
    space: Workspace,
    dataset: Dataset,
    guesses: tuple[Guess, ...],
    state: dict[str, Any],
    embeddings_from: str | None,
    progress: Progress,
) -> Opened:
    progress("saving", 0, 0)
    told = [asdict(guess) for guess in guesses]
    space.save(dataset, **state, guesses=told, embeddings_from=embeddings_from)
    return Opened(space, space.load(), guesses, state["source"])


def _absolute(request: Request, path: Path) -> Request:
    """The request with array files and folders by their full path: it means the same elsewhere."""
    changed: dict[str, str] = {}
    for role in ("image", "embeddings", "pred_probs"):
        named = request.named(role)
        file, key = array_file(named, path) if named else (None, "")
        if file is not None:
            changed[role] = f"{file}:{key}" if key else str(file)
    runs = tuple(_found(run, path) for run in request.runs)
    scores = request.cross_encoder and _found(request.cross_encoder, path)
    roots = tuple(map(str, roots_named(request.media_roots)))
    return replace(request, **changed, runs=runs, cross_encoder=scores, media_roots=roots)


def _found(file: str, path: Path) -> str:
    """A file by its full path, from here or from the folder of the data; as named if in neither."""
    places = (Path(file).expanduser(), home_of(path) / file)
    return next((str(place.resolve()) for place in places if place.is_file()), file)


def _remembered(request: Request) -> dict[str, Any]:
    """The request as JSON has it; what came later than the rest only where it was named, so that a
    workspace from before is still what it was."""
    told = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in asdict(request).items()
    }
    return {
        role: value
        for role, value in told.items()
        if value or role not in (*RETRIEVAL_ROLES, "media_roots")
    }


def _files(path: Path, request: Request) -> dict[str, list[int]]:
    """Size and time of change of every file that the dataset is made from; a folder's stamp."""
    files = [path, *beside("embeddings", path), *beside("pred_probs", path), *other_files(path)]
    files += [Path(file) for file in (*request.runs, request.cross_encoder) if file]
    for role in ("image", "embeddings", "pred_probs"):
        named = request.named(role)
        file, _ = array_file(named, path) if named else (None, "")
        files += [] if file is None else [file]
    # A file that is missing or may not be read is for the reader to explain.
    there = [file for file in files if file.is_file()]
    stamps = {str(file): [file.stat().st_size, file.stat().st_mtime_ns] for file in there}
    return stamps | ({str(path): stamp_of(path)} if path.is_dir() else {})
