"""The application in the process of the command: when, how it begins, how it ends."""

import socket
import threading
import time
import urllib.error
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_server import _get_uvicorn_config_kwargs

from pages.shared import doorway
from store.errors import UserError


class Served:
    """`serve` in a thread, with what it answered or raised."""

    def __init__(self, prepare, load) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.answer, self.problem = None, None
        self.thread = threading.Thread(target=self._serve, args=(prepare, load))
        self.thread.start()

    def _serve(self, prepare, load) -> None:
        try:
            self.answer = doorway.serve(
                prepare, load, address="127.0.0.1", port=self.port, show_browser=False
            )
        except BaseException as problem:
            self.problem = problem

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body, as soon as it listens."""
        for _ in range(500):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}") as page:
                    return page.status, page.read()
            except urllib.error.HTTPError as refusal:
                return refusal.code, refusal.read()
            except OSError:
                time.sleep(0.02)
        raise AssertionError("It does not listen")

    def wait(self) -> None:
        """Until it has ended."""
        self.thread.join(60)
        assert not self.thread.is_alive()


@pytest.fixture
def unconfigured(monkeypatch, tmp_path):
    """Somebody who has said nothing to Streamlit, in a folder of theirs; nothing is set up."""
    for folder in ("home", "work"):
        (tmp_path / folder).mkdir()
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    monkeypatch.chdir(tmp_path / "work")
    for name in ("STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(doorway, "_set_up", lambda port: None)
    return tmp_path


@pytest.fixture
def servers(monkeypatch):
    """The servers that were made."""
    made = []

    class Noticed(doorway._Server):
        def __init__(self, *given) -> None:
            super().__init__(*given)
            made.append(self)

    monkeypatch.setattr(doorway, "_Server", Noticed)
    return made


def test_it_listens_while_the_data_is_looked_at_and_ends_what_it_began(
    unconfigured, servers, monkeypatch
):
    """The document is there, a question waits for `prepare`; in the end the lifespan is ended."""
    looked, happened = threading.Event(), []
    monkeypatch.setenv("SECOND_LOOK_WORKSPACES", "")

    @asynccontextmanager
    async def lifespan(_app):
        happened.append("begun")
        yield
        happened.append("ended")

    async def where(_request):
        return PlainTextResponse(doorway.os.environ["SECOND_LOOK_WORKSPACES"])

    def prepare():
        looked.wait(60)
        return {"SECOND_LOOK_WORKSPACES": "/some/where"}

    served = Served(prepare, lambda: Starlette(routes=[Route("/where", where)], lifespan=lifespan))
    document, answers = served.get("/"), []
    asker = threading.Thread(target=lambda: answers.append(served.get("/where")))
    asker.start()
    asker.join(0.3)
    waited = not answers and not happened
    looked.set()
    asker.join(60)
    servers[0].should_exit = True
    served.wait()

    assert document[0] == 200
    assert b"modulepreload" in document[1]
    assert waited
    assert answers == [(200, b"/some/where")]
    assert happened == ["begun", "ended"]
    assert (served.answer, served.problem) == (True, None)


def test_a_workspace_that_is_stale_after_all_is_opened_the_usual_way(unconfigured):
    """The door is closed again, and nothing was loaded."""
    loaded = []
    served = Served(lambda: None, lambda: loaded.append("app"))
    served.wait()

    assert (served.answer, served.problem, loaded) == (False, None, [])
    with socket.socket() as again:
        assert again.connect_ex(("127.0.0.1", served.port)) != 0


@pytest.mark.parametrize(
    "problem", [UserError("mend it"), SystemExit("refused"), ValueError("bug")]
)
def test_what_goes_wrong_behind_the_door_is_raised_by_it(unconfigured, problem):
    """The command tells it, as if there were no door."""

    def load():
        raise problem

    served = Served(dict, load)
    served.wait()

    assert served.problem is problem


def test_an_application_that_cannot_begin_ends_the_process_as_uvicorn_would(unconfigured):
    """Its log says why."""

    @asynccontextmanager
    async def lifespan(_app):
        raise ValueError("no")
        yield

    served = Served(dict, lambda: Starlette(lifespan=lifespan))
    served.wait()

    assert isinstance(served.problem, SystemExit)
    assert served.problem.code == doorway.STARTUP_FAILURE


def test_a_port_that_is_taken_is_told(unconfigured):
    """As a sentence."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UserError, match="--port"):
            doorway.serve(
                dict, Starlette, address="127.0.0.1",
                port=taken.getsockname()[1], show_browser=False,
            )  # fmt: skip


def test_whoever_has_settings_of_their_own_gets_the_server_that_knows_them(
    unconfigured, monkeypatch
):
    """A login, TLS, a path or an address would have to be known before the door is open."""
    assert not doorway.is_configured()
    for place in ("home", "work"):
        for name in ("config.toml", "secrets.toml"):
            file = unconfigured / place / ".streamlit" / name
            file.parent.mkdir(exist_ok=True)
            file.write_text("", encoding="utf-8")
            assert doorway.is_configured()
            file.unlink()
    assert not doorway.is_configured()
    assert doorway.serve(dict, Starlette, address="0.0.0.0", port=1, show_browser=True) is False
    monkeypatch.setenv("STREAMLIT_SERVER_SSL_CERT_FILE", "cert.pem")
    assert doorway.is_configured()
    assert doorway.serve(dict, Starlette, address="127.0.0.1", port=1, show_browser=True) is False


def test_uvicorn_runs_as_streamlit_runs_it():
    """What Streamlit decides by its settings is written down in the door, and is the same."""
    config = doorway.as_streamlit_does(Starlette())
    expected = _get_uvicorn_config_kwargs()

    assert {name: getattr(config, name) for name in expected} == expected
