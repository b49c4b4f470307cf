"""Run: long work that one visitor began in a lesson, shown from its first picture on however fast it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from attention_viz.errors import AttentionVizError
from attention_viz.ui.work.ticket import Ticket

RATE = 4.0
"""Pictures a second."""
LONGEST = 15.0
"""Seconds that pictures which are all there take, at most."""


@dataclass(eq=False)
class Run:
    """Work of this visitor: nobody else's, though its result may be computed once for all.

    count : how many pictures there are of a result, or of what is there so far
    begun : when it was begun, in seconds of a clock that never goes back
    """

    ticket: Ticket
    count: Callable[[Any], int]
    begun: float = field(default_factory=time.monotonic)

    @property
    def key(self) -> Hashable:
        return self.ticket.key

    @property
    def made(self) -> Any:
        """The result, or what is there so far; None where nothing is."""
        return self.ticket.result if self.ticket.result is not None else self.ticket.job.so_far

    @property
    def error(self) -> AttentionVizError | None:
        """Why it ended without a result, once it has ended; a job that works still has that of a fault, in case of one."""
        return self.ticket.error if self.ticket.done else None

    @property
    def shown(self) -> int:
        """How many pictures have been shown by now, the first of them at once."""
        n = self.count(self.made) if self.made else 0
        rate = max(RATE, n / LONGEST) if self.ticket.done else RATE
        return min(n, 1 + int((time.monotonic() - self.begun) * rate))

    @property
    def under_way(self) -> bool:
        """Whether there will be more to see."""
        if self.ticket.left or self.error is not None:
            return False
        return not self.ticket.done or self.shown < self.count(self.made)

    @property
    def complete(self) -> bool:
        """Whether it ended with a result, and all of it has been shown."""
        return self.ticket.result is not None and not self.under_way

    def leave(self) -> None:
        """No longer want it."""
        self.ticket.leave()
