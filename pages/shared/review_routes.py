"""The HTTP routes of the review: cards out, decisions in."""

from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pages.shared.answering import answered

if TYPE_CHECKING:  # the engine takes seconds to load, and the first screen does not wait for it
    from engine.audit import Audit
    from pages.shared.project import Project


async def cards(request: Request) -> Response:
    """The next cards of a tab."""
    return await answered(request, partial(_of_desk, "cards"))


async def alike(request: Request) -> Response:
    """The rows nearest to one."""
    return await answered(request, partial(_of_desk, "alike"))


async def whole(request: Request) -> Response:
    """The undecided candidates of one query."""
    return await answered(request, partial(_of_desk, "whole"))


async def decisions(request: Request) -> Response:
    """Decisions, answered once they are on disk."""
    return await answered(request, partial(_of_desk, "take"))


def _of_desk(what: str, project: "Project", audit: "Audit", facts: dict[str, Any]) -> Response:
    from pages.shared.taking import take

    desk = project.desk(audit)
    answer = take(desk, facts) if what == "take" else getattr(desk, what)(facts)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/review/{fingerprint}/cards", cards, methods=["POST"]),
    Route("/review/{fingerprint}/alike", alike, methods=["POST"]),
    Route("/review/{fingerprint}/whole", whole, methods=["POST"]),
    Route("/review/{fingerprint}/decisions", decisions, methods=["POST"]),
]
