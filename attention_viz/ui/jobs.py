"""Jobs: long work in one bounded pool, shared by everybody who asks for the same thing.

A job reports how far it is, can be stopped, and ends by itself when nobody has looked at it for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from attention_viz.errors import AttentionVizError, Message, StoppedError

WORKERS = 2
"""Jobs that run at the same time; the others wait in line."""
FORGOTTEN_AFTER = 30.0
"""Seconds without anybody looking after which a job is stopped."""


@dataclass
class Job:
    """One piece of long work. `done` says that it ended: with `result`, with `error`, or stopped.

    so_far : what there is to see meanwhile; the work replaces it, and never changes what it once put there
    """

    key: Hashable
    stop: threading.Event = field(default_factory=threading.Event)
    started: bool = False
    done: bool = False
    fraction: float | None = None
    doing: Message | None = None
    result: Any = None
    so_far: Any = None
    error: AttentionVizError | None = None
    looked_at: float = field(default_factory=time.monotonic)

    def look(self) -> Job:
        """Say that somebody still waits for this job."""
        self.looked_at = time.monotonic()
        return self

    def report(self, fraction: float | None, doing: Message | None = None) -> None:
        """How far the work is, 0 to 1, and what it does; called by the work itself, between its steps."""
        self.fraction, self.doing = fraction, doing or self.doing
        if time.monotonic() - self.looked_at > FORGOTTEN_AFTER:
            self.stop.set()

    def step(self, done: int, total: int) -> None:
        """The same for work that counts its steps, and its end where the job was stopped."""
        self.report(done / total)
        if self.stop.is_set():
            raise StoppedError("Stopped after {done} of {total} steps.", done=done, total=total)


Work = Callable[[Job], Any]


class Jobs:
    """The pool: `ask` starts a job or joins the one under way for the same key."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="job")
        self._lock = threading.Lock()
        self._jobs: dict[Hashable, Job] = {}

    def ask(self, key: Hashable, work: Work) -> Job:
        """The job for this key: the one under way, or a new one."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stop.is_set():
                job = self._jobs[key] = Job(key)
                self._pool.submit(self._run, job, work)
            return job.look()

    def ahead(self, job: Job) -> int:
        """How many jobs wait in line before this one."""
        with self._lock:
            waiting = [each for each in self._jobs.values() if not each.started]
        return waiting.index(job) if job in waiting else 0

    def _run(self, job: Job, work: Work) -> None:
        job.started = True
        try:
            if not job.stop.is_set():
                job.result = work(job)
        except StoppedError:
            job.stop.set()
        except AttentionVizError as error:
            job.error = error
        except MemoryError:
            job.error = AttentionVizError(
                "The server ran out of memory for this. Try a shorter text or a smaller model."
            )
        finally:
            with self._lock:
                if self._jobs.get(job.key) is job:
                    del self._jobs[job.key]
            job.done = True
