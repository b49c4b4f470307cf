"""Job: one piece of long work, how far it is and how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from attention_viz.errors import AttentionVizError, Message, StoppedError
from attention_viz.models.memory import memory_told


@dataclass(eq=False)
class Job:
    """One piece of long work. `done` says that it ended: with `result`, with `error`, or stopped.

    so_far    : what there is to see meanwhile; the work replaces it, and never changes what it once put there
    asked     : visitors who wanted it; last_seen: those who still do -> when they last asked about it, monotonic seconds
    addresses : who wants it -> where he or she comes from; gone: those whose connection was closed meanwhile
    """

    key: Hashable
    work: Work | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    started: bool = False
    done: bool = False
    fraction: float | None = None
    doing: Message | None = None
    result: Any = None
    so_far: Any = None
    error: AttentionVizError | None = None
    asked: set[str] = field(default_factory=set)
    last_seen: dict[str, float] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def report(self, fraction: float | None, doing: Message | None = None) -> None:
        """How far the work is, 0 to 1, and what it does; called by the work itself, between its steps."""
        self.fraction, self.doing = fraction, doing or self.doing

    def step(self, done: int, total: int) -> None:
        """The same for work that counts its steps, and its end where the job was stopped."""
        self.report(done / total)
        if self.stop.is_set():
            raise StoppedError("Stopped after {done} of {total} steps.", done=done, total=total)

    def run(self) -> None:
        """Do the work, and keep how it ended."""
        assert self.work is not None
        self.error = AttentionVizError(
            "A fault in the program ended this; the server's log says where. Try another text."
        )
        try:
            with memory_told():
                self.result = self.work(self)
            self.error = None
        except StoppedError:
            self.stop.set()
            self.error = None
        except AttentionVizError as error:
            self.error = error


Work = Callable[[Job], Any]
