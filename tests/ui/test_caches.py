"""A cache bounded in bytes."""

from __future__ import annotations

import threading

import pytest

from attention_viz.ui.caches import ByteCache


def test_a_value_is_made_once() -> None:
    cache, made = ByteCache(100), []
    for _ in range(3):
        assert cache.get("a", lambda: made.append(1) or b"x", len) == b"x"
    assert made == [1]


def test_the_least_recently_used_goes_when_the_bound_is_passed() -> None:
    cache = ByteCache(10)
    for name in ("a", "b"):
        cache.get(name, lambda: b"12345", len)
    cache.peek("a")
    cache.get("c", lambda: b"12345", len)
    assert (cache.peek("a"), cache.peek("b"), cache.peek("c")) == (b"12345", None, b"12345")
    assert cache.nbytes == 10


def test_one_value_stays_even_when_it_is_larger_than_the_bound() -> None:
    cache = ByteCache(3)
    cache.get("a", lambda: b"12345", len)
    assert cache.peek("a") == b"12345"


def test_threads_that_ask_for_the_same_value_share_one_computation() -> None:
    cache, made, gate = ByteCache(100), [], threading.Barrier(8)

    def make() -> bytes:
        made.append(1)
        return b"x"

    def ask() -> None:
        gate.wait()
        cache.get("a", make, len)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_a_failed_computation_leaves_nothing_behind() -> None:
    cache = ByteCache(100)

    def fail() -> bytes:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            cache.get("a", fail, len)
    assert cache.get("a", lambda: b"x", len) == b"x"
