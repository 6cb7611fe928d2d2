"""The map's questions are on their way before its component is."""

from collections import Counter

import pytest

from engine.example import digits_example
from store.opening import open_in_memory
from tests.browser.serving import PATIENCE, served

pytestmark = pytest.mark.browser
MAP = ".map[data-points='1797'][data-layout='umap']:not([data-painted='0'])"
FIRST = ("about", "places", "colours")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The digits, audited."""
    folder = tmp_path_factory.mktemp("ahead")
    workspace = open_in_memory(digits_example(), folder / "digits.secondlook").workspace
    with served(folder, workspace.folder) as running:
        yield running


def test_each_is_asked_once_and_before_the_component_is_loaded(page, server):
    """Nothing is asked twice; the first visit waits for the audit, and asks as ever."""
    page.goto(f"{server.url}/explore")
    page.wait_for_selector(MAP, timeout=PATIENCE)
    asked = []
    page.on("request", lambda one: asked.append(one.url.split("?")[0].rpartition("/")[2]))

    page.reload()
    page.wait_for_selector(MAP)
    page.wait_for_selector(".table[data-loaded=true]")

    times = Counter(asked)
    assert {name: times[name] for name in FIRST} == dict.fromkeys(FIRST, 1)
    assert asked.index("places") < asked.index("health")


def test_where_they_fail_the_map_asks_again(page, server):
    """An answer that was cut off on its way is nobody's loss."""
    page.goto(f"{server.url}/explore")
    page.wait_for_selector(MAP, timeout=PATIENCE)
    cut = []

    def once(route):
        name = route.request.url.rpartition("/")[2]
        if name in cut:
            return route.continue_()
        cut.append(name)
        return route.abort()

    for name in FIRST:
        page.route(f"**/explore/*/{name}", once)
    page.reload()
    page.wait_for_selector(MAP)

    assert sorted(cut) == sorted(FIRST)
    assert page.locator(".messages .message").count() == 0
