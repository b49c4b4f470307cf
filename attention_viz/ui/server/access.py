"""Access code: whoever does not know it gets no page, no file and no session."""

from __future__ import annotations

import hmac
import logging
import math
import os
import unicodedata
from urllib.parse import parse_qs

import streamlit as st
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from attention_viz.errors import InputError, Message
from attention_viz.ui.server.client_address import client_address
from attention_viz.ui.server.health import OPEN
from attention_viz.ui.server.login_page import WRONG, language_asked, login_page
from attention_viz.ui.server.rate_limit import RateLimit
from attention_viz.ui.server.signed_cookie import LIFETIME, SignedCookie

VARIABLE = "ATTENTION_VIZ_CODE"
"""Environment variable that holds the code; without it everybody is let in."""
LEAST = 6
"""Characters of a code: fewer are guessed too soon."""
ENOUGH_DIGITS = 10
"""Of a code that has nothing else: at the rate of RateLimit all of 6 are tried in six days, those of 10 in 160 years."""
COOKIE = "attention_viz_pass"
FORM = "application/x-www-form-urlencoded"
LONGEST_FORM = 4_096
"""Bytes of a form that are read."""


class AccessCode:
    """Middleware before the whole app; without a code everybody is let in.

    Whoever enters the code gets a cookie for some hours. It is signed with `server.cookieSecret` and the code: replicas
    with the same two let each other's visitors in, and another code ends every old cookie.
    """

    def __init__(self, app: ASGIApp, code: str = "") -> None:
        self.app = app
        self.code = spelled(code)
        self.cookie = SignedCookie(st.get_option("server.cookieSecret"), self.code)
        self.rate_limit = RateLimit()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self.code or scope["type"] == "lifespan" or scope["path"] in OPEN:
            await self.app(scope, receive, send)
        elif scope["type"] == "http" and _is_form(scope):
            await (await self._entered(Request(scope, receive)))(scope, receive, send)
        elif self.cookie.is_valid(HTTPConnection(scope).cookies.get(COOKIE, "")):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(1008)(scope, receive, send)  # before it is accepted: an answer 403
        else:
            await _ask(HTTPConnection(scope))(scope, receive, send)

    async def _entered(self, request: Request) -> Response:
        """The answer to a code: in, and the cookie for it; or the form again, and why."""
        address = client_address(request.scope)
        code = spelled(await _code(request))  # no await from here on: codes that come at once are counted one by one
        if wait := self.rate_limit.wait(address):
            return _too_many(request, math.ceil(wait))
        if not hmac.compare_digest(code.encode(), self.code.encode()):
            self.rate_limit.count_wrong(address)
            logging.getLogger(__name__).log(logging.WARNING, "A wrong access code from %s", address)
            return _ask(request, WRONG)
        return self._let_in(request)

    def _let_in(self, request: Request) -> Response:
        """Back to where the visitor came from: an address of a query alone cannot lead to another server."""
        answer = Response(status_code=303, headers={"Location": f"?{request.url.query}", "Cache-Control": "no-store"})
        answer.set_cookie(
            COOKIE,
            self.cookie.issue(),
            max_age=LIFETIME,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer


def code_set() -> str:
    """The code that this server was started with; "" = none."""
    return os.environ.get(VARIABLE, "")


def check_code(code: str) -> None:
    """Whether a server may be started with this code. Raises InputError where it would soon be guessed."""
    if 0 < (n := len(spelled(code))) < LEAST:
        raise InputError(
            "The access code in {variable} has {n} characters; it needs at least {least}. Choose a longer one.",
            variable=VARIABLE,
            n=n,
            least=LEAST,
        )


def warn_of_few_digits(code: str) -> None:
    """Say in the log that a code of digits alone can be guessed by many computers, however slowly they may try."""
    n = len(spelled(code))
    if spelled(code).isdecimal() and n < ENOUGH_DIGITS:
        say = "The access code is made of %d digits: many computers together can guess it. Take letters too, or %d digits."
        logging.getLogger(__name__).log(logging.WARNING, say, n, ENOUGH_DIGITS)


def spelled(code: str) -> str:
    """A code as it is compared: full-width letters and digits of a Chinese keyboard are the usual ones, blanks around it are left out."""
    return unicodedata.normalize("NFKC", code).strip()


def _is_form(scope: Scope) -> bool:
    """Whether this is an entered code; what the app itself is sent is no form."""
    return scope["method"] == "POST" and HTTPConnection(scope).headers.get("content-type", "").startswith(FORM)


async def _code(request: Request) -> str:
    """What was entered; "" where there is none, or more than a form has."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            return ""
    try:
        return parse_qs(body.decode(), max_num_fields=4).get("code", [""])[0]
    except ValueError:
        return ""


def _ask(connection: HTTPConnection, refusal: Message | None = None, status: int = 403) -> Response:
    """The form for a page, one line for a file: nothing of either without the code."""
    if "text/html" not in connection.headers.get("accept", "") and refusal is None:
        return PlainTextResponse("An access code is needed.\n", status, {"Cache-Control": "no-store"})
    page = login_page(language_asked(connection.headers.get("accept-language", "")), refusal)
    return HTMLResponse(page, status, {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language, Cookie"})


def _too_many(request: Request, seconds: int) -> Response:
    refusal = Message(
        "Too many wrong codes have come from your network. Wait {seconds} seconds, then enter the code again.",
        {"seconds": seconds},
    )
    answer = _ask(request, refusal, 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer
