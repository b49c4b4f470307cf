"""Jobs: long work in one bounded pool, shared by everybody who asks for the same thing.

A job reports how far it is and can be stopped. It ends by itself once nobody wants it any more: whoever asked has left
it, or has not looked at it for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from attention_viz.errors import AttentionVizError, BusyError
from attention_viz.ui.server.limits import WorkLimits
from attention_viz.ui.work.job import Job, Work

USUAL = WorkLimits()
FORGOTTEN_AFTER = 70.0
"""Seconds without a look after which a visitor has gone; a browser lets pages in the background look once a minute."""
ROUND = 1.0
"""Seconds between two rounds of the watch."""
LAST_WORDS = 5.0
"""Seconds that work under way has to notice that the server ends."""


@dataclass(eq=False)
class Ticket:
    """What one visitor holds of a job that others may want too."""

    job: Job
    visitor: str
    pool: Jobs
    left: bool = False

    @property
    def key(self) -> Hashable:
        return self.job.key

    @property
    def done(self) -> bool:
        """Whether the work ended, or this visitor left it."""
        return self.left or self.job.done

    @property
    def result(self) -> Any:
        return None if self.left else self.job.result

    @property
    def error(self) -> AttentionVizError | None:
        return None if self.left else self.job.error

    def look(self) -> Ticket:
        """Say that this visitor still waits."""
        self.pool.look(self.job, self.visitor)
        return self

    def leave(self) -> None:
        """Want it no more; it is stopped, unless somebody else wants it."""
        self.left = True
        self.pool.leave(self.job, self.visitor)

    def ahead(self) -> int:
        """How many jobs in line begin before this one."""
        return self.pool.ahead(self.job)


class Jobs:
    """The pool: `ask` starts a job or joins the one under way for the same key.

    workers : jobs at the same time; of several, one visitor's own leave one for the others
    waiting : jobs in line behind them
    of_one_visitor : jobs of one visitor, in work and in line; more than that, and the one looked at longest ago is left
    """

    def __init__(
        self,
        workers: int = USUAL.at_once,
        waiting: int = USUAL.waiting,
        of_one_visitor: int = USUAL.of_one_visitor,
    ) -> None:
        self.workers, self.waiting, self.of_one_visitor = workers, waiting, of_one_visitor
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._jobs: dict[Hashable, Job] = {}
        self._running: list[Job] = []
        self._watched = False

    @property
    def idle(self) -> bool:
        """Whether there is nothing under way and nothing in line."""
        with self._lock:
            return not self._jobs and not self._running

    def ask(self, key: Hashable, work: Work, visitor: str = "") -> Ticket:
        """A part in the job for this key: the one under way, or a new one. Where the line is full, one that ended so."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stop.is_set():
                self._make_room(visitor)
                self._jobs.pop(key, None)  # one that was stopped; a new one comes last
                job = self._jobs[key] = Job(key, work)
            job.asked.add(visitor)
            job.looks[visitor] = time.monotonic()
            self._start()
            if not job.started and len(self._line()) > self.waiting:
                self._refuse(job)
            return Ticket(job, visitor, self)

    def look(self, job: Job, visitor: str) -> None:
        """Say that a visitor still waits for a job."""
        with self._lock:
            if visitor in job.looks:
                job.looks[visitor] = time.monotonic()

    def leave(self, job: Job, visitor: str) -> None:
        """A visitor wants a job no more: if nobody does, it is stopped."""
        with self._lock:
            job.looks.pop(visitor, None)
            if not job.looks:
                self._drop(job)

    def ahead(self, job: Job) -> int:
        """How many jobs in line begin before this one."""
        with self._lock:
            line = self._line()
            return line.index(job) if job in line else 0

    def end(self) -> None:
        """Stop everything and wait a moment for it: to be called before Python ends, which no thread may outlive."""
        with self._changed:
            for job in list(self._jobs.values()):
                self._drop(job)
            self._changed.wait_for(lambda: not self._running, timeout=LAST_WORDS)

    def _line(self) -> list[Job]:
        """Jobs that wait, in the order in which they begin: who has least under way comes first."""
        waiting = [job for job in self._jobs.values() if not job.started]
        return sorted(waiting, key=self._under_way)

    def _under_way(self, job: Job) -> int:
        """How many jobs run for whoever wants this one and has fewest."""
        return min(sum(visitor in each.asked for each in self._running) for visitor in job.looks)

    def _make_room(self, visitor: str) -> None:
        """Leave what a visitor looked at longest ago, where there are too many."""
        own = [job for job in self._jobs.values() if visitor in job.looks]
        if len(own) >= self.of_one_visitor:
            self.leave(min(own, key=lambda job: job.looks[visitor]), visitor)

    def _start(self) -> None:
        """Begin what may begin now."""
        most = max(1, self.workers - 1)
        while len(self._running) < self.workers:
            job = next((each for each in self._line() if self._under_way(each) < most), None)
            if job is None:
                break
            job.started = True
            self._running.append(job)
            threading.Thread(target=self._run, args=(job,), name="job", daemon=True).start()
        if not self._watched and self._jobs:
            self._watched = True
            threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def _run(self, job: Job) -> None:
        try:
            job.run()
        finally:
            with self._lock:
                self._running.remove(job)
                self._end(job)
                self._start()
                self._changed.notify_all()

    def _watch(self) -> None:
        """Let go of visitors who do not look any more, as long as there are jobs."""
        while True:
            threading.Event().wait(ROUND)
            with self._lock:
                if not self._jobs:
                    self._watched = False
                    return
                for job in list(self._jobs.values()):
                    for visitor in [each for each, last in job.looks.items() if _is_over(last)]:
                        self.leave(job, visitor)

    def _drop(self, job: Job) -> None:
        job.stop.set()
        if not job.started:
            self._end(job)

    def _refuse(self, job: Job) -> None:
        job.error = BusyError(
            "{n} long computations wait already, as many as this server lets wait. Try again in a moment.",
            n=self.waiting,
        )
        self._end(job)

    def _end(self, job: Job) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
        job.work = None  # it holds what it was about
        job.done = True


def _is_over(last_look: float) -> bool:
    return time.monotonic() - last_look > FORGOTTEN_AFTER
