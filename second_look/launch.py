"""Put the application's folder on the path, then run its command line.

The folder is this one in an installed copy and its parent in a checkout.
"""

import sys
from pathlib import Path


def house() -> Path:
    """The folder that holds app.py, engine, index, pages and store."""
    here = Path(__file__).resolve().parent
    return here if (here / "engine").is_dir() else here.parent


def main() -> None:
    """Entry point of the command `second-look`."""
    sys.path.insert(0, str(house()))
    from engine.__main__ import main as command_line

    command_line()


if __name__ == "__main__":
    main()
