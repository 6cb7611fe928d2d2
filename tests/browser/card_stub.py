"""A small server for the review card alone: made-up cards, a log on disk, trouble at will.

`python -m tests.browser.card_stub LOG PORT` serves a bare page at /, the component's files,
pictures and the three routes of a review. The fingerprint in the address names the made dataset.
The log is the truth: one line of JSON for every decision, in the order they came, each
decision_id once.
"""

import asyncio
import colorsys
import json
import os
import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS = ROOT / "pages" / "shared" / "components"
PAGE = Path(__file__).with_name("card_page.html")

PARAGRAPH = "The delivery came late and the box was torn, but the lamp works. "
TEXTS = {
    "texts": PARAGRAPH,
    "long": PARAGRAPH * 400,
    "arabic": "وصلت الشحنة متأخرة وكانت العلبة ممزقة، لكن المصباح يعمل جيدا. ",
    "chinese": "包裹送晚了，盒子也破了，但是灯能用，客服的态度也很好。",
    "hostile": "<img src=x onerror=\"document.title='hit'\"> **bold** [a](javascript:0) & \u202e",
}
PAIRS = {"pairs": 2, "grades": 5, "alone": 2}
"""Sets of pairs and how many grades they have; of "alone" no query has a known positive."""
WORDS = ("not relevant", "partly", "relevant", "relevant", "highly relevant")
SIDES = {"digits": (8, 8), "huge": (6000, 4000), "photos": (320, 240), "both": (320, 240)}


def classes_of(name: str) -> list[str]:
    """Classes of a made dataset: ten digits, ten letters, three words, or a thousand names."""
    if name in PAIRS:
        return [str(grade) for grade in range(PAIRS[name])]
    if name == "many":
        return [f"class {number:04d} of fish" for number in range(999)] + ["Éclair"]
    if name in ("arabic", "chinese"):
        return {"arabic": ["إيجابي", "سلبي", "محايد"], "chinese": ["正面", "负面", "中性"]}[name]
    if name in ("texts", "long", "hostile", "fields"):
        return ["positive", "negative", "<b>neutral</b>"]
    return list("abcdefghij") if name == "letters" else [str(digit) for digit in range(10)]


class Stub:
    """The log of one server, and what is wrong with it at the moment."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.log: list[dict[str, Any]] = [json.loads(line) for line in lines]
        self.trouble: dict[str, Any] = {}
        self.requests: list[dict[str, Any]] = []

    def write(self, decision: dict[str, Any]) -> None:
        """Append a decision, on disk when this returns; a known decision_id changes nothing."""
        if any(one["decision_id"] == decision["decision_id"] for one in self.log):
            return
        self.log.append(decision)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(decision) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def in_force(self) -> list[dict[str, Any]]:
        """Decisions that no undo withdrew."""
        undone = {one["undoes"] for one in self.log if one["action"] == "undo"}
        made = (one for one in self.log if one["action"] != "undo")
        return [one for one in made if one["decision_id"] not in undone]

    def verdicts(self) -> dict[str, dict[str, Any]]:
        """The last decision in force of each example."""
        return {id: one for one in self.in_force() for id in one["ids"]}


def card(stub: Stub, name: str, number: int) -> dict[str, Any]:
    """The card of one made example; every tenth is bare."""
    classes, bare = classes_of(name), number % 10 == 7
    given, suggested = classes[number % len(classes)], classes[(number + 1) % len(classes)]
    start = number % len(classes)
    likely = [*[*classes[start:], *classes[:start]][1:10], given]
    verdict = stub.verdicts().get(id_of(number))
    if name in PAIRS:
        given, likely = "0", classes
        suggested = classes[1]
    return {
        **example(name, number),
        "content": f"{number:032x}",
        "place": None if bare else number + 1,
        "of": 1797,
        "bare": bare,
        "media": "image" if name in SIDES else "text",
        "fields": [["age", "41"], ["city", "<i>Bonn</i>"]] if name == "fields" else None,
        "given": given,
        "suggested": None if bare else given if number % 10 == 5 else suggested,
        "why": []
        if bare
        else [
            f"{number % 11} of 10 neighbours say {suggested}.",
            f"The model gives {given} a probability of 0.0{number % 10}.",
        ],
        "classes": classes[:10] if bare else list(dict.fromkeys(likely)),
        "scores": [] if bare else scores(number),
        "neighbours": [] if bare else [near(name, number + step, step) for step in range(1, 11)],
        "earlier": earlier(number),
        "verdict": verdict["action"] if verdict else "undecided",
        "moved": {"places": 240, "because": "row-0000", "said": "relabel"} if number == 3 else None,
        "ticket": f"ticket-{number}",
        **({"pair": pair(name, number, bare=bare)} if name in PAIRS else {}),
    }


def pair(name: str, number: int, *, bare: bool) -> dict[str, Any]:
    """The query of a card, three candidates each, and what is known to answer it."""
    lamp = example(name, number)["text"].index("lamp")
    asked = f"Which lamp works in query {number // 3}?"
    known = [] if name == "alone" else range(2 if name == "pairs" else 20)
    return {
        "query": {"id": f"q{number // 3}", "text": asked, "marks": [[6, 10], [11, 16]]},
        "passage": {"id": f"d{number}", "marks": [[lamp, lamp + 4]]},
        "judged": number == 4,
        "twin": "d900" if number == 5 else None,
        "positives": [
            {
                "id": f"d{900 + place}",
                "text": PARAGRAPH * 3,
                "grade": classes_of(name)[-1],
                "kind": ("judged", "found", "twin")[place % 3],
                "twin": "d900" if place % 3 == 2 else None,
                "similarity": None if bare else 0.9 - place / 50,
            }
            for place in known
        ],
        "more": 4 if name == "grades" else 0,
        "ranks": [] if bare else [["by vectors (cosine)", 3], ["<b>splade</b>", 0]],
        "similarity": None if bare else 0.41,
        "of_query": {"candidates": 100, "judged": 7, "found": number % 3},
    }


def id_of(number: int) -> str:
    """Id of the example with that number."""
    return f"row-{number:04d}"


def example(name: str, number: int) -> dict[str, Any]:
    """What one example shows."""
    side = max(SIDES.get(name, (0, 0)))
    size = "?size=1024" if side > 1024 else ""
    text = (
        f"{number}. {TEXTS.get(name, PARAGRAPH)}" if name not in SIDES or name == "both" else None
    )
    return {
        "id": id_of(number),
        "picture": f"/picture/{name}/{number}{size}" if name in SIDES else None,
        "crisp": 0 < side <= 64,
        "text": None if name == "fields" else text,
    }


def near(name: str, number: int, step: int) -> dict[str, Any]:
    """A neighbour; of a long text the beginning."""
    classes = classes_of(name)
    role = ("given", "suggested", "")[step % 3]
    shown = example(name, number)
    if shown["picture"]:
        shown["picture"] = f"/picture/{name}/{number}?size=128"
    shown["text"] = shown["text"] and shown["text"][:200]
    return {**shown, "label": classes[number % len(classes)], "role": role, "distance": step / 40}


def scores(number: int) -> list[dict[str, Any]]:
    """Scores of a card."""
    return [
        {"title": "Neighbour vote", "value": 0.1, "share": 0.97, "speaks": "against"},
        {"title": "Self-confidence", "value": 0.0213, "share": 0.99, "speaks": "against"},
        {"title": "EL2N", "value": 0.31 + number / 1000, "share": 0.2, "speaks": "for"},
        {"title": "Local outlier factor", "value": 1.04, "share": 0.5, "speaks": ""},
    ]


def earlier(number: int) -> list[dict[str, Any]]:
    """What others said before."""
    said = {"reviewer": "Grace", "action": "relabel", "label": "7", "note": "looks like a <b>7</b>"}
    return [{**said, "at": "2026-11-20T10:00:00Z"}] if number == 2 else []


async def cards(request: Request) -> Response:
    """The next cards of a queue of 1,000, or of the short one of eight."""
    stub, name, asked = await begin(request, "cards")
    total = 8 if name == "short" else 1000
    decided, keep = set(stub.verdicts()), set(asked["keep"])
    open_rows = [number for number in range(total) if id_of(number) not in decided | keep]
    if asked["card"] and asked["card"] not in keep:
        number = int(asked["card"].removeprefix("row-"))
        open_rows = [number, *(other for other in open_rows if other != number)]
    found = {"found": len(decided), "total": 90} if name == "digits" else None
    return JSONResponse(
        {
            "cards": [card(stub, name, number) for number in open_rows[: asked["want"]]],
            "left": total - len(decided),
            "total": total,
            "decided": len(decided),
            "found": found,
            "elsewhere": 0,
        }
    )


async def decisions(request: Request) -> Response:
    """Write decisions; a label called "refuse" is refused."""
    stub, name, asked = await begin(request, "decisions")
    saved, refused, undone = [], [], {}
    for decision in asked["decisions"]:
        entry = {**decision, "reviewer": asked["reviewer"], "tab": asked["tab"]}
        if decision["action"] == "flag" and stub.trouble.get("refuse"):
            refused.append(
                {"decision_id": decision["decision_id"], "why": "This dataset is read-only."}
            )
            continue
        if decision["action"] == "undo" and decision["undoes"] is None:
            mine = [one for one in stub.in_force() if one["reviewer"] == asked["reviewer"]]
            known = [one for one in stub.log if one["decision_id"] == decision["decision_id"]]
            last = known[0]["last"] if known else mine[-1] if mine else None
            if last is None:
                why = "Nothing of yours is left to undo."
                refused.append({"decision_id": decision["decision_id"], "why": why})
                continue
            entry |= {"undoes": last["decision_id"], "last": last}
            stub.write(entry)
            number = int(last["ids"][0].removeprefix("row-"))
            shown = card(stub, name, number) if len(last["ids"]) == 1 else None
            undone[decision["decision_id"]] = shown
        else:
            stub.write(entry)
        saved.append(decision["decision_id"])
    if stub.trouble.get("lose_answer"):
        os._exit(9)
    return JSONResponse({"saved": saved, "refused": refused, "undone": undone})


async def alike(request: Request) -> Response:
    """The rows after this one, every second ticked."""
    stub, name, asked = await begin(request, "alike")
    number, verdicts = int(asked["id"].removeprefix("row-")), stub.verdicts()
    rows = [near(name, number + step, step) for step in range(1, asked["want"] + 1)]
    if asked["sort"] != "nearest":
        rows.reverse()
    for row in rows:
        verdict = verdicts.get(row["id"])
        row |= {"suggested": None, "verdict": verdict["action"] if verdict else "undecided"}
        row["ticked"] = verdict is None and row["role"] == "given"
    return JSONResponse({"rows": rows, "ticket": "bulk"})


async def whole(request: Request) -> Response:
    """Forty candidates of a query, numbered from 100 on."""
    stub, name, asked = await begin(request, "whole")
    verdicts = stub.verdicts()
    waiting = [number for number in range(100, 140) if id_of(number) not in verdicts]
    rows = [near(name, number, number) for number in waiting[: asked["want"]]]
    return JSONResponse({"rows": rows, "left": len(waiting), "ticket": "whole"})


async def begin(request: Request, what: str) -> tuple[Stub, str, dict[str, Any]]:
    """What a route was asked, after whatever delay or failure was ordered."""
    stub: Stub = request.app.state.stub
    assert request.headers["X-Second-Look"] == "review"
    asked = await request.json()
    stub.requests.append({"route": what, **asked})
    await asyncio.sleep(stub.trouble.get(f"{what}_delay", 0))
    if status := stub.trouble.get(f"{what}_status"):
        raise OrderedError(PlainTextResponse(stub.trouble.get("says", ""), status))
    return stub, request.path_params["fingerprint"], asked


class OrderedError(Exception):
    """A failure that the test ordered."""


async def ordered(_request: Request, problem: Exception) -> Response:
    """Answer with it."""
    answer: Response = problem.args[0]
    return answer


async def control(request: Request) -> Response:
    """Order trouble: {decisions_delay, decisions_status, says, refuse, …}; {} ends it."""
    request.app.state.stub.trouble = await request.json()
    return JSONResponse({})


async def fresh(request: Request) -> Response:
    """Begin again with another log."""
    request.app.state.stub = Stub(Path((await request.json())["log"]))
    return JSONResponse({})


async def requests(request: Request) -> Response:
    """Every request so far."""
    return JSONResponse(request.app.state.stub.requests)


async def picture(request: Request) -> Response:
    """A coloured picture with its number."""
    name, number = request.path_params["name"], int(request.path_params["number"])
    kept = {"Cache-Control": "private, max-age=31536000, immutable"}
    if name == "broken":
        return PlainTextResponse("no picture", 422)
    size = SIDES[name]
    asked = int(request.query_params.get("size", max(size)))
    size = (min(asked, size[0]), min(asked, size[0]) * size[1] // size[0])
    body = await asyncio.to_thread(painted, size, number)
    return Response(body, media_type="image/png", headers=kept)


@lru_cache(maxsize=64)
def painted(size: tuple[int, int], number: int) -> bytes:
    """A PNG of that size; its colour tells the number."""
    colour = tuple(round(255 * part) for part in colorsys.hsv_to_rgb(number / 17 % 1, 0.6, 0.8))
    image = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(image)
    draw.ellipse((size[0] * 0.2, size[1] * 0.2, size[0] * 0.8, size[1] * 0.8), outline="white")
    body = BytesIO()
    image.save(body, "PNG", compress_level=1)
    return body.getvalue()


async def page(_request: Request) -> Response:
    """A bare page that mounts the component."""
    return HTMLResponse(PAGE.read_text(encoding="utf-8"))


async def classes(request: Request) -> Response:
    """Classes of a made dataset, and what they are called."""
    name = request.path_params["name"]
    names = {str(grade): f"{grade} · {WORDS[grade]}" for grade in range(PAIRS.get(name, 0))}
    if name in PAIRS and PAIRS[name] == 2:
        names["1"] = "1 · relevant"
    unit = "pair" if name in PAIRS else "example"
    return JSONResponse({"classes": classes_of(name), "unit": unit, "names": names})


def build(log: Path) -> Starlette:
    """The server."""
    app = Starlette(
        routes=[
            Route("/", page),
            Route("/classes/{name}", classes),
            Route("/control", control, methods=["POST"]),
            Route("/fresh", fresh, methods=["POST"]),
            Route("/requests", requests),
            Route("/picture/{name}/{number}", picture),
            Route("/review/{fingerprint}/cards", cards, methods=["POST"]),
            Route("/review/{fingerprint}/decisions", decisions, methods=["POST"]),
            Route("/review/{fingerprint}/whole", whole, methods=["POST"]),
            Route("/review/{fingerprint}/alike", alike, methods=["POST"]),
            Mount("/component", StaticFiles(directory=COMPONENTS)),
        ],
        exception_handlers={OrderedError: ordered},
    )
    app.state.stub = Stub(log)
    return app


if __name__ == "__main__":
    uvicorn.run(build(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="warning")
