"""The HTTP routes beside Streamlit's own, and what happens when the server starts."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
from starlette.middleware import Middleware
from starlette.routing import Route
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.server import server_util

from pages.shared import browser, component_files, login, picture_routes, review_routes, shelf
from pages.shared.ahead import Ahead
from pages.shared.explore import routes as explore_routes
from pages.shared.gate import OwnMachineOnly
from pages.shared.hosts import KnownHosts
from pages.shared.interruptions import NoErrorDialogs


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Open what the launcher named before the first visitor; scores follow in the background."""
    # Else Streamlit takes the folder pages/ for pages until the first visit, and a deep link that
    # comes first is told that its page does not exist.
    PagesManager.uses_pages_directory = False
    await anyio.to_thread.run_sync(shelf.open_from_environment)
    _show_browser()
    yield
    for project in shelf.opened():
        project.audit.cancel()
        for job in project.requested.values():
            job.cancel()


def _show_browser() -> None:
    """Open a browser where somebody said so (`--server.headless false`, as second-look open does).

    Streamlit itself opens none for an st.App. The server listens already.
    """
    if config.is_manually_set("server.headless") and not config.get_option("server.headless"):
        address = config.get_option("server.address") or "localhost"
        browser.show(server_util.get_url(server_util.get_display_address(address)))


ROUTES = [
    Route(route.path, login.for_reviewers(route.endpoint), methods=route.methods)
    for route in (
        *picture_routes.ROUTES,
        *component_files.ROUTES,
        *review_routes.ROUTES,
        *explore_routes.ROUTES,
    )
]
"""All of them behind the login, where there is one: none can be forgotten."""
MIDDLEWARE = [
    Middleware(OwnMachineOnly),
    Middleware(KnownHosts),
    Middleware(NoErrorDialogs),
    Middleware(Ahead),
]
"""Whom the server listens to, this machine or everybody who has logged in; then what it changes of
Streamlit's own answers."""
