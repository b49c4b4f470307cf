"""Byte cache: values that many sessions share, within a bound of bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from attention_viz.errors import RoomError
from attention_viz.models.memory import memory_told
from attention_viz.ui.server.limits import MB

Value = TypeVar("Value")


class ByteCache:
    """The most recently used values within a bound of bytes. Two who ask for the same value share one computation."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._lock = threading.Lock()
        self._values: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._reserved: dict[Hashable, int] = {}
        self._making: dict[Hashable, threading.Lock] = {}
        self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """What the values take now."""
        return self._nbytes

    def peek(self, key: Hashable) -> Any | None:
        """The value if it is there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
            return None

    def get(self, key: Hashable, make: Callable[[], Value], size: Callable[[Value], int]) -> Value:
        """The value, made now if it is not there.

        Raises RoomError for one that is larger than the bound, OutOfMemoryError where the computer has no more memory.
        """
        value: Value | None = self.peek(key)
        if value is not None:
            return value
        with self._lock:
            maker = self._making.setdefault(key, threading.Lock())
        try:
            with maker:
                value = self.peek(key)
                if value is None:
                    with memory_told():
                        value = make()
                    self._store(key, value, size(value))
        finally:
            with self._lock:
                self._making.pop(key, None)
                self._reserved.pop(key, None)
        return value

    def reserve(self, key: Hashable, size: int) -> None:
        """Evict values now, so that the one that is being made for this key fits. Raises RoomError where it cannot."""
        with self._lock:
            self._check_size(size)
            if sum(self._reserved.values()) + size > self.limit:
                raise RoomError("Something else as large is being loaded. Try again in a moment.")
            self._reserved[key] = size
            self._evict()

    def _store(self, key: Hashable, value: Any, size: int) -> None:
        with self._lock:
            self._check_size(size)
            self._reserved.pop(key, None)
            self._values[key] = (value, size)
            self._nbytes += size
            self._evict()

    def _check_size(self, size: int) -> None:
        if size > self.limit:
            raise RoomError(
                "This takes {size:,} MB of memory; on this server it may take {most:,} MB. Choose a shorter text or a smaller model, or raise the limit where the app is run.",
                size=-(-size // MB),
                most=self.limit // MB,
            )

    def _evict(self) -> None:
        """Evict down to the bound, the least recently used first."""
        while self._nbytes + sum(self._reserved.values()) > self.limit and self._values:
            _, (_, size) = self._values.popitem(last=False)
            self._nbytes -= size
