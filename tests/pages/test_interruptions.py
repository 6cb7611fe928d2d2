"""What Streamlit may not do while somebody reviews."""

import json
import tomllib
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import config
from streamlit.web.server.starlette.starlette_routes import create_host_config_routes

from pages.shared import routes
from tests.pages.asking import ask

HOST_CONFIG = "/_stcore/host-config"
PACKED = Middleware(GZipMiddleware, minimum_size=1)
"""As Streamlit packs its answers, inside of what is ours."""


def test_streamlit_opens_no_dialog_over_a_card():
    """Its own answer, with that one thing changed and nothing lost."""
    streamlits = Starlette(routes=create_host_config_routes(""), middleware=[PACKED])
    ours = Starlette(routes=create_host_config_routes(""), middleware=[*routes.MIDDLEWARE, PACKED])
    before = json.loads(ask(HOST_CONFIG, app=streamlits)[2])

    status, headers, body = ask(HOST_CONFIG, app=ours, headers={"accept-encoding": "gzip"})

    assert status == 200
    assert int(headers["content-length"]) == len(body)
    assert json.loads(body) == before | {"blockErrorDialogs": True}
    assert before["blockErrorDialogs"] is False


def test_a_refusal_stays_one():
    """An answer that is not Streamlit's is passed on as it came."""

    async def refuse(_request):
        return PlainTextResponse("no", 403)

    app = Starlette(routes=[Route(HOST_CONFIG, refuse)], middleware=routes.MIDDLEWARE)

    status, headers, body = ask(HOST_CONFIG, app=app)

    assert (status, headers["content-length"], body) == (403, "2", b"no")


def test_streamlit_collects_no_garbage_after_a_redraw():
    """Every thread would stand still meanwhile; the option is one that this Streamlit knows."""
    path = Path(__file__).parents[2] / ".streamlit" / "config.toml"
    settings = tomllib.loads(path.read_text(encoding="utf-8"))

    assert settings["runner"] == {"postScriptGC": False}
    assert config.get_option("runner.postScriptGC") in (True, False)
