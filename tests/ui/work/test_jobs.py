"""Long work: bounded, in a fair line, shared, stoppable, and gone with whoever asked for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from attention_viz.errors import AttentionVizError, BusyError, Message, ModelError, StoppedError
from attention_viz.ui.work import jobs as module
from attention_viz.ui.work.job import Job
from attention_viz.ui.work.jobs import Jobs, Ticket

PATIENCE = 10.0


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        threading.Event().wait(0.005)


def finished(ticket: Ticket) -> Ticket:
    until(lambda: ticket.done)
    return ticket


@pytest.fixture
def go() -> Iterator[threading.Event]:
    """Holds up what waits for it, until the test is over at the latest."""
    event = threading.Event()
    yield event
    event.set()


def test_two_who_ask_for_the_same_thing_share_one_run(go: threading.Event) -> None:
    pool, runs = Jobs(), []

    def work(job: Job) -> int:
        runs.append(job)
        go.wait(PATIENCE)
        return 7

    first, second = pool.ask("key", work, "Ada"), pool.ask("key", work, "Ben")
    go.set()
    assert first.job is second.job
    assert (finished(first).result, finished(second).result) == (7, 7)
    assert len(runs) == 1


def test_one_of_two_who_stops_does_not_take_it_from_the_other(go: threading.Event) -> None:
    pool = Jobs()
    first, second = (pool.ask("key", lambda job: go.wait(PATIENCE), name) for name in ("Ada", "Ben"))
    first.leave()
    assert (first.done, first.result, first.error) == (True, None, None)
    assert not second.done
    assert not second.job.stop.is_set()
    go.set()
    assert finished(second).result is True
    assert first.result is None


def test_the_last_who_stops_ends_the_work() -> None:
    pool = Jobs()
    tickets = [pool.ask("key", lambda job: job.stop.wait(PATIENCE), name) for name in ("Ada", "Ben")]
    for ticket in tickets:
        ticket.leave()
    until(lambda: pool.idle)
    assert tickets[0].job.stop.is_set()


def test_what_is_asked_for_again_after_it_ended_or_was_stopped_runs_again(go: threading.Event) -> None:
    pool = Jobs()
    assert finished(pool.ask("key", lambda job: 1)).result == 1
    stopped = pool.ask("key", lambda job: go.wait(PATIENCE))
    stopped.leave()
    again = pool.ask("key", lambda job: 3, "Ben")
    assert again.job is not stopped.job
    go.set()
    assert finished(again).result == 3
    until(lambda: pool.idle)


def test_an_error_of_the_user_is_kept_with_the_job() -> None:
    def work(job: Job) -> None:
        raise ModelError("No model called {name}.", name="x")

    ticket = finished(Jobs().ask("key", work))
    assert isinstance(ticket.error, AttentionVizError)
    assert str(ticket.error) == "No model called x."


def test_work_that_was_stopped_has_neither_a_result_nor_an_error() -> None:
    def work(job: Job) -> None:
        raise StoppedError("The download was stopped.")

    ticket = finished(Jobs().ask("key", work))
    assert (ticket.result, ticket.error, ticket.job.stop.is_set()) == (None, None, True)


def test_running_out_of_memory_is_told_as_a_sentence() -> None:
    def work(job: Job) -> None:
        raise MemoryError

    assert "memory" in str(finished(Jobs().ask("key", work)).error)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_program_is_told_and_takes_no_worker_with_it() -> None:
    pool = Jobs(workers=1)
    assert "fault in the program" in str(finished(pool.ask("broken", lambda job: 1 // 0)).error)
    assert finished(pool.ask("next", lambda job: 7)).result == 7


def test_no_more_jobs_run_at_once_than_there_are_workers_and_the_line_is_counted(go: threading.Event) -> None:
    pool = Jobs(workers=1)
    first, second, third = (pool.ask(each, lambda job: go.wait(PATIENCE), str(each)) for each in range(3))
    assert [each.job.started for each in (first, second, third)] == [True, False, False]
    assert [each.ahead() for each in (first, second, third)] == [0, 0, 1]
    go.set()
    assert finished(third).result is True


def test_one_visitor_leaves_a_worker_for_the_others_and_a_place_at_the_head_of_the_line(go: threading.Event) -> None:
    pool = Jobs(workers=2)
    own = [pool.ask(("Ada", each), lambda job: go.wait(PATIENCE), "Ada") for each in range(3)]
    assert [each.job.started for each in own] == [True, False, False]
    other = pool.ask("Ben", lambda job: go.wait(PATIENCE), "Ben")
    assert other.job.started
    late = pool.ask("Cleo", lambda job: go.wait(PATIENCE), "Cleo")
    assert (late.job.started, late.ahead(), own[1].ahead()) == (False, 0, 1)
    go.set()
    until(lambda: pool.idle)


def test_whoever_comes_when_the_line_is_full_is_told_at_once_and_may_come_again(go: threading.Event) -> None:
    pool = Jobs(workers=1, waiting=2)
    running, *waiting = (pool.ask(each, lambda job: go.wait(PATIENCE), str(each)) for each in range(3))
    refused = pool.ask("late", lambda job: 7, "late")
    assert refused.done
    assert isinstance(refused.error, BusyError)
    assert "Try again in a moment" in str(refused.error)
    assert not any(each.done for each in (running, *waiting))
    waiting[0].leave()
    assert not pool.ask("late", lambda job: 7, "late").done
    go.set()
    until(lambda: pool.idle)


def test_a_line_of_no_places_still_lets_a_free_worker_begin(go: threading.Event) -> None:
    pool = Jobs(workers=1, waiting=0)
    assert pool.ask("first", lambda job: go.wait(PATIENCE), "Ada").job.started
    assert isinstance(pool.ask("second", lambda job: 7, "Ben").error, BusyError)


def test_one_visitor_cannot_fill_the_line_what_was_looked_at_longest_ago_goes(go: threading.Event) -> None:
    pool = Jobs(workers=1, waiting=5, of_one_visitor=2)
    pool.ask("Ben", lambda job: go.wait(PATIENCE), "Ben")
    own = [pool.ask(each, lambda job: 7, "Ada") for each in range(2)]
    own[0].keep_alive()
    own += [pool.ask(each, lambda job: 7, "Ada") for each in range(2, 4)]
    assert [each.done for each in own] == [True, True, False, False]
    assert [each.ahead() for each in own[2:]] == [0, 1]
    assert own[0].error is None


def test_a_stopped_job_that_still_waits_never_runs_and_keeps_no_place(go: threading.Event) -> None:
    pool, runs = Jobs(workers=1), []
    pool.ask(1, lambda job: go.wait(PATIENCE))
    second, third = pool.ask(2, lambda job: runs.append(job)), pool.ask(3, lambda job: 7)
    second.leave()
    assert (second.done, third.ahead()) == (True, 0)
    go.set()
    assert finished(third).result == 7
    assert runs == []


def test_a_job_that_nobody_looks_at_any_more_is_stopped_while_it_runs_silently_and_while_it_waits(
    monkeypatch: pytest.MonkeyPatch, go: threading.Event
) -> None:
    monkeypatch.setattr(module, "WATCH_PERIOD", 0.005)
    monkeypatch.setattr(module, "ABANDONED_AFTER", 0.05)
    pool, runs = Jobs(workers=1), []
    silent = pool.ask("silent", lambda job: go.wait(PATIENCE), "gone")
    waiting = pool.ask("waiting", lambda job: runs.append(job), "gone too")
    until(lambda: silent.job.stop.is_set() and waiting.done)
    assert (silent.done, waiting.job.stop.is_set()) == (False, True)
    go.set()
    until(lambda: pool.idle)
    assert runs == []


def test_a_job_that_one_still_looks_at_goes_on_though_the_other_has_gone(
    monkeypatch: pytest.MonkeyPatch, go: threading.Event
) -> None:
    monkeypatch.setattr(module, "WATCH_PERIOD", 0.005)
    monkeypatch.setattr(module, "ABANDONED_AFTER", 0.5)
    pool = Jobs()
    pool.ask("key", lambda job: go.wait(PATIENCE), "gone")
    stays = pool.ask("key", lambda job: 0, "stays")
    until(lambda: "gone" not in stays.keep_alive().job.last_seen)
    assert not stays.job.stop.is_set()
    go.set()
    assert finished(stays).result is True


def test_the_end_of_the_server_stops_what_runs_and_what_waits() -> None:
    pool, runs = Jobs(workers=1), []
    running = pool.ask("running", lambda job: job.stop.wait(PATIENCE))
    waiting = pool.ask("waiting", lambda job: runs.append(job))
    pool.end()
    assert (running.done, waiting.done, pool.idle, runs) == (True, True, True, [])


def test_what_a_job_was_about_is_let_go_of_when_it_ends() -> None:
    assert finished(Jobs().ask("key", lambda job: 7)).job.work is None


def test_work_says_how_far_it_is_and_what_it_does() -> None:
    job = Job("key")
    job.report(0.5, Message("Half"))
    assert (job.fraction, str(job.doing)) == (0.5, "Half")


def test_work_that_counts_its_steps_says_how_far_it_is_and_ends_once_it_is_stopped() -> None:
    def work(job: Job) -> int:
        for step in range(1, 5):
            if step == 3:
                job.stop.set()
            job.step(step, 4)
        return 7

    ticket = finished(Jobs().ask("key", work))
    assert ticket.job.fraction == 3 / 4
    assert ticket.result is None


def of_address(visitor: str) -> str:
    """Visitors are called "address/name" here."""
    return visitor.partition("/")[0]


def test_one_address_has_its_share_in_however_many_sessions_and_others_have_the_rest(go: threading.Event) -> None:
    pool = Jobs(workers=2, waiting=20, of_one_address=16, address_of=of_address)
    crowd = [pool.ask(each, lambda job: go.wait(PATIENCE), f"A/{each}") for each in range(30)]
    refused = [each for each in crowd if isinstance(each.error, BusyError)]
    assert refused == crowd[16:]
    assert "16 long computations from your network" in str(refused[0].error)
    honest = pool.ask("honest", lambda job: 7, "B/honest")
    assert (honest.done, honest.ahead()) == (False, 0)
    go.set()
    assert finished(honest).result == 7
    until(lambda: pool.idle)


def test_in_a_full_line_the_address_that_asks_for_most_gives_way(go: threading.Event) -> None:
    pool = Jobs(workers=1, waiting=4, address_of=of_address)
    crowd = [pool.ask(each, lambda job: go.wait(PATIENCE), f"A/{each}") for each in range(5)]
    honest = pool.ask("honest", lambda job: 7, "B/honest")
    assert [each.done for each in (*crowd, honest)] == [False, False, False, False, True, False]
    late = pool.ask("late", lambda job: 7, "A/late")  # no place is left for one more of them
    assert isinstance(late.error, BusyError)
    go.set()
    until(lambda: pool.idle)


def test_within_one_address_the_session_that_asks_for_most_gives_way(go: threading.Event) -> None:
    pool = Jobs(workers=1, waiting=20, of_one_address=3, address_of=of_address)
    greedy = [pool.ask(each, lambda job: go.wait(PATIENCE), "A/greedy") for each in range(3)]
    other = pool.ask("other", lambda job: 7, "A/other")
    assert [each.done for each in (*greedy, other)] == [False, False, True, False]
    go.set()
    until(lambda: pool.idle)


def test_a_place_is_free_as_soon_as_the_connection_of_its_visitor_is_closed(
    monkeypatch: pytest.MonkeyPatch, go: threading.Event
) -> None:
    monkeypatch.setattr(module, "WATCH_PERIOD", 0.005)
    closed: set[str] = set()
    pool = Jobs(workers=1, has_gone=closed.__contains__)
    running, waiting, other = (pool.ask(name, lambda job: go.wait(PATIENCE), name) for name in ("Ada", "Ben", "Cleo"))
    closed |= {"Ada", "Ben"}
    until(lambda: running.job.stop.is_set() and waiting.done)
    assert (waiting.lapsed, other.ahead(), other.done) == (True, 0, False)
    go.set()
    assert finished(other).result is True
    assert running.lapsed
    until(lambda: pool.idle)


def test_whoever_comes_back_while_others_want_the_same_is_in_it_again(
    monkeypatch: pytest.MonkeyPatch, go: threading.Event
) -> None:
    monkeypatch.setattr(module, "WATCH_PERIOD", 0.005)
    closed = {"Ada"}
    pool = Jobs(workers=1, has_gone=closed.__contains__)
    first, second = (pool.ask("key", lambda job: go.wait(PATIENCE), name) for name in ("Ada", "Ben"))
    until(lambda: "Ada" in first.job.gone)
    closed.clear()
    first.keep_alive()
    second.leave()
    assert not first.job.stop.is_set()
    go.set()
    assert finished(first).result is True


def test_who_stopped_or_was_pushed_out_does_not_ask_anew_unasked(go: threading.Event) -> None:
    pool = Jobs(workers=1, of_one_visitor=1)
    first = pool.ask(1, lambda job: go.wait(PATIENCE), "Ada")
    second = pool.ask(2, lambda job: go.wait(PATIENCE), "Ada")
    go.set()
    assert not finished(first).lapsed
    second.leave()
    assert not second.lapsed
