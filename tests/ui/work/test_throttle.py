"""Pages go one after the other, and nobody waits long for a slow one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from attention_viz.ui.work import throttle
from attention_viz.ui.work.fair_lock import FairLock
from ui.door import Door

LONG = 20.0


class Visitor(threading.Thread):
    """Takes a turn and keeps it until it is told to leave."""

    def __init__(self, turn: Callable[[], AbstractContextManager[None]]) -> None:
        super().__init__(daemon=True)
        self.turn, self.inside, self.leave = turn, threading.Event(), threading.Event()
        self.start()

    def run(self) -> None:
        with self.turn():
            self.inside.set()
            self.leave.wait(LONG)

    def left(self) -> None:
        self.leave.set()
        self.join(LONG)
        assert not self.is_alive()


@pytest.fixture(autouse=True)
def _nobody_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "_next_page", FairLock())
    monkeypatch.setattr(throttle, "_last_page", throttle.LastPage())


def one_waits() -> bool:
    """Waits until a page waits for the one before it; whether it does."""
    deadline = time.monotonic() + LONG
    while not throttle._next_page.held and time.monotonic() < deadline:
        threading.Event().wait(0.001)
    return throttle._next_page.held


def one_after_the_other() -> None:
    ahead = Visitor(throttle.throttle_page)
    assert ahead.inside.wait(LONG)
    behind = Visitor(throttle.throttle_page)
    assert one_waits()
    assert not behind.inside.is_set()
    ahead.left()
    assert behind.inside.wait(LONG)
    behind.left()


def test_a_page_waits_until_the_one_before_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "LONGEST_WAIT", LONG)
    one_after_the_other()


def test_nobody_waits_long_for_a_slow_page_and_afterwards_pages_wait_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "LONGEST_WAIT", 0.001)
    slow = Visitor(throttle.throttle_page)
    assert slow.inside.wait(LONG)
    others = [Visitor(throttle.throttle_page) for _ in range(5)]
    assert all(each.inside.wait(LONG) for each in others)
    assert slow.is_alive()
    for each in (*others, slow):
        each.left()
    monkeypatch.setattr(throttle, "LONGEST_WAIT", LONG)
    one_after_the_other()


def test_a_slow_page_is_waited_for_once_however_many_wait_and_the_others_go_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(throttle, "LONGEST_WAIT", 0.001)
    slow = Visitor(throttle.throttle_page)
    assert slow.inside.wait(LONG)
    overtaking = Visitor(throttle.throttle_page)
    assert overtaking.inside.wait(LONG)
    monkeypatch.setattr(throttle, "LONGEST_WAIT", LONG)
    behind = Visitor(throttle.throttle_page)
    assert one_waits()
    assert not behind.inside.is_set()
    overtaking.left()
    assert behind.inside.wait(LONG)
    assert slow.is_alive()
    one_left = Visitor(throttle.throttle_page)
    behind.left()
    assert one_left.inside.wait(LONG)
    one_left.left()
    slow.left()


def test_nobody_is_kept_waiting_noticeably() -> None:
    assert 0 < throttle.LONGEST_WAIT <= 0.1


def test_a_page_that_breaks_gives_its_turn_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "LONGEST_WAIT", LONG)
    with pytest.raises(ZeroDivisionError), throttle.throttle_page():
        raise ZeroDivisionError
    after = Visitor(throttle.throttle_page)
    assert after.inside.wait(LONG / 2)
    after.left()


def test_passes_that_visitors_wait_for_go_one_after_the_other_and_those_of_jobs_beside_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    door = Door()
    monkeypatch.setattr(throttle, "_passes", door)
    first = Visitor(lambda: throttle.throttle_forward(waited_for=True))
    assert first.inside.wait(LONG)
    second = Visitor(lambda: throttle.throttle_forward(waited_for=True))
    job = Visitor(lambda: throttle.throttle_forward(waited_for=False))
    assert job.inside.wait(LONG)
    assert door.has_before_it(1)
    assert not second.inside.is_set()
    first.left()
    assert second.inside.wait(LONG)
    second.left()
    job.left()
