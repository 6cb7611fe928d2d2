"""Pictures over HTTP, addressed by what they show, never by a path."""

import os

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pages.shared import shelf
from store.errors import UserError
from store.media import picture

SMALLEST, LARGEST = 16, 1024
"""Side of a thumbnail in pixels: enough for every screen, too little to fill a memory."""


AT_ONCE = anyio.CapacityLimiter(max(2, (os.cpu_count() or 2) - 1))
"""Pictures that are decoded at a time: a large one takes half a second of a core and hundreds of
megabytes, and cards and decisions come first."""


def picture_url(fingerprint: str, content: bytes, size: int | None = None) -> str:
    """Where a row's picture is: by what it shows, never by a path."""
    return f"/picture/{fingerprint}/{content.hex()}" + (f"?size={size}" if size else "")


async def show_picture(request: Request) -> Response:
    """The picture, or its thumbnail with ?size=, of the row with that content."""
    size = request.query_params.get("size")
    if size is not None and not (size.isdecimal() and SMALLEST <= int(size) <= LARGEST):
        return PlainTextResponse(
            f"size is {size!r}; a whole number from {SMALLEST} to {LARGEST} was expected.\n", 422
        )
    project = shelf.find(request.path_params["fingerprint"])
    if project is None:
        return PlainTextResponse("No such dataset is open on this server. Open it again.\n", 404)
    row = await anyio.to_thread.run_sync(project.row_of_content, request.path_params["content"])
    if row is None:
        return PlainTextResponse("No example of this dataset has that content.\n", 404)
    try:
        body, kind = await anyio.to_thread.run_sync(
            lambda: picture(project.dataset, row, size=None if size is None else int(size)),
            limiter=AT_ONCE,
        )
    except UserError as problem:
        return PlainTextResponse(f"{problem}\n", 422)
    return Response(
        body,
        media_type=kind,
        headers={
            "Cache-Control": "private, max-age=31536000, immutable",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


ROUTES = [Route("/picture/{fingerprint}/{content}", show_picture)]
