"""The application in this process, behind a door that is open before it is there."""

import asyncio
import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import uvicorn
from starlette.types import ASGIApp
from uvicorn.lifespan.on import LifespanOn

from pages.shared import browser
from pages.shared.door import Door
from store.errors import UserError

HERE = "127.0.0.1"
HOUSE = Path(__file__).resolve().parents[2]
OWN_SETTINGS = HOUSE / ".streamlit" / "config.toml"
STARTUP_FAILURE = 3
"""uvicorn's exit code; the log says why."""


def serve(
    prepare: Callable[[], dict[str, str] | None],
    load: Callable[[], ASGIApp],
    *,
    address: str,
    port: int,
    show_browser: bool,
) -> bool:
    """Serve until somebody ends it. False, soon or at once: it has to be started the usual way.

    The door listens first. Behind it `prepare` says what the environment needs, or None where this
    is not the way, and `load` imports the application. What goes wrong in either is raised here.
    """
    if address != HERE or is_configured():
        return False
    listening = _listening(port)
    if show_browser:
        browser.show(f"http://{HERE}:{port}")

    def behind() -> ASGIApp | None:
        with _nothing_collected():
            environment = prepare()
            if environment is None:
                return None
            os.environ.update(environment)
            _set_up(port)
            return load()

    server = _Server(Door(), behind)
    try:
        with listening:
            server.run(sockets=[listening])
    except KeyboardInterrupt:  # raised once all has ended well
        if not server.has_opened:
            raise
    if server.problem is not None:
        raise server.problem
    return server.has_opened


def is_configured() -> bool:
    """Somebody has settings of their own for Streamlit's server (TLS, a path, a login, ...).

    Then Streamlit starts it: it knows what all of them mean.
    """
    homes = (Path.home(), Path.cwd(), HOUSE)
    names = ("config.toml", "secrets.toml")
    files = {home / ".streamlit" / name for home in homes for name in names}
    is_asked = any(name.startswith("STREAMLIT_") for name in os.environ)
    return is_asked or any(file.exists() for file in files - {OWN_SETTINGS})


def as_streamlit_does(app: ASGIApp, lifespan: Literal["on", "off"] = "on") -> uvicorn.Config:
    """uvicorn as Streamlit runs it where nobody says otherwise.

    Written down, because Streamlit itself takes too long to be asked before the door is open.
    """
    return uvicorn.Config(
        app,
        lifespan=lifespan,
        ws="websockets-sansio",
        ws_ping_interval=30,
        ws_ping_timeout=30,
        ws_max_size=200_000_000,
        ws_per_message_deflate=False,
        use_colors=False,
        access_log=False,
        log_level="warning",
    )


class _Server(uvicorn.Server):
    """Listens, and loads the application then."""

    def __init__(self, door: Door, behind: Callable[[], ASGIApp | None]) -> None:
        super().__init__(as_streamlit_does(door, "off"))
        self.door, self.behind = door, behind
        self.has_opened = False
        self.problem: BaseException | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loading = asyncio.create_task(self._load())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.door.close()
        await self._loading
        await super().shutdown(sockets)  # which ends the lifespan of the application

    async def _load(self) -> None:
        try:
            app = await asyncio.to_thread(self.behind)
            if app is None or self.should_exit:
                return
            self.lifespan = LifespanOn(as_streamlit_does(app))
            await self.lifespan.startup()
            if self.lifespan.should_exit:
                raise SystemExit(STARTUP_FAILURE)
            self.has_opened = True
            self.door.open(app)
        except (Exception, SystemExit) as problem:
            self.problem = problem
        finally:
            self.should_exit = self.should_exit or not self.has_opened


def _set_up(port: int) -> None:
    """What `streamlit run` does before it imports the application."""
    from streamlit import config
    from streamlit.web import bootstrap

    script = str(HOUSE / "app.py")
    settings = {
        "server.address": HERE,
        "server.port": port,
        "server.headless": True,  # a browser that is wanted has been opened
        "server.showEmailPrompt": False,
        "browser.gatherUsageStats": False,
    }
    config._main_script_path = script
    bootstrap.load_config_options(settings)
    bootstrap._prepare_asgi_app_run_context(script, [], settings)


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """Without garbage collection: what is imported stays, and is looked through again and again."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HERE, port), backlog=2048)
    except OSError as problem:
        told = f"Port {port} cannot be used ({problem.strerror}). Name another with --port."
        raise UserError(told) from None
