"""A provider of logins by OpenID Connect, as small as it can be: whoever comes chooses a name."""

import secrets
import sys
import time
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PEOPLE = ("ada@example.org", "eve@elsewhere.org")
KEY = RSAKey.generate_key(2048, {"kid": "one"})
ASKED: dict[str, tuple[str, str | None, str]] = {}
"""By code, who chose it, the nonce and the client."""


def app(port: int) -> Starlette:
    """The provider on that port of this machine."""
    me = f"http://127.0.0.1:{port}"

    async def known(request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": me,
                "authorization_endpoint": f"{me}/authorize",
                "token_endpoint": f"{me}/token",
                "jwks_uri": f"{me}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        who = asked.pop("who", None)
        if who is None:
            links = [f'<a href="?{urlencode(asked | {"who": one})}">{one}</a>' for one in PEOPLE]
            return HTMLResponse("<br>".join(links))
        code = secrets.token_hex(8)
        ASKED[code] = who, asked.get("nonce"), asked["client_id"]
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}")

    async def token(request: Request) -> Response:
        form = dict(item.split("=") for item in (await request.body()).decode().split("&"))
        who, nonce, client = ASKED.pop(form["code"])
        now = int(time.time())
        claims = {
            "iss": me, "aud": client, "sub": f"number of {who}", "iat": now, "exp": now + 3600,
            "email": who, "email_verified": True, "nonce": nonce,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": signed})

    async def keys(request: Request) -> Response:
        return JSONResponse({"keys": [KEY.as_dict(private=False)]})

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", known),
            Route("/authorize", authorize),
            Route("/token", token, methods=["POST"]),
            Route("/keys", keys),
        ]
    )


if __name__ == "__main__":
    PORT = int(sys.argv[1])
    uvicorn.run(app(PORT), host="127.0.0.1", port=PORT, log_level="warning")
