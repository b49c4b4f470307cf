"""Health: does this server answer, and is it ready for visitors? For whoever watches it or shares visitors out among several."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


@dataclass
class Readiness:
    """What keeps visitors out; "" = nothing. Only the server's start and its end change it."""

    obstacle: str = "the model is not loaded yet"


READINESS = Readiness()
"""That of this process."""


async def alive(request: Request) -> Response:
    """The process answers."""
    return _answer("ok", 200)


async def ready(request: Request) -> Response:
    """The model is loaded and has read one text; else 503 and what is missing."""
    return _answer(READINESS.obstacle or "ok", 503 if READINESS.obstacle else 200)


def _answer(text: str, status: int) -> Response:
    return PlainTextResponse(f"{text}\n", status, {"Cache-Control": "no-store"})


ROUTES = [Route("/healthz", alive), Route("/readyz", ready)]
OPEN = ("/healthz", "/readyz", "/_stcore/health")
"""Addresses that are answered without an access code; the last is Streamlit's own."""
