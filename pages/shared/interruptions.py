"""What may not come between a reviewer and the card."""

import json

from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared.changing import pass_changed

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
        if scope["type"] != "http" or not scope["path"].endswith(HOST_CONFIG):
            return await self.app(scope, receive, send)
        return await pass_changed(
            self.app, scope, receive, send, kind="application/json", change=_without_dialogs
        )


def _without_dialogs(body: bytes) -> bytes:
    return json.dumps(json.loads(body) | {"blockErrorDialogs": True}).encode()
