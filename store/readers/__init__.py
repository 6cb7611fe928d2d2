"""From the user's files to a Dataset: formats, roles, labels, arrays, each in a file of its own.

A new format is one new file here with a FORMAT or a FOLDER in it (see formats.py).
"""

from dataclasses import replace
from pathlib import Path

from store.dataset import Dataset, Roles
from store.errors import UserError
from store.naming import name_of
from store.progress import Progress, silent
from store.readers.content import content_of
from store.readers.folder import home_of
from store.readers.ids import check_ids
from store.readers.labels import given_labels, shared_truth
from store.readers.media_roots import roots_named
from store.readers.request import Guess, Preview, Request
from store.readers.retrieval import is_retrieval, preview_retrieval
from store.readers.roles import check_columns, guess_roles, source_of
from store.readers.sniffing import load
from store.readers.vectors import embeddings_of, pictures_of, pred_probs_of

__all__ = ["Guess", "Preview", "Request", "preview", "read"]

_NOTHING_NAMED = Request()
COLUMNS = ("id", "label", "text", "truth", "trusted")
"""Roles that a column plays as it is."""


def preview(path: Path, request: Request = _NOTHING_NAMED) -> Preview:
    """What a file or folder holds and what would be used, from its first rows: fast, for a form.

    A label that is not found is a guess without a choice here, and an error in `read`.
    Raises UserError where the file cannot be read or lacks what the request names.
    """
    path = _named(path)
    if is_retrieval(path, request):
        found = preview_retrieval(path, request)
        return Preview({}, None, found.guesses, parts=found.counts)
    raw = load(path, request, first_rows=True)
    columns = {field.name: str(field.type) for field in raw.table.schema}
    guesses = guess_roles(raw, request, path) + raw.notes
    return Preview(columns, raw.rows, guesses, tuple(raw.arrays))


def read(
    path: Path, request: Request = _NOTHING_NAMED, *, progress: Progress = silent
) -> tuple[Dataset, tuple[Guess, ...]]:
    """The dataset in a file or folder, without computed embeddings, and how its parts were found.

    Raises UserError for everything in it that a user has to mend.
    """
    path = _named(path)
    if request.encoder and request.embeddings:
        raise UserError(
            f"Both embeddings ({request.embeddings}) and an encoder ({request.encoder}) were "
            "named, but an encoder is for data without embeddings. Leave one of them out."
        )
    progress("reading", 0, 0)
    raw = load(path, request, progress=progress)
    guesses = {guess.role: guess for guess in guess_roles(raw, request, path)}
    found = {
        role: None if guess.choice is None else source_of(role, guess.choice, raw, path)
        for role, guess in guesses.items()
    }
    if found["label"] is None:
        raise UserError(
            f"{path.name} has no label column that could be told by its name "
            f"({guesses['label'].because}). Name one with --label. "
            f"The columns are: {', '.join(raw.table.column_names)}."
        )
    check_columns(raw.table, {role: guess.choice for role, guess in guesses.items()})
    table, classes, labels = given_labels(raw, guesses["label"].choice, guesses["truth"].choice)
    guesses["truth"] = shared_truth(table, classes, guesses["truth"], request)
    if guesses["id"].choice is not None:
        check_ids(table[guesses["id"].choice], guesses["id"].choice)
    embeddings = embeddings_of(found["embeddings"], table)
    names = raw.column_classes.get(str(guesses["label"].choice), raw.class_names)
    pred_probs, guesses["pred_probs"] = pred_probs_of(
        found["pred_probs"], table, classes, names, guesses["pred_probs"], request
    )
    images, guesses["image"] = pictures_of(found["image"], table, guesses["image"])
    home, media_roots = home_of(path), roots_named(request.media_roots)
    folders = (home, *media_roots)
    roles = Roles(**{role: guesses[role].choice for role in COLUMNS})
    if images is None:
        roles = replace(roles, image=guesses["image"].choice)
    dataset = Dataset(
        name=name_of(path),
        table=table,
        roles=roles,
        classes=classes,
        labels=labels,
        content=content_of(table, roles, images, embeddings, folders, progress=progress),
        embeddings=embeddings,
        pred_probs=pred_probs,
        images=images,
        root=None if roles.image is None else home.resolve(),
        media_roots=() if roles.image is None else media_roots,
    )
    return dataset, tuple(guesses.values()) + raw.notes


def _named(path: Path) -> Path:
    """The path with a name at its end: "." has none, but messages and arrays beside it need one."""
    path = Path(path)
    return path if path.name else path.resolve()
