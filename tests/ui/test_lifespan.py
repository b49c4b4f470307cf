"""The server says once, before the first visitor, what all of them rely on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import streamlit as st
import uvicorn
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from attention_viz.errors import LimitsError
from attention_viz.ui import lifespan


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a start changes for the whole process is put back."""
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    before = config.get_option("server.maxUploadSize")
    yield
    config.set_option("server.maxUploadSize", before)


def test_no_page_is_served_without_the_app_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifespan, "_read_once", lambda: None)

    async def start() -> bool | None:
        async with lifespan.warm_up(st.App("app.py")):
            return PagesManager.uses_pages_directory

    with ThreadPoolExecutor(1) as elsewhere:  # a browser's event loop may run in this thread
        assert elsewhere.submit(anyio.run, start).result() is False


def started() -> None:
    """The start of a server, and its end."""

    async def start() -> None:
        async with lifespan.warm_up(st.App("app.py")):
            pass

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(anyio.run, start).result()


def test_a_file_of_limits_that_does_not_fit_ends_the_start_with_its_sentence(
    limited: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifespan, "_read_once", lambda: pytest.fail("the server went on"))
    limited("[work]\nat_once = 0\n")
    with pytest.raises(LimitsError, match=r"limits.toml: work.at_once is 0; it takes a whole number from 1 to 64"):
        started()


def test_streamlit_takes_no_larger_upload_than_the_limits_say(
    limited: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lifespan, "_read_once", lambda: None)
    limited("[uploads]\nmb = 7\n")
    started()
    assert config.get_option("server.maxUploadSize") == 7


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop for Windows")
def test_the_server_takes_the_loop_that_costs_least() -> None:
    make = uvicorn.Config("app:app").get_loop_factory()
    assert make is not None
    loop = make()
    loop.close()
    assert type(loop).__module__ == "uvloop"
