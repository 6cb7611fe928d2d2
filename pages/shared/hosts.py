"""Who may call this server: only browsers that know it by one of its own names."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared import login


def host_of(header: str) -> str:
    """A Host header without its port; [::1]:8501 becomes [::1]."""
    bare = header.strip().lower()
    return bare[: bare.find("]") + 1] if bare.startswith("[") else bare.split(":")[0]


class KnownHosts:
    """Refuses requests under a foreign name: by a rebound one any web page could read the data.

    The names are those of Streamlit's server.allowedHosts; "*" stands for every name,
    "*.example.com" for all of its kind. With a login, also the name that people come back to from
    logging in.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = dict(scope["headers"])
        host = host_of(headers.get(b"host", b"").decode("latin-1"))
        if _is_known(host):
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        refusal = PlainTextResponse(
            f"This server was called {host!r}, which is none of its names. "
            "Open it as localhost, or name the host with --server.allowedHosts.\n",
            status_code=421,
        )
        return await refusal(scope, receive, send)


def _is_known(host: str) -> bool:
    from streamlit import config

    names = [name.lower() for name in config.get_option("server.allowedHosts")]
    names += filter(None, [host_of(login.own_host())])
    return any(
        name in ("*", host) or (name.startswith("*.") and host.endswith(name[1:])) for name in names
    )
