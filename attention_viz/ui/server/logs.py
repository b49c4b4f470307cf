"""Logs: what happened and where in the program, without what visitors wrote."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SERVER = "uvicorn"
"""The logger of the web server, whose lines may name addresses."""


@contextmanager
def texts_left_out() -> Iterator[None]:
    """While this holds, no line of any logger carries the message of an exception, nor the query of an address.

    The message of an exception may quote a text (a KeyError is made of it), and the query of a link is one.
    """
    usual = logging.getLogRecordFactory()

    def make(*arguments: Any, **named: Any) -> logging.LogRecord:
        record = usual(*arguments, **named)
        if record.exc_info:
            record.exc_text, record.exc_info = where(record.exc_info[1]), None
        if record.name.split(".")[0] == SERVER and isinstance(record.args, tuple):
            record.args = tuple(each.partition("?")[0] if isinstance(each, str) else each for each in record.args)
        return record

    logging.setLogRecordFactory(make)
    hook, threading.excepthook = threading.excepthook, _log_fault
    try:
        yield
    finally:
        logging.setLogRecordFactory(usual)
        threading.excepthook = hook


def _log_fault(fault: threading.ExceptHookArgs) -> None:
    """What ends a thread, such as a long computation, through the logger: Python itself would print its message."""
    if fault.exc_value is not None:
        logging.getLogger(__name__).log(logging.ERROR, "A fault ended a thread", exc_info=fault.exc_value)


def where(error: BaseException | None) -> str:
    """The traceback of an exception and of those that led to it: files, lines and kinds, not what they say."""
    parts: list[str] = []
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\nled to\n\n".join(reversed(parts))
