"""A lock that says how many stand before it, so that a test need not guess how long somebody takes to come to it."""

from __future__ import annotations

import threading
import time

PATIENCE = 20.0
"""Seconds that somebody may take to come to the door on a busy machine."""


class Door:
    """Behaves as threading.Lock does."""

    def __init__(self) -> None:
        self._lock, self._count, self.waiting = threading.Lock(), threading.Lock(), 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self._lock.acquire(blocking=False):
            return True
        with self._count:
            self.waiting += 1
        try:
            return self._lock.acquire(blocking, timeout)
        finally:
            with self._count:
                self.waiting -= 1

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def has_before_it(self, number: int) -> bool:
        """Waits until so many stand before it; whether they came."""
        deadline = time.monotonic() + PATIENCE
        while self.waiting < number and time.monotonic() < deadline:
            threading.Event().wait(0.001)
        return self.waiting >= number
