"""Lets browsers load Streamlit's front end while the application behind it still starts.

Starting takes Python as long as loading takes the browser, and neither needs the other for it.
"""

import asyncio

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.front_end import ELEMENTS, element_urls, loading, static_folder

KINDS = {".js": "application/javascript", ".css": "text/css", ".woff2": "font/woff2"}
FOREVER = "public, immutable, max-age=31536000"
"""What Streamlit says of files with a hash in their names."""
OWN_NAMES = ("127.0.0.1", "localhost")
"""Under which a browser of this machine calls a server of this machine."""


class Door:
    """Answers at once what is the same for everybody; all else waits for the application.

    That is the document of the first page and the files that Streamlit sends to every browser, for
    whoever calls this machine by a name of its own. Once open, it hands on everything it is asked,
    so that nobody comes past what guards the application.
    """

    def __init__(self) -> None:
        folder = static_folder()
        self.files = {
            f"/{path.relative_to(folder).as_posix()}": path
            for path in (folder / "static").rglob("*")
            if path.suffix in KINDS
        }
        document = (folder / "index.html").read_bytes()
        self.document = loading(document, element_urls(*ELEMENTS[""]))
        self._app: ASGIApp = _gone
        self._is_settled = asyncio.Event()

    def open(self, app: ASGIApp) -> None:
        """The application is there: who waits comes in."""
        self._app = app
        self._is_settled.set()

    def close(self) -> None:
        """The server ends: who still waits for the application is sent away."""
        self._is_settled.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, without the messages of a lifespan."""
        answer = None if self._is_settled.is_set() else self._at_once(scope)
        if answer is not None:
            return await answer(scope, receive, send)
        await self._is_settled.wait()
        return await self._app(scope, receive, send)

    def _at_once(self, scope: Scope) -> Response | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        asked = Headers(scope=scope)
        if asked.get("host", "").partition(":")[0] not in OWN_NAMES or "range" in asked:
            return None
        if scope["path"] == "/":
            return _response(self.document, "text/html", keep="no-cache")
        file = self.files.get(scope["path"])
        return None if file is None else _response(file.read_bytes(), KINDS[file.suffix], FOREVER)


def _response(body: bytes, kind: str, keep: str) -> Response:
    return Response(body, media_type=kind, headers={"cache-control": keep})


async def _gone(scope: Scope, receive: Receive, send: Send) -> None:
    """What is behind the door when nothing came."""
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1012})
    ended = PlainTextResponse("The server has ended.\n", status_code=503)
    return await ended(scope, receive, send)
