"""The HTTP routes of the Explore page: a question's name in the address, a JSON object in."""

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from pages.shared.answering import answered

if TYPE_CHECKING:  # the engine takes seconds to load, and the first screen does not wait for it
    from engine.audit import Audit
    from pages.shared.project import Project

NEVER_KEPT = {"Cache-Control": "no-store"}
AS_IT_IS = NEVER_KEPT | {"Content-Encoding": "identity"}
"""Streamlit's server squeezes what does not say how it is encoded, as hard as gzip can: measured, a
second for the places of a million rows, which become a tenth smaller."""


async def explore(request: Request) -> Response:
    """The answer to one question, of those in `pages.shared.explore.answers`."""
    return await answered(request, partial(_of_explorer, request.path_params["what"]))


def _of_explorer(what: str, project: "Project", audit: "Audit", facts: dict[str, Any]) -> Response:
    from pages.shared.explore.answers import ANSWERS
    from pages.shared.explore.numbers import Numbers

    if what not in ANSWERS:
        return PlainTextResponse(f"Nobody asks for {what!r:.40} here. Reload the page.\n", 404)
    answer = ANSWERS[what](project.explorer(audit), facts)
    if isinstance(answer, Numbers):
        return Response(answer.packed, media_type="application/octet-stream", headers=AS_IT_IS)
    return JSONResponse(answer, headers=NEVER_KEPT)


ROUTES = [Route("/explore/{fingerprint}/{what}", explore, methods=["POST"])]
