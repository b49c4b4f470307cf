"""Jobs: long work in one bounded pool, shared by everybody who asks for the same thing.

A job reports how far it is and can be stopped. It ends by itself once nobody wants it any more: whoever asked has left
it, or has not asked about it for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

from attention_viz.errors import BusyError
from attention_viz.ui.server.limits import WorkLimits
from attention_viz.ui.work.job import Job, Work
from attention_viz.ui.work.ticket import Ticket
from attention_viz.ui.work.turns import in_turn

USUAL = WorkLimits()
ABANDONED_AFTER = 70.0
"""Seconds without `keep_alive` after which a visitor has gone; a browser lets pages in the background run once a minute."""
WATCH_PERIOD = 1.0
"""Seconds between two checks for visitors who have gone."""
END_TIMEOUT = 5.0
"""Seconds that work under way has to notice that the server ends."""


class Jobs:
    """The pool: `ask` starts a job or joins the one under way for the same key.

    workers : jobs at the same time; of several, one visitor's own leave one for the others
    waiting : jobs that wait for them
    of_one_visitor : jobs of one visitor, running and waiting; of more, the one asked about longest ago is left
    of_one_address : jobs of all visitors from one address, likewise; of more, the last in turn is refused
    address_of     : where a visitor comes from, "" = it is not known; has_gone: whether his or her connection is closed
    """

    def __init__(
        self,
        workers: int = USUAL.at_once,
        waiting: int = USUAL.waiting,
        of_one_visitor: int = USUAL.of_one_visitor,
        of_one_address: int = USUAL.of_one_address,
        address_of: Callable[[str], str] = lambda visitor: "",
        has_gone: Callable[[str], bool] = lambda visitor: False,
    ) -> None:
        self.workers, self.waiting = workers, waiting
        self.of_one_visitor, self.of_one_address = of_one_visitor, of_one_address
        self._address_of, self._has_gone = address_of, has_gone
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._jobs: dict[Hashable, Job] = {}
        self._running: list[Job] = []
        self._watched = False

    @property
    def idle(self) -> bool:
        """Whether no job runs and none waits."""
        with self._lock:
            return not self._jobs and not self._running

    def ask(self, key: Hashable, work: Work, visitor: str = "") -> Ticket:
        """A ticket of the job for this key: the one under way, or a new one. Where too many wait, of one that ended with an error."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.stop.is_set():
                self._leave_oldest(visitor)
                self._jobs.pop(key, None)  # one that was stopped; a new one comes last
                job = self._jobs[key] = Job(key, work)
            self._join(job, visitor)
            self._start()
            self._refuse_too_many(job.addresses[visitor])
            return Ticket(job, visitor, self)

    def keep_alive(self, job: Job, visitor: str) -> None:
        """Say that a visitor still waits for a job."""
        with self._lock:
            if visitor in job.last_seen:
                job.last_seen[visitor] = time.monotonic()
            elif visitor in job.gone and not job.stop.is_set():  # here again
                self._join(job, visitor)

    def leave(self, job: Job, visitor: str) -> None:
        """A visitor no longer wants a job: if nobody does, it is stopped."""
        with self._lock:
            job.last_seen.pop(visitor, None)
            job.addresses.pop(visitor, None)
            if not job.last_seen:
                self._stop(job)

    def ahead(self, job: Job) -> int:
        """How many waiting jobs begin before this one."""
        with self._lock:
            line = self._queue()
            return line.index(job) if job in line else 0

    def end(self) -> None:
        """Stop everything and wait a moment for it: to be called before Python ends, which no thread may outlive."""
        with self._changed:
            for job in list(self._jobs.values()):
                self._stop(job)
            self._changed.wait_for(lambda: not self._running, timeout=END_TIMEOUT)

    def _join(self, job: Job, visitor: str) -> None:
        """One more who wants it."""
        job.asked.add(visitor)
        job.gone.discard(visitor)
        job.last_seen[visitor] = time.monotonic()
        job.addresses[visitor] = self._address_of(visitor)

    def _queue(self) -> list[Job]:
        """Jobs that wait, in the order in which they begin."""
        return in_turn([job for job in self._jobs.values() if not job.started], self._running)

    def _n_running(self, job: Job) -> int:
        """How many jobs run for the visitor of this one who has the fewest running."""
        return min(sum(visitor in each.asked for each in self._running) for visitor in job.last_seen)

    def _leave_oldest(self, visitor: str) -> None:
        """Leave the job that a visitor asked about longest ago, where there are too many."""
        own = [job for job in self._jobs.values() if visitor in job.last_seen]
        if len(own) >= self.of_one_visitor:
            self.leave(min(own, key=lambda job: job.last_seen[visitor]), visitor)

    def _start(self) -> None:
        """Start the jobs that may start now."""
        most = max(1, self.workers - 1)
        while len(self._running) < self.workers:
            job = next((each for each in self._queue() if self._n_running(each) < most), None)
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
        """Leave the jobs of visitors who have gone, as long as there are jobs."""
        while True:
            threading.Event().wait(WATCH_PERIOD)
            with self._lock:
                if not self._jobs:
                    self._watched = False
                    return
                for job in list(self._jobs.values()):
                    self._leave_for_who_has_gone(job)

    def _leave_for_who_has_gone(self, job: Job) -> None:
        for visitor, last in list(job.last_seen.items()):
            if self._has_gone(visitor):
                job.gone.add(visitor)
                self.leave(job, visitor)
            elif _is_abandoned(last):
                self.leave(job, visitor)

    def _stop(self, job: Job) -> None:
        job.stop.set()
        if not job.started:
            self._end(job)

    def _refuse_too_many(self, address: str) -> None:
        """Of one address or in all: the last in turn, which need not be the one that came last."""
        own = [job for job in self._jobs.values() if address in job.addresses.values()]
        waiting = [job for job in self._queue() if job in own]
        if address and waiting and len(own) > self.of_one_address:
            self._refuse(
                waiting[-1],
                BusyError(
                    "{n} long computations from your network run or wait already, as many as one network may have here. Try again in a moment.",
                    n=self.of_one_address,
                ),
            )
        if len(line := self._queue()) > self.waiting:
            self._refuse(
                line[-1],
                BusyError(
                    "{n} long computations wait already, as many as this server lets wait. Try again in a moment.",
                    n=self.waiting,
                ),
            )

    def _refuse(self, job: Job, error: BusyError) -> None:
        job.error = error
        self._end(job)

    def _end(self, job: Job) -> None:
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
        job.work = None  # it refers to the model and the text
        job.done = True


def _is_abandoned(last_seen: float) -> bool:
    return time.monotonic() - last_seen > ABANDONED_AFTER
