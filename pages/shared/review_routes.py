"""The HTTP routes of the review: cards out, decisions in, and the component's own files."""

import json
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.shared import shelf
from store.errors import UserError

if TYPE_CHECKING:  # the engine takes seconds to load, and the first screen does not wait for it
    from pages.shared.card_facts import Facts

COMPONENTS = Path(__file__).parent / "components"
KINDS = {".js": "text/javascript", ".css": "text/css"}
LARGEST = 4 * 2**20
"""Bytes of a request: a hundred times what an hour without a connection sends."""
OURS = "x-second-look"


def component_url(name: str) -> str:
    """Address of a component's main module; another one after every change of its files."""
    return f"/module/{name}-{_version(name)}/main.js"


async def cards(request: Request) -> Response:
    """The next cards of a tab."""
    return await _answer(request, "cards")


async def alike(request: Request) -> Response:
    """The rows nearest to one."""
    return await _answer(request, "alike")


async def whole(request: Request) -> Response:
    """The undecided candidates of one query."""
    return await _answer(request, "whole")


async def decisions(request: Request) -> Response:
    """Decisions, answered once they are on disk."""
    return await _answer(request, "take")


async def module(request: Request) -> Response:
    """A file of a component. Only what lies in its folder has an address."""
    name, _, _ = request.path_params["folder"].rpartition("-")
    path = _files(name).get(request.path_params["file"])
    if path is None:
        return PlainTextResponse("There is no such file.\n", 404)
    return Response(
        path.read_bytes(),
        media_type=KINDS[path.suffix],
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )


async def _answer(request: Request, what: str) -> Response:
    if problem := _why_foreign(request):
        return PlainTextResponse(f"{problem}\n", 403)
    body = await request.body()
    if len(body) > LARGEST:
        return PlainTextResponse(f"More than {LARGEST:,} bytes came at once.\n", 413)
    try:
        facts = json.loads(body)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        return PlainTextResponse("A JSON object was expected.\n", 400)
    return await anyio.to_thread.run_sync(
        _answered, request.path_params["fingerprint"], what, facts
    )


def _answered(fingerprint: str, what: str, facts: "Facts") -> Response:
    from pages.shared.taking import take

    project = shelf.find(fingerprint)
    if project is None:
        return PlainTextResponse("No such dataset is open on this server. Open it again.\n", 404)
    try:
        audit = project.audit.result()
        if audit is None:
            return PlainTextResponse("The search for suspects is not done yet.\n", 503)
        desk = project.desk(project.with_requested(audit))
        answer: Facts = take(desk, facts) if what == "take" else getattr(desk, what)(facts)
    except UserError as problem:
        return PlainTextResponse(f"{problem}\n", 422)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _why_foreign(request: Request) -> str:
    """Why a request is not from our own page; "" = it is.

    A form of another site cannot send a header of its own, and its script may not without asking.
    """
    if OURS not in request.headers:
        return "This address is for the review page of Second Look alone."
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return f"A page of {origin} may not decide here."
    return ""


def _files(name: str) -> dict[str, Path]:
    """By file name what a component is made of; of anything else nothing."""
    folder = COMPONENTS / name
    if folder.parent != COMPONENTS or not folder.is_dir():
        return {}
    return {path.name: path for path in sorted(folder.iterdir()) if path.suffix in KINDS}


def _version(name: str) -> str:
    digest = blake2b(digest_size=8)
    for path in _files(name).values():
        digest.update(path.read_bytes())
    return digest.hexdigest()


ROUTES = [
    Route("/review/{fingerprint}/cards", cards, methods=["POST"]),
    Route("/review/{fingerprint}/alike", alike, methods=["POST"]),
    Route("/review/{fingerprint}/whole", whole, methods=["POST"]),
    Route("/review/{fingerprint}/decisions", decisions, methods=["POST"]),
    Route("/module/{folder}/{file}", module),
]
