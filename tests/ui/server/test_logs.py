"""The log says where something broke, and nothing that a visitor wrote."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

import pytest

from attention_viz.ui.server.logs import texts_left_out, where

TEXT = "a sentence that nobody else reads"


def broken() -> None:
    try:
        {}[TEXT]
    except KeyError as error:
        raise ValueError(f"cannot read {TEXT}") from error


def logged(caplog: pytest.LogCaptureFixture, log: Callable[[], None]) -> str:
    with texts_left_out():
        log()
    return caplog.text


def test_a_traceback_keeps_its_places_and_loses_its_messages(caplog: pytest.LogCaptureFixture) -> None:
    def log() -> None:
        try:
            broken()
        except ValueError:
            logging.getLogger("streamlit.error_util").exception("Uncaught app execution")

    text = logged(caplog, log)
    assert TEXT not in text
    assert "in broken" in text
    assert "builtins.ValueError" in text
    assert "builtins.KeyError" in text
    assert "Uncaught app execution" in text


def test_the_servers_lines_lose_the_query_of_an_address(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("uvicorn.error").warning
    text = logged(caplog, lambda: log('%s - "WebSocket %s" %d', ("::1", 5), f"/_stcore/stream?text={TEXT}", 403))
    assert TEXT not in text
    assert '"WebSocket /_stcore/stream" 403' in text


def test_afterwards_the_log_is_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    before = logging.getLogRecordFactory()
    logged(caplog, lambda: None)
    assert logging.getLogRecordFactory() is before


def test_an_exception_without_a_place_has_its_kind() -> None:
    assert where(ValueError(TEXT)) == "builtins.ValueError"
    assert where(None) == ""


def test_exceptions_that_cause_each_other_come_to_an_end() -> None:
    first, second = ValueError(TEXT), KeyError(TEXT)
    first.__cause__, second.__cause__ = second, first
    assert where(first).count("builtins.") == 2


def test_a_fault_that_ends_a_thread_is_told_like_any_other(caplog: pytest.LogCaptureFixture) -> None:
    def log() -> None:
        thread = threading.Thread(target=broken)
        thread.start()
        thread.join()

    text = logged(caplog, log)
    assert TEXT not in text
    assert "in broken" in text
