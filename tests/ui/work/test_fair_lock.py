"""Addresses take turns, and nobody is forgotten."""

from __future__ import annotations

import threading
import time

from attention_viz.ui.work.fair_lock import FairLock

PATIENCE = 10.0


def served(asked: list[str]) -> list[str]:
    """In which order those are served who came in this order while somebody else held the lock."""
    lock, order, threads = FairLock(), [], []

    def ask(name: str) -> None:
        with lock.held_for(name[0]):
            order.append(name)

    with lock.held_for("first"):
        for number, name in enumerate(asked, 1):
            threads.append(threading.Thread(target=ask, args=(name,), daemon=True))
            threads[-1].start()
            deadline = time.monotonic() + PATIENCE
            while sum(map(len, lock._waiting.values())) < number:
                assert time.monotonic() < deadline
                threading.Event().wait(0.001)
    for each in threads:
        each.join(PATIENCE)
    assert not lock._held
    return order


def test_an_address_with_many_waiting_is_served_once_before_it_is_served_again() -> None:
    assert served(["A1", "A2", "A3", "A4", "B1", "B2", "C1"]) == ["A1", "B1", "C1", "A2", "B2", "A3", "A4"]


def test_those_of_one_address_are_served_in_the_order_in_which_they_came() -> None:
    names = [f"A{number}" for number in range(8)]
    assert served(names) == names


def test_only_one_holds_it_and_an_error_gives_it_back() -> None:
    lock, inside, most = FairLock(), [0], [0]

    def work(name: str) -> None:
        for _ in range(50):
            try:
                with lock.held_for(name):
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    inside[0] -= 1
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    threads = [threading.Thread(target=work, args=(f"{number % 3}",), daemon=True) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(PATIENCE)
    assert (most, lock._held) == ([1], False)
