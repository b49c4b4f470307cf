"""Fair lock: one at a time, and where many wait, their addresses take turns."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairLock:
    """A lock that whoever has many waiting does not keep from the others: each address is served once before it is served
    again, and those of one address in the order in which they came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held = False
        self._waiting: OrderedDict[str, deque[threading.Event]] = OrderedDict()

    @property
    def held(self) -> bool:
        """Whether somebody has it."""
        return self._held

    @contextmanager
    def held_for(self, address: str) -> Iterator[None]:
        """Hold it, once it is the turn of this address."""
        turn = threading.Event()
        with self._lock:
            if self._held:
                self._waiting.setdefault(address, deque()).append(turn)
            else:
                self._held = True
                turn.set()
        turn.wait()
        try:
            yield
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            if not self._waiting:
                self._held = False
                return
            address, line = self._waiting.popitem(last=False)
            line.popleft().set()
            if line:
                self._waiting[address] = line  # behind the others
