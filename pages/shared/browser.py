"""Opens a browser on the machine that this runs on."""

import shutil
import subprocess
import sys
import webbrowser


def show(url: str) -> None:
    """Open the address, without a word of the browser's on the terminal."""
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        webbrowser.open(url)
        return
    silent = subprocess.DEVNULL
    subprocess.Popen([opener, url], stdin=silent, stdout=silent, stderr=silent)
