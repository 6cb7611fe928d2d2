"""Questions that our own pages ask by HTTP: a JSON object in, an answer or a sentence out."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit import config

from pages.shared import shelf
from store.errors import UserError

if TYPE_CHECKING:  # the engine takes seconds to load, and the first screen does not wait for it
    from engine.audit import Audit
    from pages.shared.project import Project

Answer = Callable[["Project", "Audit", dict[str, Any]], Response]
OURS = "x-second-look"


def largest() -> int:
    """Bytes of a request, by Streamlit's own limit of uploads, which is in megabytes."""
    return int(config.get_option("server.maxUploadSize")) * 2**20


async def answered(request: Request, answer: Answer) -> Response:
    """What `answer` says to the request, asked in a thread of its own; a UserError is a 422.

    Refuses foreign pages, too many bytes, what is no JSON object, and speaking in another's name.
    """
    if problem := _why_foreign(request):
        return PlainTextResponse(f"{problem}\n", 403)
    body, most = bytearray(), largest()
    async for part in request.stream():
        body += part
        if len(body) > most:  # told before the rest is read, whatever a header promised
            return PlainTextResponse(
                f"More than {most:,} bytes came at once; server.maxUploadSize sets the limit.\n",
                413,
            )
    try:
        facts = json.loads(body)
    except ValueError:
        facts = None
    if not isinstance(facts, dict):
        return PlainTextResponse("A JSON object was expected.\n", 400)
    if (who := request.state.reviewer) is not None:
        if other := _of_another(facts, who):
            return PlainTextResponse(
                f"These decisions were made by {other}, but you are {who}. Log in as {other} to "
                "save them; they wait in this browser.\n",
                403,
            )
        facts["reviewer"] = who
    return await anyio.to_thread.run_sync(
        _answer, request.path_params["fingerprint"], answer, facts
    )


def _answer(fingerprint: str, answer: Answer, facts: dict[str, Any]) -> Response:
    project = shelf.find(fingerprint)
    if project is None:
        return PlainTextResponse("No such dataset is open on this server. Open it again.\n", 404)
    try:
        audit = project.audit.result()
        if audit is None:
            return PlainTextResponse("The search for suspects is not done yet.\n", 503)
        return answer(project, project.with_requested(audit), facts)
    except UserError as problem:
        return PlainTextResponse(f"{problem}\n", 422)


def _why_foreign(request: Request) -> str:
    """Why a request is not from our own page; "" = it is.

    A form of another site cannot send a header of its own, and its script may not without asking.
    """
    if OURS not in request.headers:
        return "This address is for the pages of Second Look alone."
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return f"A page of {origin} may not decide here."
    return ""


def _of_another(facts: dict[str, Any], who: str) -> str:
    """The first other person in whose name something was decided; "" = all of it is by `who`."""
    sent = facts.get("decisions")
    decisions = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
    names = [one.get("reviewer") or facts.get("reviewer") or who for one in decisions]
    return next((str(name) for name in names if name != who), "")
