"""The routes, called as a server calls them."""

import asyncio
import json
import threading
from typing import Any

from starlette.applications import Starlette

from pages.shared import routes

APP = Starlette(routes=routes.ROUTES, middleware=routes.MIDDLEWARE)
OURS = {"x-second-look": "review", "content-type": "application/json"}


def ask(
    path: str,
    *,
    method: str = "GET",
    host: str = "127.0.0.1:8501",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
    app: Starlette = APP,
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a request."""
    address, _, query = path.partition("?")
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "method": method,
        "path": address,
        "raw_path": address.encode(),
        "query_string": query.encode(),
        "headers": [
            (name.encode(), value.encode())
            for name, value in {"host": host, **(headers or {})}.items()
        ],
        "scheme": "http",
        "server": ("127.0.0.1", 8501),
    }

    whole = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return whole.pop() if whole else await asyncio.Future()  # who called stays and listens

    async def send(message: Any) -> None:
        sent.append(message)

    # In a thread of its own: a browser test before this one keeps a loop in the main thread.
    caller = threading.Thread(target=lambda: asyncio.run(app(scope, receive, send)))
    caller.start()
    caller.join(60)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(part.get("body", b"") for part in sent[1:])


def post(path: str, facts: object, **headers: str) -> tuple[int, Any]:
    """Status and answer of a request of the review page; JSON where it is JSON, else text."""
    body = json.dumps(facts).encode()
    status, answered, text = ask(path, method="POST", headers=OURS | headers, body=body)
    if answered["content-type"] == "application/json":
        return status, json.loads(text)
    return status, text.decode()
