"""Which format data is in: told from its content, and reported where the ending says another."""

from dataclasses import replace
from pathlib import Path

from store.errors import UserError
from store.progress import Progress, silent
from store.readers.folder import files_in, folders_in, is_workspace
from store.readers.formats import FolderFormat, Format, Raw, all_folder_formats, all_formats
from store.readers.plain import plain
from store.readers.request import Request
from store.readers.retrieval.layouts import all_layouts
from store.readers.signatures import known_as

HEAD = 65_536
"""Bytes looked at to tell what a file is: a Parquet or NumPy file says so in the first eight."""
NAMED = 8
"""So many files or columns an error names."""


def load(
    path: Path, request: Request, *, first_rows: bool = False, progress: Progress = silent
) -> Raw:
    """Read data with the format its content shows. Raises UserError when its ending disagrees."""
    raw = format_of(path).load(path, request, first_rows, progress)
    names = raw.table.column_names
    if len(raw.table) == 0 or not names:
        raise UserError(
            f"{path.name} has no rows{' under its header' if names else ''} "
            f"({', '.join(names[:NAMED]) or 'no columns'}). At least one example was expected; "
            "export it again."
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UserError(
            f"{path.name} has more than one column called {', '.join(map(repr, twice))}. "
            "Every column needs a name of its own; rename them in the file."
        )
    return replace(raw, table=plain(raw.table))


def format_of(path: Path) -> Format | FolderFormat:
    """The format of data. Raises UserError for none, an unknown one, or a misleading ending."""
    if path.is_dir():
        return _format_of_folder(path)
    head = _first_bytes(path)
    formats = all_formats()
    by_content = next((one for one in formats if one.recognises(head)), None)
    by_ending = [one for one in formats if path.suffix.lower() in one.endings]
    if by_content is None:
        endings = dict.fromkeys(ending for one in formats for ending in one.endings)
        expected = f"although it ends in {path.suffix}" if by_ending else "expected was "
        raise UserError(
            f"{path.name} is {known_as(head) or _unknown(head)}, {expected}"
            f"{'' if by_ending else ', '.join(endings)}. "
            "Export your table as CSV, Parquet or JSON Lines and open that file."
        )
    if by_ending and by_content not in by_ending:
        raise UserError(
            f"{path.name} ends in {path.suffix} ({by_ending[0].title}) but holds "
            f"{by_content.title}. Rename it to {path.stem}{by_content.endings[0]}, or export it "
            "again."
        )
    return by_content


def _format_of_folder(path: Path) -> FolderFormat:
    if is_workspace(path):
        raise UserError(
            f"{path} is a workspace of Second Look. Open the table it was made from, "
            "and the workspace is used by itself."
        )
    found = [one for one in all_folder_formats() if one.recognises(path)]
    if len(found) == 1:
        return found[0]
    files = files_in(path)
    endings = {ending for one in all_formats() for ending in one.endings}
    tables = [name for name in files if Path(name).suffix.lower() in endings]
    if found:
        raise UserError(
            f"{path} holds {' and '.join(one.title for one in found)}. Open the one that is meant: "
            f"{_some(tables)}, or a folder with one of them alone."
        )
    inner = [name for name in folders_in(path)[:50] if _is_data(path / name)]
    raise UserError(
        f"{path} is a folder. Open a table in it: {_some(tables) or 'a .csv or .parquet file'}; "
        f"or a folder that is {' or '.join(_folder_titles())}"
        f"{f', such as {_some(inner)} in it' if inner else ''}. "
        f"It holds {_some([*files, *folders_in(path)]) or 'nothing'}."
    )


def _folder_titles() -> list[str]:
    layouts = [layout.title for layout in all_layouts() if layout.is_folder]
    return [one.title for one in all_folder_formats()] + layouts


def _is_data(folder: Path) -> bool:
    try:
        is_table = any(one.recognises(folder) for one in all_folder_formats())
        return is_table or any(layout.recognises(folder) for layout in all_layouts())
    except UserError:  # it may not be read, which matters only to who opens it
        return False


def _first_bytes(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise UserError(
                f"{path} is neither a file nor a folder (a pipe or a device, perhaps). "
                "Save what comes out of it to a file and open that."
            )
        with path.open("rb") as file:
            head = file.read(HEAD)
    except FileNotFoundError as problem:
        raise UserError(f"There is no file {path}. Check the path and its spelling.") from problem
    except (OSError, ValueError) as problem:  # ValueError: a path with a zero byte
        told = getattr(problem, "strerror", None) or problem
        raise UserError(
            f"{path} cannot be read ({told}). Give yourself permission to read it, "
            "or copy it to a folder of yours."
        ) from problem
    if not head.strip():
        raise UserError(
            f"{path.name} is empty ({path.stat().st_size} bytes). "
            "A table with a header and at least one row was expected; export it again."
        )
    return head


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


def _unknown(head: bytes) -> str:
    return f"no table that is known here (it starts with the bytes {head[:4].hex(' ')})"
