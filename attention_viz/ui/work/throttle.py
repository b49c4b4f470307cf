"""Throttle: work that is done one at a time, because together it would take longer for everybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from attention_viz.ui.work.fair_lock import FairLock
from attention_viz.ui.work.visitor import own_address

LONGEST_WAIT = 0.1
"""Seconds after which a page stops waiting for the one before it. Most pages take less."""

_next_page = FairLock()
_page = threading.Lock()
_passes = threading.Lock()
_download = threading.Lock()


@contextmanager
def throttle_page() -> Iterator[None]:
    """To be held while a page is drawn. Pages of a class that competed for Python's lock would each cost a tenth more.

    One page waits for the lock, the others wait behind it, and their addresses take turns. Nobody waits long for a slow page: after LONGEST_WAIT the first
    that waits is drawn at the same time.
    """
    with _next_page.held_for(own_address()):
        alone = _page.acquire(timeout=LONGEST_WAIT)
    try:
        yield
    finally:
        if alone:
            _page.release()


@contextmanager
def throttle_forward(*, waited_for: bool) -> Iterator[None]:
    """To be held during the forward passes of a model.

    waited_for : short passes, for which a visitor waits, run one after the other: that costs less than if they competed
                 for the cores. Those of a job are not throttled, so that nobody waits behind them; the pool bounds them.
    """
    if not waited_for:
        yield
        return
    with _passes:
        yield


@contextmanager
def throttle_download() -> Iterator[None]:
    """To be held while a file to download is made: one at a time, because most of it is Python's own work."""
    with _download:
        yield
