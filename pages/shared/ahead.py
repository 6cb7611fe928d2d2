"""What a page needs is on its way while Streamlit still starts.

Its pages are an empty document, which loads Streamlit, which connects, and hears only then which
elements it draws and which component to load, which asks only then for what it shows. Here the
document itself loads all of them and asks the component's first questions.
"""

import json
from contextlib import suppress
from functools import partial
from typing import Any

import anyio
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.shared import login, shelf
from pages.shared.answering import OURS
from pages.shared.changing import pass_changed
from pages.shared.component_files import module_urls
from pages.shared.front_end import ELEMENTS, element_urls, loading

COMPONENTS = ("explore", "review")
"""Pages of one component, which is called as they are."""
ASK = """
{
  // Read at once: an answer that nobody reads stops coming.
  const ask = async (what, body) => {
    const answer = await fetch(what, { method: "POST", headers: HEADERS, body });
    return { ok: answer.ok, bytes: await answer.arrayBuffer() };
  };
  secondLookAhead = QUESTIONS.map(([what, body]) => [what, body, ask(what, body)]);
  for (const [, , answer] of secondLookAhead) answer.catch(() => {});
}
"""
"""server.js takes the answers. One that fails is asked for again, and told, by who needs it."""


AS_IN_JS: dict[str, Any] = {"ensure_ascii": False, "separators": (",", ":")}
"""As JSON.stringify writes it: by that the component finds its question again."""


class Ahead:
    """Writes into the document of a page what its component loads, and what it asks first."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path"].rpartition("/")[2] if scope["type"] == "http" else None
        if name not in ELEMENTS or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        questions = await anyio.to_thread.run_sync(_questions, name, Request(scope))
        change = partial(_with_all, name, questions)
        return await pass_changed(self.app, scope, receive, send, kind="text/html", change=change)


def _questions(page: str, request: Request) -> list[tuple[str, str]]:
    """Addresses and bodies of what a page will ask, where whoever opens it may ask."""
    if page != "explore" or (login.is_needed() and login.name_of_request(request) is None):
        return []
    project = shelf.named(request.query_params.get("dataset", ""))
    if project is None or project.audit.state != "done":
        return []
    with suppress(Exception):  # whatever is wrong is told by the page
        from pages.shared.explore.first_questions import first_questions

        asked = first_questions(project, request.query_params)
        place = f"./{page}/{project.fingerprint}"
        return [(f"{place}/{what}", json.dumps(body, **AS_IN_JS)) for what, body in asked]
    return []


def _with_all(page: str, questions: list[tuple[str, str]], document: bytes) -> bytes:
    modules = module_urls(page) if page in COMPONENTS else []
    modules += element_urls(*ELEMENTS[page])
    # Answers take longest, and nothing can be shown before Streamlit is there.
    before, title, after = document.partition(b"</title>")
    asking = f"\n{_asking(page, questions)}\n" if questions else ""
    return loading(before + title + asking.encode() + after, modules)


def _asking(page: str, questions: list[tuple[str, str]]) -> str:
    headers = {"Content-Type": "application/json", OURS: page}
    # "<" as JSON also writes it: no text of an address can end the script.
    asked = json.dumps(questions).replace("<", "\\u003c")
    script = ASK.replace("HEADERS", json.dumps(headers)).replace("QUESTIONS", asked)
    return f"<script>{script}</script>"
