"""What a dataset is called, and the folder beside it."""

from pathlib import Path

from store.errors import UserError


def name_of(path: Path) -> str:
    """What a dataset is called: the file without its ending, or the folder as it is."""
    return path.name if path.is_dir() else path.stem


def default_workspace(path: Path) -> Path:
    """reviews.secondlook beside reviews.parquet, photos.secondlook beside the folder photos."""
    if path.name in ("", ".."):
        path = path.resolve()
    if not path.name:
        raise UserError(f"{path} is all of this machine. Name the folder with the data in it.")
    return path.with_name(f"{name_of(path)}.secondlook")
