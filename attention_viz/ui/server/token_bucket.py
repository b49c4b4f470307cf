"""Token bucket: something may happen so often at once, and then once every so many seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class TokenBucket:
    """`burst` tokens at once; each that was taken is back after `pause` seconds, one after the other.

    full_at : when all tokens are back, seconds of the clock
    """

    burst: float
    pause: float
    clock: Callable[[], float] = time.monotonic
    full_at: float = field(default=float("-inf"))

    def wait(self, tokens: float = 1) -> float:
        """Seconds until so many tokens are there; 0 = now."""
        return max(0.0, self.full_at - self.clock() - (self.burst - tokens) * self.pause)

    def take(self, tokens: float = 1) -> None:
        """Take tokens, whether they are there or not: whoever takes too many waits longer for the next."""
        self.full_at = max(self.clock(), self.full_at) + tokens * self.pause

    @property
    def full(self) -> bool:
        """Whether all tokens are there, as if none had been taken."""
        return self.full_at <= self.clock()
