"""What the document of a page already loads and asks."""

import json
import re
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from streamlit import file_util

from pages.shared import login, routes
from pages.shared.component_files import component_code, module_urls
from pages.shared.front_end import ELEMENTS, element_urls
from tests.pages.asking import OURS, ask

PACKED = Middleware(GZipMiddleware, minimum_size=1)
DOCUMENT = "<html><head><title>Streamlit</title></head><body>here</body></html>"


def served(answer: Response) -> Starlette:
    """Streamlit behind what is ours, answering every page alike."""

    async def page(_request):
        return answer

    return Starlette(
        routes=[*routes.ROUTES, Route("/{path:path}", page)],
        middleware=[*routes.MIDDLEWARE, PACKED],
    )


def questions(document: bytes) -> list[tuple[str, str]]:
    """Addresses and bodies of what a document asks."""
    found = re.search(rb"secondLookAhead = (\[.*\])\.map", document)
    return [] if found is None else [tuple(one) for one in json.loads(found.group(1))]


def test_streamlits_own_document_loads_the_component_and_asks_what_its_routes_answer(
    texts, open_project
):
    """Each question is answered, each module is there; nothing else is changed."""
    project = open_project(texts)
    document = Path(file_util.get_static_dir(), "index.html").read_bytes()
    app = served(HTMLResponse(document, headers={"etag": "a", "cache-control": "no-cache"}))

    status, headers, body = ask("/explore", app=app, headers={"accept-encoding": "gzip"})
    asked = questions(body)

    assert status == 200
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers
    assert [one.rpartition("/")[2] for one, _ in asked] == ["about", "places", "colours"]
    for address, facts in asked:
        assert address.startswith(f"./explore/{project.fingerprint}/")
        assert json.dumps(json.loads(facts), separators=(",", ":")) == facts  # as JavaScript has it
        answer = ask(address[1:], method="POST", headers=OURS, body=facts.encode())
        assert answer[0] == 200
    links = re.findall(rb'<link rel="modulepreload" href="(/module/[^"]+)">', body)
    elements = re.findall(rb'<link rel="modulepreload" href="(\./static/js/[^"]+)">\n', body)
    code = component_code("explore")
    assert [one.decode() for one in links] == module_urls("explore")
    assert links[0].decode() == code["main"]
    assert len(links) == len(code["parts"]) + 1
    assert all(ask(one.decode())[0] == 200 for one in links)
    assert len(elements) == len(set(elements))
    assert not any(one in document for one in elements)
    assert all(Path(file_util.get_static_dir(), one.decode()).is_file() for one in elements)
    added = re.compile(
        rb'<link rel="modulepreload" href="(?:/module|\./static)/[^>]+>\n'
        rb"|<script>\s*\{.*?</script>",
        re.S,
    )
    left, had = added.sub(b"", body).split(), document.split()
    assert (len(left), left == had) == (len(had), True)  # a difference would take minutes to print


def test_the_questions_are_those_of_the_address(texts, open_project):
    """Its map and its colour, and nothing of it can end the script."""
    open_project(texts)
    app = served(HTMLResponse(DOCUMENT))

    body = ask("/explore?map=pca&colour=%3C/script%3E%C3%BC", app=app)[2]

    assert [facts for _, facts in questions(body)] == [
        "{}",
        '{"layout":"pca"}',
        '{"by":"</script>ü"}',
    ]
    assert body.count(b"</script>") == 1


def test_a_map_that_is_not_there_is_not_asked_for(texts, open_project):
    """The best one is; without embeddings none."""
    open_project(texts)

    body = ask("/explore?map=nowhere", app=served(HTMLResponse(DOCUMENT)))[2]

    assert '"nowhere"' not in str(questions(body))


@pytest.mark.parametrize("path", ["/data", "/explore/x/about", "/static/explore.js", "/x.html"])
def test_what_is_no_page_is_left_alone(texts, open_project, path):
    """Not a byte."""
    open_project(texts)

    assert ask(path, app=served(HTMLResponse(DOCUMENT)))[2] in (
        DOCUMENT.encode(),
        b"Method Not Allowed",
    )


@pytest.mark.parametrize("path", ["/", "/export", "/score", "/methods"])
def test_a_page_without_a_component_loads_its_elements_and_asks_nothing(texts, open_project, path):
    """Those that the front end of this Streamlit has a file for."""
    open_project(texts)

    body = ask(path, app=served(HTMLResponse(DOCUMENT)))[2].decode()

    files = element_urls(*ELEMENTS[path[1:]])
    assert any("/TextInput." in file for file in files)
    assert all(f'<link rel="modulepreload" href="{file}">' in body for file in files)
    assert body.count("<link") == len(files)
    assert "<script" not in body


def test_every_element_that_a_page_names_is_one_of_streamlits():
    """A name that is misspelt, or that a new version no longer has, would never be noticed."""
    for elements in ELEMENTS.values():
        for element in elements:
            assert any(f"/{element}." in file for file in element_urls(element)), element


def test_a_streamlit_without_a_list_of_its_files_is_served_as_it_is(tmp_path, monkeypatch):
    """Nothing is guessed."""
    element_urls.cache_clear()
    monkeypatch.setattr("pages.shared.front_end.static_folder", lambda: tmp_path)
    try:
        assert element_urls("Button") == []
    finally:
        element_urls.cache_clear()


def test_nothing_is_asked_where_nothing_is_open():
    """The component is loaded all the same, for the dataset that will be."""
    body = ask("/explore", app=served(HTMLResponse(DOCUMENT)))[2]

    assert questions(body) == []
    assert b"modulepreload" in body


def test_who_has_not_logged_in_learns_of_no_dataset(texts, open_project, monkeypatch):
    """Neither its name nor what it is asked."""
    project = open_project(texts)
    monkeypatch.setattr(login, "is_needed", lambda: True)
    monkeypatch.setattr(login, "name_of_request", lambda _request: None)

    body = ask("/explore", app=served(HTMLResponse(DOCUMENT)))[2]

    assert questions(body) == []
    assert project.fingerprint.encode() not in body


@pytest.mark.parametrize("answer", [HTMLResponse("no", 403), JSONResponse({"a": 1})])
def test_what_is_no_document_passes_as_it_is(texts, open_project, answer):
    """A refusal, and what is no HTML."""
    open_project(texts)

    status, _, body = ask("/review", app=served(answer))

    assert (status, body) == (answer.status_code, answer.body)
