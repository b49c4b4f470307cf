"""A cache bounded in bytes."""

from __future__ import annotations

import threading

import pytest

from attention_viz.errors import RoomError
from attention_viz.ui.server.limits import MB
from attention_viz.ui.work.byte_cache import ByteCache
from ui.door import Door


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


def test_a_value_larger_than_the_bound_is_refused_with_both_sizes() -> None:
    cache = ByteCache(3 * MB)
    cache.get("a", lambda: b"12345", len)
    with pytest.raises(RoomError, match="This takes 5 MB of memory; on this server it may take 3 MB"):
        cache.get("b", lambda: "b", lambda _: 5 * MB)
    assert (cache.peek("a"), cache.peek("b"), cache.nbytes) == (b"12345", None, 5)


def test_room_is_made_before_a_value_is_there_so_that_both_together_stay_within_the_bound() -> None:
    cache = ByteCache(10)
    for name in ("a", "b"):
        cache.get(name, lambda: b"12345", len)
    held = []

    def make() -> bytes:
        cache.reserve("c", 7)
        held.append(cache.nbytes)
        return b"1234567"

    cache.get("c", make, len)
    assert held == [0]
    assert cache.nbytes == 7


def test_two_values_that_do_not_fit_together_are_not_made_at_once() -> None:
    cache = ByteCache(10)

    def make() -> bytes:
        cache.reserve("a", 6)
        with pytest.raises(RoomError, match="Try again in a moment"):
            cache.reserve("b", 6)
        return b"123456"

    cache.get("a", make, len)
    cache.reserve("b", 6)
    assert cache.peek("a") is None


def test_room_that_was_made_in_vain_is_given_back() -> None:
    cache = ByteCache(10)

    def fail() -> bytes:
        cache.reserve("a", 10)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        cache.get("a", fail, len)
    assert cache.get("b", lambda: b"1234567890", len) == b"1234567890"


def test_threads_that_ask_for_the_same_value_share_one_computation() -> None:
    cache, made, door = ByteCache(100), [], Door()
    cache._making["a"] = door

    def make() -> bytes:
        made.append(door.has_before_it(7))
        return b"x"

    threads = [threading.Thread(target=cache.get, args=("a", make, len)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [True]


def test_a_failed_computation_leaves_nothing_behind() -> None:
    cache = ByteCache(100)

    def fail() -> bytes:
        raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            cache.get("a", fail, len)
    assert cache.get("a", lambda: b"x", len) == b"x"
