"""Who is logged in, where the server asks for it: OpenID Connect, as Streamlit's secrets name it.

Streamlit keeps who somebody is in a signed cookie. Its pages are told; the routes beside them read
the same cookie here, so that a picture needs the login that its card needed.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache, wraps
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit import auth_util
from streamlit.web.server.server_util import AUTH_COOKIE_NAME, get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value

from pages.shared import coming_back
from pages.shared.words import plain
from store.errors import UserError

Endpoint = Callable[[Request], Awaitable[Response]]
PROVIDER = ("client_id", "client_secret", "server_metadata_url")
"""What every provider of logins is named by."""
SHORTEST = 32
"""Letters of a cookie_secret: who guesses it is whoever they like."""


@cache
def is_needed() -> bool:
    """Whether every page and route is for those alone who have logged in.

    Settled when the server starts: a secrets.toml that is deleted later opens nothing.
    """
    return bool(_section("auth"))


def lacking() -> str:
    """What a login by these secrets would fail for; "" = nothing."""
    auth = _section("auth")
    if not auth:
        return "there is no [auth] section in .streamlit/secrets.toml"
    missing = [name for name in ("redirect_uri", "cookie_secret") if not auth.get(name)]
    if missing:
        return f"[auth] in secrets.toml has no {' and no '.join(missing)}"
    if len(str(auth["cookie_secret"])) < SHORTEST:
        return f"cookie_secret in secrets.toml is shorter than {SHORTEST} letters"
    if not providers():
        return f"[auth] in secrets.toml names no provider with {', '.join(PROVIDER)}"
    if not auth_util.is_authlib_installed():
        return 'Authlib is not installed (pip install "second-look[auth]")'
    return ""


def providers() -> tuple[str, ...]:
    """Names of the providers that are named whole; "" is the one that has no name."""
    auth = _section("auth")
    named = [name for name, part in auth.items() if isinstance(part, Mapping) and _is_whole(part)]
    return ("",) * _is_whole(auth) + tuple(named)


def own_host() -> str:
    """The name by which the provider of logins sends people back here; "" = none."""
    origin = auth_util.get_origin_from_redirect_uri() if is_needed() else None
    return (origin or "").partition("://")[2]


def name_in(claims: Mapping[str, Any]) -> str | None:
    """Under which name a person's decisions stand in the log; None = not logged in, or not let in.

    An address that the provider has not checked is whatever its owner typed, and is no name.
    """
    if claims.get("is_logged_in") is not True:
        return None
    address = claims.get("email") if claims.get("email_verified") is not False else None
    name = str(address or claims.get("sub") or "").strip().lower()
    let_in: Sequence[str] = _section("second_look").get("reviewers", ["*"])
    patterns = [let_in] if isinstance(let_in, str) else let_in
    return name if name and any(fnmatchcase(name, one.lower()) for one in patterns) else None


def name_of_request(request: Request) -> str | None:
    """Who sent a request, by the cookie that Streamlit signed; None = nobody it knows."""
    secret = get_cookie_secret()

    def signed(name: str) -> bytes | None:
        value = request.cookies.get(name)
        return None if value is None else decode_signed_value(secret, name, value.encode("latin-1"))

    try:
        claims = json.loads(auth_util.get_cookie_with_chunks(signed, AUTH_COOKIE_NAME) or b"null")
    except ValueError:  # not of Latin letters, or not of JSON: no cookie of ours
        return None
    # Cookies know no ports: another server of this machine may have signed it by the same secret.
    if not isinstance(claims, dict) or claims.get("origin") != (
        auth_util.get_origin_from_redirect_uri() or ""
    ):
        return None
    return name_in(claims)


def for_reviewers(endpoint: Endpoint) -> Endpoint:
    """The same route, refusing whoever has to log in first; it finds the name in the request."""

    @wraps(endpoint)
    async def guarded(request: Request) -> Response:
        request.state.reviewer = None
        if is_needed():
            request.state.reviewer = name_of_request(request)
            if request.state.reviewer is None:
                return PlainTextResponse("Log in first: open this server in the browser.\n", 401)
        return await endpoint(request)

    return guarded


def reviewer() -> str | None:
    """Who looks at this page; None where nobody has to log in. Nobody else comes this far."""
    return name_in(st.user.to_dict()) if is_needed() else None


def require() -> None:
    """Where logins are needed, the page ends here until somebody has logged in who may review."""
    if not is_needed():
        return
    has_come_in = reviewer() is not None
    coming_back.mount(is_waiting=not has_come_in)
    if has_come_in:
        return
    st.title("Second Look")
    claims = st.user.to_dict()
    if claims.get("is_logged_in"):
        who = plain(str(claims.get("email") or claims.get("sub") or "somebody without a name"))
        st.error(
            f"You are logged in as {who}, and this server does not have you among its reviewers. "
            "Log in as somebody else, or ask whoever runs it to let you in.",
            icon=":material/lock:",
        )
        st.button("Log out", on_click=st.logout)
        st.stop()
    st.write("Log in to review.")
    for provider in providers():
        title = f"Log in with {provider}" if provider else "Log in"
        st.button(title, on_click=st.login, args=(provider or None,), icon=":material/login:")
    st.stop()


def _section(name: str) -> Mapping[str, Any]:
    if not st.secrets.load_if_toml_exists():
        return {}
    section = st.secrets.get(name, {})
    if not isinstance(section, Mapping):
        raise UserError(f"{name} in secrets.toml is {section!r:.40}; a section [{name}] is meant.")
    return section


def _is_whole(part: Mapping[str, Any]) -> bool:
    return all(part.get(name) for name in PROVIDER)
