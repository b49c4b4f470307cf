"""Progress: how far the measuring of a collection is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from attention_viz.corpus.plan import Done


@dataclass(frozen=True)
class Progress:
    """How far the measuring of a collection is.

    texts   : that are done; failed: of these, those that could not be read
    anew    : of these, those of this run; seconds: what they took
    share   : of the collection, 0 to 1; None where nobody knows how large it is
    """

    texts: int
    failed: int
    anew: int
    seconds: float
    share: float | None

    @property
    def per_second(self) -> float:
        """Texts a second, of this run."""
        return self.anew / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take; None where that cannot be said."""
        if not self.share or not self.anew:
            return None
        left = self.texts / self.share - self.texts
        return max(0.0, left / self.per_second)


def spelt(progress: Progress) -> str:
    """In one line, for a terminal: texts, their pace, the time left."""
    parts = [f"{progress.texts:,} texts", f"{progress.per_second:.0f} a second"]
    if progress.share is not None:
        parts.insert(0, f"{int(100 * progress.share):3d}%")
    if progress.seconds_left is not None:
        parts.append(f"{_time(progress.seconds_left)} left")
    if progress.failed:
        parts.append(f"{progress.failed:,} not read")
    return ", ".join(parts)


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"


@dataclass
class Clock:
    """Counts shards as they are done, and tells of it."""

    tell: Callable[[Progress], None] | None
    share: Callable[[], float | None]
    texts: int = 0
    failed: int = 0
    anew: int = 0
    start: float = field(default_factory=time.monotonic)

    def count(self, done: Done) -> None:
        self.texts += done.texts
        self.failed += done.failed
        self.anew += done.texts if done.anew else 0
        if not self.anew:
            self.start = time.monotonic()  # what was done before took no time of this run
        if self.tell is not None:
            self.tell(self.progress)

    @property
    def progress(self) -> Progress:
        return Progress(self.texts, self.failed, self.anew, time.monotonic() - self.start, self.share())
