"""Which column or array plays which role: the user's choice, else its name, else nothing."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from store.errors import UserError
from store.naming import name_of
from store.readers.arrays import ArraySource, arrays_in
from store.readers.folder import home_of
from store.readers.formats import Raw
from store.readers.naming import NAMES, all_by_name, all_by_word
from store.readers.request import ARRAY_ROLES, COLUMN_ROLES, NONE, Guess, Request
from store.readers.values import (
    is_bytes,
    is_category,
    is_name,
    is_nested,
    is_numbers,
    is_picture,
    is_text,
    is_yes_or_no,
)

FITS: dict[str, Callable[[pa.ChunkedArray], bool]] = {
    "id": is_name,
    "label": is_category,
    "text": is_text,
    "image": is_picture,
    "truth": is_category,
    "trusted": is_yes_or_no,
    "embeddings": is_numbers,
    "pred_probs": is_numbers,
}
"""Whether the type and the first values of a column fit a role."""
AXES = {"embeddings": (2,), "pred_probs": (2,), "image": (3, 4)}
"""How many axes an array has that plays a role."""


def guess_roles(raw: Raw, request: Request, path: Path) -> tuple[Guess, ...]:
    """One guess for every role, in the order of Request; nothing is opened but array headers.

    Raises UserError for a column or an array that was named and is not there.
    """
    guesses: list[Guess] = []
    taken = {request.named(role) for role in COLUMN_ROLES} | set(raw.known.values())
    for role in (*COLUMN_ROLES, *ARRAY_ROLES):
        named = request.named(role)
        if named == NONE:
            guesses.append(Guess(role, None, "you chose to have none", _fitting(role, raw)))
        elif named is not None:
            source_of(role, named, raw, path)
            guesses.append(Guess(role, named, "you named it", _fitting(role, raw)))
        elif role == "embeddings" and request.encoder:
            why = f"{request.encoder} is to compute them"
            guesses.append(Guess(role, None, why, _fitting(role, raw)))
        elif role in raw.known:
            why = "the format says so"
            guesses.append(Guess(role, raw.known[role], why, _fitting(role, raw)))
            taken.add(guesses[-1].choice)
        else:
            guesses.append(_by_name(role, raw, path, taken))
            taken.add(guesses[-1].choice)
    return tuple(guesses)


def source_of(role: str, named: str, raw: Raw, path: Path) -> str | ArraySource:
    """What a name means: a column of the table, an array beside it in the .npz, or one in a file.

    Raises UserError where it is none of these.
    """
    if named in raw.table.column_names:
        return named
    if role not in AXES:
        left_out = (
            f" {named!r} was left out: {raw.left_out[named]}." if named in raw.left_out else ""
        )
        raise UserError(
            f"There is no column {named!r} to use as {role}.{left_out} "
            f"{path.name} has: {', '.join(raw.table.column_names)}. Name one with --{role}."
        )
    if named in raw.arrays:
        return raw.arrays[named]
    file, key = array_file(named, path)
    if file is None:
        option = role.replace("_", "-")
        have = ", ".join((*raw.table.column_names, *raw.arrays))
        raise UserError(
            f"{named!r} is neither a column or array of {path.name} ({have}) nor a file. "
            f"Name one with --{option}: a column, a .npy file, or file.npz:key."
        )
    return _array_of(role, file, key, raw)


def check_columns(table: pa.Table, choices: dict[str, str | None]) -> None:
    """Raise UserError for a column named for a role that its type cannot play."""
    text, image = choices["text"], choices["image"]
    for role in ("truth", "trusted"):
        column = choices[role]
        if column is not None and not is_category(table[column]):
            raise UserError(
                f"column {column!r} holds {table[column].type}, which are no classes to use as "
                f"{role}. Name a column of words, whole numbers or true and false with --{role}."
            )
    if text is not None and (is_nested(table[text]) or is_bytes(table[text])):
        raise UserError(
            f"column {text!r} holds {table[text].type}, which is no text to read. "
            "Name a column of text with --text."
        )
    if image in table.column_names and not (is_text(table[image]) or is_bytes(table[image])):
        raise UserError(
            f"column {image!r} holds {table[image].type}; pictures are paths relative to the "
            "table's folder, or bytes of picture files. Name such a column with --image."
        )


def array_file(named: str, path: Path) -> tuple[Path | None, str]:
    """The file and the key meant by "file.npy" or "file.npz:key", from here or beside the table."""
    for text, key in ((named, ""), named.rsplit(":", 1) if ":" in named else (named, "")):
        for file in (Path(text).expanduser(), home_of(path) / text):
            if file.suffix.lower() in (".npy", ".npz") and file.is_file():
                return file.resolve(), key
    return None, ""


def beside(role: str, path: Path) -> list[Path]:
    """Files that are found by name: reviews.embeddings.npy, embeddings.npy beside the table.

    For a folder: photos.embeddings.npy beside it, embeddings.npy in it.
    """
    places = (path.parent / f"{name_of(path)}.{role}.npy", home_of(path) / f"{role}.npy")
    return [place for place in places if place.is_file()] if role in ARRAY_ROLES else []


def _array_of(role: str, file: Path, key: str, raw: Raw) -> ArraySource:
    found = arrays_in(file)
    if key in found:
        return found[key]
    listed = ", ".join(f"{name} {source.shape}" for name, source in found.items()) or "nothing"
    if key:
        raise UserError(f"{file.name} has no array {key!r}; it holds {listed}.")
    fitting = [name for name, source in found.items() if _fits(role, source, raw)]
    fitting = all_by_name(role, fitting)[:1] or fitting
    if len(fitting) != 1:
        raise UserError(
            f"{file.name} holds {listed}; "
            f"{'several' if fitting else 'none'} could be {role} of {raw.rows or 0:,} rows. "
            f"Name one as {file.name}:key."
        )
    return found[fitting[0]]


def _fits(role: str, source: ArraySource, raw: Raw) -> bool:
    rows_fit = raw.rows is None or source.shape[:1] == (raw.rows,)
    return rows_fit and len(source.shape) in AXES[role] and source.numeric


def _fitting(role: str, raw: Raw) -> tuple[str, ...]:
    columns = [name for name in raw.table.column_names if FITS[role](raw.table[name])]
    if role in AXES:
        columns += [name for name, source in raw.arrays.items() if _fits(role, source, raw)]
    return tuple(columns)


def _by_name(role: str, raw: Raw, path: Path, taken: set[str | None]) -> Guess:
    fitting = _fitting(role, raw)
    free = [name for name in fitting if name not in taken]
    exact, similar = all_by_name(role, free), all_by_word(role, free)
    if exact:
        others = [name for name in exact[1:] + similar if name not in exact[:1]]
        also = f"; it could also be {', '.join(others)}" if others else ""
        return Guess(role, exact[0], f"it goes by the name of {role}{also}", fitting)
    if len(similar) == 1:
        return Guess(role, similar[0], f"no other column has a name like {role}", fitting)
    if similar:
        why = f"it could be {', '.join(similar)}: name one"
        return Guess(role, None, why, fitting)
    for file in beside(role, path):
        source = arrays_in(file)[""]
        if _fits(role, source, raw):
            return Guess(role, str(file), "it lies beside the table", (*fitting, str(file)))
        why = f"{file.name} lies beside the table, but has shape {source.shape}: left out"
        return Guess(role, None, why, fitting)
    wanted = ", ".join(NAMES[role][:3])
    return Guess(role, None, f"nothing that fits is called {wanted} or the like", fitting)
