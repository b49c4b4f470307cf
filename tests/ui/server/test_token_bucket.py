"""So many at once, and then one after each pause."""

from __future__ import annotations

import pytest

from attention_viz.ui.server.token_bucket import TokenBucket


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_at_once_and_then_one_after_each_pause() -> None:
    clock = Clock()
    bucket, passed = TokenBucket(5, 0.5, clock), []
    for _ in range(400):  # hundredths of a second
        while not bucket.wait():
            bucket.take()
            passed.append(clock.now)
        clock.now += 0.01
    assert passed.count(100.0) == 5
    assert len(passed) == pytest.approx(5 + 4 / 0.5, abs=1)


def test_who_took_too_many_waits_longer_and_is_full_again_when_all_are_back() -> None:
    clock = Clock()
    bucket = TokenBucket(2, 1.0, clock)
    assert bucket.full
    bucket.take(4)
    assert bucket.wait() == pytest.approx(3.0)
    clock.now += 3.0
    assert bucket.wait() == pytest.approx(0.0)
    assert not bucket.full
    clock.now += 1.0
    assert bucket.full
