"""Headers of every answer: nothing from elsewhere is loaded, nothing is embedded elsewhere, nothing is told to others."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Components come to the browser as texts, which Streamlit makes into scripts under an address of their own: blob:.
POLICY = (
    "default-src 'self'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' {sockets}; frame-ancestors 'self'; form-action 'self'; object-src 'none'; base-uri 'self'"
)
HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?")
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
"""What a browser can do and no page here needs."""
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def headers(host: str = "") -> dict[str, str]:
    """What every answer says. host: under which the visitor came, with its port; its websocket is named, as not every
    browser takes it for a part of 'self'."""
    sockets = f"ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return {
        "Content-Security-Policy": POLICY.format(scripts=" ".join(own_scripts()), sockets=sockets).replace(" ;", ";"),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


@lru_cache(maxsize=1)
def own_scripts() -> list[str]:
    """Hashes of the scripts that stand in Streamlit's own page, so that these and no others may run from a page."""
    page = Path(st.__file__).parent / "static" / "index.html"
    digests = [hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page.read_bytes())]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


async def broken(request: Request, error: Exception) -> Response:
    """The answer where the server itself broke, which is given outside of everything that stands around the pages."""
    return PlainTextResponse(
        "The server could not answer this. Its log says where it broke.\n",
        500,
        headers(request.headers.get("host", "")),
    )


class SecurityHeaders:
    """Adds the headers to every answer, whoever gives it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        said = headers(Headers(scope=scope).get("host", ""))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in said.items():
                    own.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
