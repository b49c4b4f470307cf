"""The server around the pages: what happens once before the first visitor, and the headers of every answer."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'self'; object-src 'none'; base-uri 'self'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class SecurityHeaders:
    """Nothing from elsewhere is loaded, and addresses, which may hold a text, are told to nobody."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


@asynccontextmanager
async def warm_up(app: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load the embedded model and read one sentence before anybody waits for it."""
    await anyio.to_thread.run_sync(_read_once)
    yield {}


def _read_once() -> None:
    import torch

    from attention_viz.ui.caches import embedded_model, read
    from attention_viz.ui.examples import DEFAULT

    torch.set_num_threads(1)  # threads of several sessions on few cores fight; one each is faster for all
    read(embedded_model(), DEFAULT.first, DEFAULT.second)
    # Streamlit collects all generations after every run; with torch loaded that takes 0.3 s unless what is here now is frozen.
    gc.collect()
    gc.freeze()
