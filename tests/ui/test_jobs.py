"""Long work: shared, stoppable, and its failures told."""

from __future__ import annotations

import threading
import time

from attention_viz.errors import AttentionVizError, Message, ModelError, StoppedError
from attention_viz.ui import jobs as module
from attention_viz.ui.jobs import Job, Jobs

PATIENCE = 10.0


def finished(job: Job) -> Job:
    deadline = time.monotonic() + PATIENCE
    while not job.done:
        assert time.monotonic() < deadline, "the job did not end"
        threading.Event().wait(0.005)
    return job


def test_two_who_ask_for_the_same_thing_share_one_run() -> None:
    pool, go, runs = Jobs(), threading.Event(), []

    def work(job: Job) -> int:
        runs.append(job)
        go.wait(PATIENCE)
        return 7

    first, second = pool.ask("key", work), pool.ask("key", work)
    go.set()
    assert first is second
    assert finished(first).result == 7
    assert len(runs) == 1


def test_what_is_asked_for_again_after_it_ended_runs_again() -> None:
    pool = Jobs()
    first = finished(pool.ask("key", lambda job: 1))
    second = finished(pool.ask("key", lambda job: 2))
    assert (first.result, second.result) == (1, 2)


def test_an_error_of_the_user_is_kept_with_the_job() -> None:
    def work(job: Job) -> None:
        raise ModelError("No model called {name}.", name="x")

    job = finished(Jobs().ask("key", work))
    assert isinstance(job.error, AttentionVizError)
    assert str(job.error) == "No model called x."


def test_work_that_was_stopped_has_neither_a_result_nor_an_error() -> None:
    def work(job: Job) -> None:
        raise StoppedError("The download was stopped.")

    job = finished(Jobs().ask("key", work))
    assert (job.result, job.error, job.stop.is_set()) == (None, None, True)


def test_running_out_of_memory_is_told_as_a_sentence() -> None:
    def work(job: Job) -> None:
        raise MemoryError

    assert "memory" in str(finished(Jobs().ask("key", work)).error)


def test_no_more_jobs_run_at_once_than_there_are_workers_and_the_line_is_counted() -> None:
    pool, go, running = Jobs(workers=1), threading.Event(), threading.Event()

    def work(job: Job) -> None:
        running.set()
        go.wait(PATIENCE)

    first = pool.ask(1, work)
    assert running.wait(PATIENCE)
    second, third = pool.ask(2, work), pool.ask(3, work)
    assert (pool.ahead(first), pool.ahead(second), pool.ahead(third)) == (0, 0, 1)
    assert not second.started
    go.set()
    finished(third)


def test_a_stopped_job_that_still_waits_never_runs() -> None:
    pool, go, runs = Jobs(workers=1), threading.Event(), []
    first = pool.ask(1, lambda job: go.wait(PATIENCE))
    second = pool.ask(2, lambda job: runs.append(job))
    second.stop.set()
    go.set()
    finished(first), finished(second)
    assert runs == []


def test_a_job_that_nobody_looks_at_any_more_is_told_to_stop(monkeypatch) -> None:
    monkeypatch.setattr(module, "FORGOTTEN_AFTER", -1.0)
    job = Job("key")
    job.report(0.5, Message("Half"))
    assert job.stop.is_set()
    assert (job.fraction, str(job.doing)) == (0.5, "Half")


def test_work_that_counts_its_steps_says_how_far_it_is_and_ends_once_it_is_stopped() -> None:
    def work(job: Job) -> int:
        for step in range(1, 5):
            if step == 3:
                job.stop.set()
            job.step(step, 4)
        return 7

    job = finished(Jobs().ask("key", work))
    assert job.fraction == 3 / 4
    assert job.result is None
