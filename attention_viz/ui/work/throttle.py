"""Turns: what goes one after the other, because together it would take longer for everybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 0.1
"""Seconds after which a page stops waiting for the one before it. Most pages take less."""

_next_page = threading.Lock()
_page = threading.Lock()
_passes = threading.Lock()
_download = threading.Lock()


@contextmanager
def page_turn() -> Iterator[None]:
    """To be held while a page is put together. Pages of a class that fought for Python's lock would each cost a tenth more.

    One page waits at the door, the others behind it. Nobody waits long for a slow page: after PATIENCE the one at the door
    goes in beside it.
    """
    with _next_page:
        alone = _page.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if alone:
            _page.release()


@contextmanager
def forward_turn(*, waited_for: bool) -> Iterator[None]:
    """To be held round the passes of a model.

    waited_for : short ones, for which a visitor waits, go one after the other: that costs less than if they fought for
                 the cores. Those of a job do not take a turn, so that nobody waits behind them; the pool bounds them.
    """
    if not waited_for:
        yield
        return
    with _passes:
        yield


@contextmanager
def download_turn() -> Iterator[None]:
    """To be held while a file to download is made: one at a time, because most of it is Python's own work."""
    with _download:
        yield
