"""Put the application's folder on the path, then run its command line.

The folder is this one in an installed copy and its parent in a checkout.
"""

import sys
from pathlib import Path
from typing import Any


def house() -> Path:
    """The folder that holds app.py, engine, index, pages and store."""
    here = Path(__file__).resolve().parent
    return here if (here / "engine").is_dir() else here.parent


def main() -> None:
    """Entry point of the command `second-look`."""
    sys.path.insert(0, str(house()))
    from engine.__main__ import main as command_line

    command_line(door=_door)


def _door(prepare: Any, **place: Any) -> bool:
    """The screens for the command line, which may not import them itself."""
    from pages.shared.doorway import serve

    return serve(prepare, _app, **place)


def _app() -> Any:
    from app import app

    return app


if __name__ == "__main__":
    main()
