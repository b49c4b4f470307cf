"""Headers of every answer: nothing from elsewhere is loaded, nothing is embedded elsewhere, nothing is told to others."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'; form-action 'self'; object-src 'none'; base-uri 'self'"
)
UNUSED = ("camera", "display-capture", "geolocation", "microphone", "payment", "serial", "usb")
"""What a browser can do and no page here needs."""
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def headers() -> dict[str, str]:
    """What every answer says."""
    return {
        "Content-Security-Policy": POLICY.format(scripts=" ".join(own_scripts())),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def own_scripts() -> list[str]:
    """Hashes of the scripts that stand in Streamlit's own page, so that these and no others may run from a page."""
    page = Path(st.__file__).parent / "static" / "index.html"
    digests = [hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page.read_bytes())]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


async def broken(request: Request, error: Exception) -> Response:
    """The answer where the server itself broke, which is given outside of everything that stands around the pages."""
    return PlainTextResponse("The server could not answer this. Its log says where it broke.\n", 500, headers())


class SecurityHeaders:
    """Adds the headers to every answer, whoever gives it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    own.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
