"""What is told of a workspace at the first glance, without anything that takes long to import."""

import json
from pathlib import Path
from typing import Any


def seems_kept(path: Path, workspace: Path) -> bool:
    """The workspace was made from this path, and no file it was made from has changed since.

    Whether opening would use it, `store.opening.is_kept` says: it also knows what is asked for,
    what came to lie beside the data, and what is in a folder.
    """
    try:
        text = (workspace.expanduser() / "project.json").read_text(encoding="utf-8")
        project: dict[str, Any] = json.loads(text)
        stamps = project["files"].items()
        return project["source"] == str(path.expanduser().resolve()) and all(
            _stamp(Path(file)) == stamp for file, stamp in stamps if not Path(file).is_dir()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def _stamp(file: Path) -> list[int]:
    facts = file.stat()
    return [facts.st_size, facts.st_mtime_ns]
