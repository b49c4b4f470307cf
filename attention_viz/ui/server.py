"""The server around the pages: what happens once before the first visitor, and the headers of every answer."""

from __future__ import annotations

import base64
import gc
import hashlib
import importlib
import pkgutil
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from attention_viz import ui
from attention_viz.selection import Selection
from attention_viz.ui.limits import limits

POLICY = (
    "default-src 'self'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'; object-src 'none'; base-uri 'self'"
)
INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def headers() -> dict[str, str]:
    """What every answer says: nothing from elsewhere is loaded, and the address is told to nobody."""
    return {
        "Content-Security-Policy": POLICY.format(scripts=" ".join(own_scripts())),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def own_scripts() -> list[str]:
    """Hashes of the scripts that stand in Streamlit's own page, so that these and no others may run from a page."""
    page = Path(st.__file__).parent / "static" / "index.html"
    digests = [hashlib.sha256(script).digest() for script in INLINE_SCRIPT.findall(page.read_bytes())]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


USED_BY_STREAMLIT = (
    "pandas",
    "pyarrow",
    "streamlit.components.v2.manifest_scanner",
    "streamlit.dataframe_util",
    "streamlit.elements.lib.image_utils",
    "streamlit.emojis",
    "streamlit.runtime.scriptrunner.magic_funcs",
)
"""What Streamlit imports when it draws its first page."""


class SecurityHeaders:
    """Adds the headers to every answer."""

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


@asynccontextmanager
async def warm_up(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Read the limits, load the embedded model and read one sentence before anybody waits for it."""
    limits()
    await anyio.to_thread.run_sync(_read_once)
    # Else Streamlit serves the folder pages/ by itself until the first visitor has run app.py: whoever comes first by a
    # link to one of its pages would see that page alone, without its session.
    PagesManager.uses_pages_directory = False
    yield {}


def _read_once() -> None:
    import torch

    for name in (*(module.name for module in pkgutil.iter_modules(ui.__path__, f"{ui.__name__}.")), *USED_BY_STREAMLIT):
        importlib.import_module(name)
    from attention_viz.ui.caches import embedded_model, read
    from attention_viz.ui.examples import DEFAULT

    torch.set_num_threads(1)  # threads of several sessions on few cores fight; one each is faster for all
    read(embedded_model(), Selection(text=DEFAULT.first, second=DEFAULT.second))
    # Streamlit collects all generations after every run; with torch loaded that takes 0.3 s unless what is here now is frozen.
    gc.collect()
    gc.freeze()
