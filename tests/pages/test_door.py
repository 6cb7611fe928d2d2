"""The door: Streamlit's front end at once, all else when the application is there."""

import asyncio
import threading
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from streamlit import file_util
from streamlit.web.bootstrap import _initialize_mimetypes
from streamlit.web.server.starlette.starlette_static_routes import (
    create_streamlit_static_assets_routes,
)

from pages.shared.ahead import Ahead
from pages.shared.door import KINDS, Door
from tests.pages.asking import ask

STATIC = Path(file_util.get_static_dir())
STREAMLIT = Starlette(
    routes=create_streamlit_static_assets_routes(base_url=None), middleware=[Middleware(Ahead)]
)


def one_file(kind: str) -> str:
    """The address of one of Streamlit's files of a kind."""
    return f"/{next((STATIC / 'static').rglob(f'*{kind}')).relative_to(STATIC).as_posix()}"


async def hello(_request):
    """What is asked of the application."""
    return PlainTextResponse("hello")


async def listen(socket):
    """A websocket of the application's."""
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


BEHIND = Starlette(
    routes=[
        WebSocketRoute("/_stcore/stream", listen),
        Route("/{path:path}", hello, methods=["GET", "POST"]),
    ]
)


@pytest.mark.parametrize("address", ["/", *map(one_file, KINDS)])
def test_the_front_end_is_there_before_the_application_as_streamlit_would_send_it(address):
    """Nobody has opened the door, and body, type and how long it keeps are Streamlit's own."""
    _initialize_mimetypes()
    told = ("content-type", "content-length", "cache-control")
    status, headers, body = ask(address, app=Door())
    expected = ask(address, app=STREAMLIT)

    assert status == expected[0] == 200
    assert {name: headers[name] for name in told} == {name: expected[1][name] for name in told}
    assert body == expected[2]


def answered(door: Door, *, before, **asked) -> tuple[bool, int, bytes]:
    """Whether a request waited for what happens `before`, its status and its body."""
    found: list[tuple[int, bytes]] = []

    def call() -> None:
        status, _, body = ask(app=door, **asked)
        found.append((status, body))

    caller = threading.Thread(target=call)
    caller.start()
    caller.join(0.2)
    waited = not found
    before()
    caller.join(60)
    return waited, *found[0]


class Bell:
    """A door in the loop of its caller, settled from another thread."""

    def __init__(self) -> None:
        self.door, self.loops = Door(), []

    async def __call__(self, scope, receive, send) -> None:
        self.loops.append(asyncio.get_running_loop())
        await self.door(scope, receive, send)

    def ring(self, what, *given) -> None:
        """Call it where the door's waiting happens."""
        self.loops[0].call_soon_threadsafe(what, *given)


WAITING = [
    {"path": "/_stcore/health"},
    {"path": "/review?dataset=abc"},
    {"path": "/media/0123.png"},
    {"path": "/static/nosuch.js"},
    {"path": "/static/../index.html"},
    {"path": "/", "method": "POST"},
    {"path": "/", "host": "rebound.example:8501"},
    {"path": one_file(".js"), "host": "rebound.example"},
    {"path": one_file(".js"), "headers": {"range": "bytes=0-9"}},
]


@pytest.mark.parametrize("asked", WAITING, ids=str)
def test_all_else_waits_and_is_answered_by_the_application(asked):
    """Foreign names as well: what guards the application says what they get."""
    bell = Bell()

    def open_it() -> None:
        bell.ring(bell.door.open, BEHIND)

    assert answered(bell, before=open_it, **asked) == (True, 200, b"hello")


def test_who_waits_when_the_server_ends_is_sent_away():
    """Else the process would wait for them and they for it."""
    bell = Bell()

    def close_it() -> None:
        bell.ring(bell.door.close)

    waited, status, _ = answered(bell, before=close_it, path="/_stcore/health")

    assert (waited, status) == (True, 503)


@pytest.mark.parametrize("address", ["/", one_file(".js")])
def test_an_open_door_hands_on_everything(address):
    """Its own files too."""
    door = Door()
    door.open(BEHIND)

    assert ask(address, app=door)[2] == b"hello"


@pytest.mark.parametrize(
    ("what", "sent"), [("open", "websocket.accept"), ("close", "websocket.close")]
)
def test_a_websocket_waits(what, sent):
    """It is accepted by the application, or closed when there is none."""
    door, messages = Door(), []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        messages.append(message["type"])

    async def come_and_wait() -> bool:
        scope = {"type": "websocket", "path": "/_stcore/stream", "headers": [], "query_string": b""}
        visit = asyncio.create_task(door(scope, receive, send))
        await asyncio.sleep(0.05)
        waited = not messages
        door.open(BEHIND) if what == "open" else door.close()
        await visit
        return waited

    found: list[bool] = []
    visitor = threading.Thread(target=lambda: found.append(asyncio.run(come_and_wait())))
    visitor.start()
    visitor.join(60)

    assert found == [True]
    assert messages[0] == sent
