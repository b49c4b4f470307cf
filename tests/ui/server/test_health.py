"""Who shares visitors out among servers learns which of them can take one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from attention_viz.ui import lifespan
from attention_viz.ui.server import health
from attention_viz.ui.server.health import OPEN, READINESS, ROUTES

client = TestClient(Starlette(routes=ROUTES))


def test_a_server_that_is_not_ready_is_alive_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(READINESS, "obstacle", "the model is not loaded yet")
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "the model is not loaded yet\n")
    assert answer.headers["cache-control"] == "no-store"


def test_it_is_ready_from_its_first_reading_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.READINESS, "obstacle", "the model is not loaded yet")
    heard = []

    def read_once() -> None:
        heard.append(client.get("/readyz").status_code)

    async def live() -> None:
        async with lifespan.warm_up(st.App("app.py")):
            heard.append(await anyio.to_thread.run_sync(lambda: client.get("/readyz").status_code))

    monkeypatch.setattr(lifespan, "_read_once", read_once)
    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread
        elsewhere.submit(anyio.run, live).result()
    assert [*heard, client.get("/readyz").status_code] == [503, 200, 503]


def test_what_is_open_without_a_code_is_health_alone() -> None:
    assert set(OPEN) == {*(route.path for route in ROUTES), "/_stcore/health"}
