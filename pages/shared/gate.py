"""Whom the server listens to: this machine, or everybody who has logged in."""

from ipaddress import ip_address

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from pages.shared import login
from store.errors import UserError

HOW = (
    'Install the login with pip install "second-look[auth]" and write .streamlit/secrets.toml '
    "with [auth] redirect_uri (https://NAME/oauth2callback), cookie_secret (python -c 'import "
    "secrets; print(secrets.token_hex(32))'), client_id, client_secret and server_metadata_url of "
    "your OpenID Connect provider"
)


def is_own(address: str | None) -> bool:
    """An address that only this machine can call.

    No address is every address. Other names than localhost are not looked up: what they mean may
    change while the server runs.

    >>> [is_own(one) for one in ("127.0.0.1", "::1", "localhost", "0.0.0.0", None, "myhost")]
    [True, True, True, False, False, False]
    """
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def check() -> None:
    """Before the server listens. Ends the process where others could come in without a login."""
    try:
        check_address(config.get_option("server.address"))
    except UserError as problem:
        raise SystemExit(f"second-look: {problem}") from None


def check_address(address: str | None) -> None:
    """Raises UserError where the server would be open to other machines, or its login cannot work.

    A login that is named, but not whole, is an error at every address: whoever wrote it down
    believes that nobody comes in without.
    """
    if is_own(address) and not login.is_needed():
        return
    if problem := login.lacking():
        where = "every address" if address is None else address
        came = (
            "The login of this server is not whole"
            if is_own(address)
            else f"Second Look would listen on {where}, where other machines can read and decide"
        )
        raise UserError(
            f"{came}: {problem}. {HOW}; or stay on this machine with --server.address 127.0.0.1."
        )


class OwnMachineOnly:
    """Without a login, refuses what reached this machine under an address that others can call.

    For whoever starts the application by a server of their own, which knows nothing of `check`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        called = scope.get("server")
        # A socket in the file system has no port, and its owner says who may open it.
        if called is None or called[1] is None or is_own(called[0]) or login.is_needed():
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        refusal = PlainTextResponse(f"This server has no login. {HOW}.\n", status_code=403)
        return await refusal(scope, receive, send)
