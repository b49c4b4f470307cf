"""The server says once, before the first visitor, what all of them rely on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from attention_viz.ui import server


def test_no_page_is_served_without_the_app_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    monkeypatch.setattr(server, "_read_once", lambda: None)

    async def start() -> bool | None:
        async with server.warm_up(st.App("app.py")):
            return PagesManager.uses_pages_directory

    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread
        assert elsewhere.submit(anyio.run, start).result() is False
