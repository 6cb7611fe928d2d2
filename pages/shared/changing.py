"""Changes an answer of Streamlit's on its way to the browser."""

from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OF_THE_OLD = ("etag", "last-modified")
FOR_THE_OLD = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")
"""What would bring less than the whole answer, or one that cannot be read here."""


async def pass_changed(
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    *,
    kind: str,
    change: Callable[[bytes], bytes],
) -> None:
    """Let `app` answer; a body of this media type is sent as `change` makes it, others as it is."""
    headers = [header for header in scope["headers"] if header[0] not in FOR_THE_OLD]
    whole = {**scope, "headers": headers, "extensions": {}}
    await app(whole, receive, _Changed(send, kind, change))


class _Changed:
    """Holds a successful answer of one media type back until it is whole, and sends it changed."""

    def __init__(self, send: Send, kind: str, change: Callable[[bytes], bytes]) -> None:
        self.send, self.kind, self.change = send, kind, change
        self.start: Message | None = None
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_meant(message):
            self.start = message
        elif self.start is None or message["type"] != "http.response.body":
            await self.send(message)
        else:
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_all(self.start)

    async def _send_all(self, start: Message) -> None:
        body = self.change(self.body) if self.body else b""  # HEAD has none
        headers = MutableHeaders(raw=start["headers"])
        if self.body:
            headers["content-length"] = str(len(body))
        for name in OF_THE_OLD:
            del headers[name]
        await self.send(start)
        await self.send({"type": "http.response.body", "body": body})

    def _is_meant(self, start: Message) -> bool:
        kind = Headers(raw=start["headers"]).get("content-type", "")
        return start["status"] == 200 and kind.partition(";")[0] == self.kind
