"""The login: what it needs, who is let in, and that no route beside the pages is open without."""

import json

import pytest
import streamlit as st
from itsdangerous import URLSafeTimedSerializer
from starlette.requests import Request
from streamlit import auth_util, config

from pages.shared import gate, login, routes
from pages.shared.picture_routes import picture_url
from store.errors import UserError
from tests.pages.asking import ask, post

SECRET = "a secret of a test, longer than it has to be"
WHOLE = f"""
[auth]
redirect_uri = "https://look.example:8443/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "id"
client_secret = "secret"
server_metadata_url = "https://login.example/.well-known/openid-configuration"
"""
ADA = {"is_logged_in": True, "origin": "https://look.example:8443", "email": "Ada@Example.org"}


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """A function that makes a text the server's secrets.toml."""
    before = config.get_option("secrets.files")
    monkeypatch.setattr(auth_util, "is_authlib_installed", lambda: True)

    def write(text: str) -> None:
        (tmp_path / "secrets.toml").write_text(text)
        config.set_option("secrets.files", [str(tmp_path / "secrets.toml")])
        forget()

    def forget() -> None:
        st.secrets._reset()
        login.is_needed.cache_clear()

    yield write
    config.set_option("secrets.files", before)
    forget()


def cookie(claims: object, secret: str = SECRET, name: str = "_streamlit_user") -> dict[str, str]:
    """Headers with a login cookie, signed as Streamlit's login signs it."""
    signed = URLSafeTimedSerializer(secret, salt=name).dumps(json.dumps(claims))
    return {"cookie": f"_streamlit_user={signed}"}


ROUTES = [
    ("GET", "/picture/0123456789/00"),
    ("GET", "/module/x/review/main.js"),
    ("POST", "/review/0123456789/cards"),
    ("POST", "/review/0123456789/alike"),
    ("POST", "/review/0123456789/whole"),
    ("POST", "/review/0123456789/decisions"),
    ("POST", "/explore/0123456789/counts"),
]


def test_the_list_above_is_whole():
    """One example of every route there is."""
    patterns = [route.path_regex for route in routes.ROUTES]

    assert all(any(one.match(path) for _, path in ROUTES) for one in patterns)
    assert len(patterns) == len(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"cookie": "_streamlit_user=ada"},
        {"cookie": "_streamlit_user=\xe9\xff"},
        cookie(ADA, secret="another secret, as long as the right one is"),
        cookie(ADA, name="_streamlit_user_tokens"),
        cookie(ADA | {"is_logged_in": False}),
        cookie(ADA | {"is_logged_in": "yes"}),
        cookie(ADA | {"origin": "https://elsewhere.example"}),
        cookie({"is_logged_in": True, "email": "ada@example.org"}),
        cookie(["is_logged_in"]),
        cookie({name: ADA[name] for name in ("is_logged_in", "origin")}),
    ],
    ids=[
        "none", "no signature", "no letters", "other secret", "other cookie", "logged out",
        "a word for true", "other origin", "no origin", "a list", "no name",
    ],
)  # fmt: skip
def test_no_route_answers_without_a_login(secrets, method, path, headers):
    """401 before anything else is looked at."""
    secrets(WHOLE)
    status, _, body = ask(path, method=method, headers=headers, body=b"{}")

    assert (status, b"Log in" in body) == (401, True)


def test_whoever_is_logged_in_sees_cards_and_decides_under_that_name(secrets, open_project, texts):
    """The log names the login, also where the browser names nobody."""
    project = open_project(texts)
    secrets(WHOLE)
    ada = cookie(ADA)
    view = {"queue": project.audit.result().default}
    asked = {"view": view, "tab": "t", "want": 2, "reviewer": "whoever", "keep": [], "seen": 0}
    status, answer = post(f"/review/{project.fingerprint}/cards", asked, **ada)
    [first, second] = answer["cards"]
    sent = {
        "decisions": [
            {"decision_id": "1" * 32, "ids": [first["id"]], "action": "drop"},
            {"decision_id": "2" * 32, "ids": [second["id"]], "action": "keep",
             "reviewer": "ada@example.org"},
        ]
    }  # fmt: skip
    assert status == 200
    assert post(f"/review/{project.fingerprint}/decisions", sent, **ada)[0] == 200
    assert [one.reviewer for one in project.log.decisions()] == ["ada@example.org"] * 2


@pytest.mark.parametrize("where", ["decision", "request"])
def test_nobody_decides_in_the_name_of_another(secrets, open_project, texts, where):
    """403, told who has to log in, and nothing is written: the browser keeps it."""
    project = open_project(texts)
    secrets(WHOLE)
    one = {"decision_id": "1" * 32, "ids": [texts.id_of(0)], "action": "drop"}
    sent = {"decisions": [one]}
    (one if where == "decision" else sent)["reviewer"] = "grace@example.org"
    status, said = post(f"/review/{project.fingerprint}/decisions", sent, **cookie(ADA))

    assert (status, "Log in as grace@example.org" in said) == (403, True)
    assert list(project.log.decisions()) == []


def test_a_picture_needs_the_login_too(secrets, open_project, texts):
    """With it the route answers as it always did: here, that a text has no picture."""
    project = open_project(texts)
    secrets(WHOLE)
    url = picture_url(project.fingerprint, texts.content[1].tobytes())

    assert ask(url)[0] == 401
    assert ask(url, headers=cookie(ADA))[0] == 422


def test_without_a_login_in_the_secrets_nothing_is_asked(secrets, open_project, texts):
    """As before: 422 because a text has no picture, not 401."""
    project = open_project(texts)
    secrets("[other]\nkey = 1\n")

    assert ask(picture_url(project.fingerprint, texts.content[1].tobytes()))[0] == 422


def test_a_long_cookie_comes_in_pieces(secrets):
    """Streamlit splits what a browser would not keep whole, and signs each piece."""
    secrets(WHOLE)
    body = json.dumps(ADA | {"name": "x" * 50})
    signed = [
        f"{name}={URLSafeTimedSerializer(SECRET, salt=name).dumps(value)}"
        for name, value in (
            ("_streamlit_user", "chunks-2"),
            ("_streamlit_user_1", body[:40]),
            ("_streamlit_user_2", body[40:]),
        )
    ]
    scope = {"type": "http", "headers": [(b"cookie", "; ".join(signed).encode())]}

    assert login.name_of_request(Request(scope)) == "ada@example.org"


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"email": "Ada@Example.org", "sub": "7"}, "ada@example.org"),
        ({"email": "ada@example.org", "email_verified": False, "sub": "7"}, "7"),
        ({"sub": "7", "name": "Ada"}, "7"),
        ({"name": "Ada"}, None),
        ({"email": " ", "sub": ""}, None),
    ],
)
def test_who_somebody_is(secrets, claims, name):
    """The checked address, else the provider's number; never a name that anybody may take."""
    secrets(WHOLE)

    assert login.name_in({"is_logged_in": True, **claims}) == name


@pytest.mark.parametrize(
    ("let_in", "comes_in"),
    [
        ('["ada@example.org"]', True),
        ('"*@EXAMPLE.org"', True),
        ('["*@example.com", "grace@example.org"]', False),
        ("[]", False),
    ],
)
def test_the_list_of_reviewers_lets_in(secrets, let_in, comes_in):
    """Of all whom a provider knows, those whose address fits a pattern."""
    secrets(f"{WHOLE}[second_look]\nreviewers = {let_in}\n")

    assert (login.name_in(ADA) is not None) is comes_in


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("", "no [auth] section"),
        ("not toml", "no [auth] section"),
        ("[auth]\nclient_id = 'x'", "no redirect_uri and no cookie_secret"),
        (WHOLE.replace(SECRET, "short"), "shorter than 32"),
        (WHOLE.replace("client_secret", "other"), "names no provider"),
    ],
)
def test_a_login_that_cannot_work_opens_no_address(secrets, text, lacks):
    """The sentence says what is missing, and how it is made."""
    secrets(text)
    with pytest.raises(UserError) as told:
        gate.check_address("0.0.0.0")

    assert lacks in str(told.value)
    assert "oauth2callback" in str(told.value)
    assert "--server.address 127.0.0.1" in str(told.value)


@pytest.mark.parametrize(
    "address",
    [None, "", "0.0.0.0", "::", "192.168.1.7", "10.0.0.1", "myhost", "localhost.evil.example",
     "127.0.0.1.evil.example", "127.0.0.1:80", "0", "unix:///tmp/s"],
)  # fmt: skip
def test_others_can_call_it_so_it_is_refused(secrets, address):
    """Whatever is not plainly this machine counts as open to others."""
    secrets("")
    with pytest.raises(UserError, match=r"where other machines|every address"):
        gate.check_address(address)
    secrets(WHOLE)
    gate.check_address(address)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_this_machine_needs_no_login(secrets, address):
    """But half a login is an error here too: whoever wrote it down believes that it works."""
    secrets("")
    gate.check_address(address)
    secrets("[auth]\nclient_id = 'x'")
    with pytest.raises(UserError, match="not whole"):
        gate.check_address(address)


def test_without_authlib_there_is_no_login(secrets, monkeypatch):
    """Streamlit would only say so when somebody presses the button."""
    secrets(WHOLE)
    monkeypatch.setattr(auth_util, "is_authlib_installed", lambda: False)
    with pytest.raises(UserError, match=r"second-look\[auth\]"):
        gate.check_address("0.0.0.0")


def test_secrets_deleted_later_open_nothing(secrets):
    """Whether a login is needed is settled at the start; without its secret nobody has one."""
    secrets(WHOLE)
    assert login.is_needed()
    config.set_option("secrets.files", [])
    st.secrets._reset()

    assert ask("/picture/0123456789/00", headers=cookie(ADA))[0] == 401


def test_the_name_people_come_back_to_is_known(secrets):
    """The host of redirect_uri needs no second mention; others stay foreign."""
    secrets(WHOLE)

    assert ask("/picture/0123456789/00", host="look.example:8443")[0] == 401
    assert ask("/picture/0123456789/00", host="evil.example")[0] == 421


@pytest.mark.parametrize("page", ["data", "review"])
def test_a_page_shows_the_login_and_nothing_else(secrets, open_project, texts, visit, page):
    """No name of a dataset, no text, no widget but the button."""
    open_project(texts)
    secrets(WHOLE)
    app = visit(page)

    assert [button.label for button in app.button] == ["Log in"]
    assert not app.exception
    assert len(app.sidebar) == 0
    assert texts.name not in str(app.main)


def test_each_provider_has_its_button(secrets):
    """Named ones by their names; half a one has none."""
    part = 'client_id = "i"\nclient_secret = "s"\nserver_metadata_url = "https://a.example"\n'
    head = f'[auth]\nredirect_uri = "https://a.example/c"\ncookie_secret = "{SECRET}"\n'
    secrets(f"{head}[auth.university]\n{part}[auth.half]\nclient_id = 'i'\n")

    assert login.providers() == ("university",)
    assert login.lacking() == ""


def test_a_reviewer_opens_and_writes_no_file_of_the_server(
    secrets, open_project, texts, visit, monkeypatch
):
    """No field for a path, neither to read nor to write; the download stays."""
    open_project(texts)
    secrets(WHOLE)
    monkeypatch.setattr(login, "reviewer", lambda: "ada@example.org")
    data, export = visit("data"), visit("export")

    assert not data.exception
    assert not export.exception
    assert [field.label for field in data.text_input] == []
    assert "Open the example" not in [button.label for button in data.button]
    assert [field.label for field in export.text_input] == ["Only rows where"]
    assert "Write" not in [button.label for button in export.button]
    assert "Reviewer: ada@example.org" in [text.value for text in data.sidebar.text]
