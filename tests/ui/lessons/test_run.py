"""A run shows its pictures from the first on, at a pace of its own, whoever computed them before."""

from __future__ import annotations

import pytest

from attention_viz.ui.lessons import run as module
from attention_viz.ui.lessons.run import LONGEST, RATE, Run
from attention_viz.ui.work.jobs import Job, Jobs
from attention_viz.ui.work.ticket import Ticket


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def begun(at: float, **job: object) -> Run:
    work = Job("training")
    for name, value in job.items():
        setattr(work, name, value)
    return Run(Ticket(work, "somebody", Jobs(1, 1, 1)), len, at)


def test_a_result_that_is_there_at_once_is_shown_from_its_beginning(clock: list[float]) -> None:
    run = begun(100.0, done=True, result=list(range(5)))
    assert (run.shown, run.under_way, run.complete) == (1, True, False)
    clock[0] += 2 / RATE
    assert run.shown == 3
    clock[0] += 10
    assert (run.shown, run.under_way, run.complete) == (5, False, True)


def test_many_pictures_take_no_longer_than_a_bound(clock: list[float]) -> None:
    run = begun(100.0, done=True, result=list(range(1000)))
    clock[0] += LONGEST
    assert run.complete


def test_while_it_works_no_more_is_shown_than_there_is(clock: list[float]) -> None:
    run = begun(100.0, so_far=[1, 2])
    clock[0] += 10
    assert (run.shown, run.under_way, run.complete) == (2, True, False)


def test_one_that_was_left_is_neither_under_way_nor_complete(clock: list[float]) -> None:
    run = begun(100.0, so_far=[1, 2])
    run.ticket.left = True
    assert (run.under_way, run.complete) == (False, False)
