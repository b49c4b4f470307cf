"""Passes: the signed note in a cookie that says until when its holder has been let in."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

LASTING = 12 * 3600
"""Seconds: a long day at school."""


class Passes:
    """Issues passes and tells whether one holds.

    secret : of the server; the replicas of one server share it. With another secret or another code, no old pass holds.
    """

    def __init__(self, secret: str, code: str, clock: Callable[[], float] = time.time) -> None:
        self._key = hmac.new(secret.encode(), b"access code\0" + code.encode(), hashlib.sha256).digest()
        self.clock = clock

    def issue(self) -> str:
        """A pass from now on: the time of its end, and the signature of that."""
        end = str(int(self.clock()) + LASTING)
        return f"{end}.{self._signature(end)}"

    def holds(self, value: str) -> bool:
        """Whether this is one of ours and its time is not over."""
        end, _, signature = value.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(end).encode()):
            return False
        return self.clock() < int(end) <= self.clock() + LASTING

    def _signature(self, end: str) -> str:
        return hmac.new(self._key, end.encode(), hashlib.sha256).hexdigest()
