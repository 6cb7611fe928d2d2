"""Logging in as a visitor does: through a provider, back to the page that was wanted, out again."""

import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import expect

from engine.example import digits_example
from store.decisions import DecisionLog
from store.opening import open_in_memory
from tests.browser.serving import card_of, free_port, press, served

pytestmark = pytest.mark.browser
SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{own}/oauth2callback"
cookie_secret = "a secret of a test, longer than it has to be"
client_id = "second look"
client_secret = "another"
server_metadata_url = "http://127.0.0.1:{provider}/.well-known/openid-configuration"

[second_look]
reviewers = ["*@example.org"]
"""


@pytest.fixture(scope="module")
def provider():
    """Its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.browser.login_provider", str(port)])
    address = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    patience = time.monotonic() + 60
    while time.monotonic() < patience and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                break
        except OSError:
            time.sleep(0.1)
    yield port
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory, provider):
    """A server behind the login, and its log."""
    folder = tmp_path_factory.mktemp("guarded")
    opened = open_in_memory(digits_example(), folder / "digits.secondlook")
    own = free_port()
    (folder / ".streamlit").mkdir()
    secrets = SECRETS.format(own=own, provider=provider)
    (folder / ".streamlit" / "secrets.toml").write_text(secrets)
    with served(folder, opened.workspace.folder, port=own) as server:
        yield server, DecisionLog(opened.workspace.log_path)


def log_in(page, name):
    """By the button, as whom the provider is told."""
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name=name).click()


def test_a_reviewer_comes_back_to_the_card_that_was_wanted(page, guarded):
    """A link to a card survives the login; the decision stands under the checked address."""
    server, log = guarded
    page.goto(f"{server.url}/review?card=digit-0007")
    log_in(page, "ada@example.org")

    assert card_of(page) == "digit-0007"
    assert "/review?" in page.url
    press(page, "k")
    page.wait_for_selector("[data-unsaved='0']")
    [decision] = log.decisions()
    assert (decision.ids, decision.reviewer) == (("digit-0007",), "ada@example.org")

    page.goto(f"{server.url}/explore")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    # The button is there before the browser has been sent to where its cookie is taken away.
    page.wait_for_function(
        "async (url) => (await fetch(url)).status === 401", arg="/picture/0123456789/00"
    )


def test_a_stranger_is_told_who_they_are_and_sees_nothing(page, guarded):
    """Logged in is not let in; another name can be taken."""
    server, log = guarded
    before = len(log.decisions())
    page.goto(server.url)
    log_in(page, "eve@elsewhere.org")

    expect(page.get_by_text("You are logged in as eve@elsewhere.org")).to_be_visible()
    assert page.get_by_text("digits").count() == 0
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert len(log.decisions()) == before
