"""What may not come between a reviewer and the card."""

import json

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST_CONFIG = "/_stcore/host-config"
"""Where a browser learns from Streamlit what the page around it wants to do by itself."""


class NoErrorDialogs:
    """Lets no dialog of Streamlit's take the keyboard when its connection is lost.

    It would come seconds after a cut and swallow every key, while the card needs no connection to
    go on: it says itself what is not saved yet. On every page a line in the corner (style.css)
    says that the connection is lost.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(HOST_CONFIG):
            plain = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
            scope, send = {**scope, "headers": plain}, _Changed(send)
        await self.app(scope, receive, send)


class _Changed:
    """Holds an answer in JSON back until it is whole, and sends it with dialogs forbidden."""

    def __init__(self, send: Send) -> None:
        self.send, self.body = send, b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        if self.start["status"] == 200 and self.body:
            self.body = json.dumps(json.loads(self.body) | {"blockErrorDialogs": True}).encode()
            MutableHeaders(raw=self.start["headers"])["content-length"] = str(len(self.body))
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": self.body})
