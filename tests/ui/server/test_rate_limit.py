"""Guessing is slow, a class that mistypes is not shut out, and the memory for it is bounded."""

from __future__ import annotations

import pytest

from attention_viz.ui.server.rate_limit import RateLimit, network


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_burst_is_heard_at_once_and_then_one_try_after_each_pause(clock: Clock) -> None:
    limit = RateLimit(burst=3, pause=2.0, clock=clock)
    heard = []
    for _ in range(100):  # tenths of a second, guessing whenever that is allowed
        while not limit.wait("192.0.2.7"):
            limit.count_wrong("192.0.2.7")
            heard.append(clock.now)
        clock.now += 0.1
    assert len([each for each in heard if each == 1_000.0]) == 3
    assert len(heard) == pytest.approx(3 + 10 / 2, abs=1)


def test_who_was_quiet_for_long_has_the_whole_burst_again_and_no_more(clock: Clock) -> None:
    limit = RateLimit(burst=3, pause=2.0, clock=clock)
    for _ in range(2):
        clock.now += 10_000
        for _ in range(3):
            assert limit.wait("192.0.2.7") == 0
            limit.count_wrong("192.0.2.7")
        assert 0 < limit.wait("192.0.2.7") <= 2.0


def test_one_address_does_not_use_up_the_tries_of_another(clock: Clock) -> None:
    limit = RateLimit(burst=1, clock=clock)
    limit.count_wrong("192.0.2.7")
    assert limit.wait("192.0.2.7") > 0
    assert limit.wait("192.0.2.8") == 0


def test_however_many_addresses_guess_only_so_many_are_remembered(clock: Clock) -> None:
    limit = RateLimit(burst=1, addresses=10, in_all=10_000, clock=clock)
    for number in range(1_000):
        limit.count_wrong(f"198.51.{number // 256}.{number % 256}")
    assert len(limit._buckets) == 10
    assert limit.wait("198.51.3.231") > 0  # the last one


def test_the_addresses_of_one_household_count_as_one() -> None:
    assert network("2001:db8:1:2:3:4:5:6") == network("2001:db8:1:2::9") != network("2001:db8:1:3::9")
    assert network("::ffff:192.0.2.7") == network("192.0.2.7") != network("192.0.2.8")
    assert network("fe80::1%eth0") == network("fe80::2")
    assert network("testclient") == "testclient"


def guess(limit: RateLimit, address: str) -> bool:
    """Whether one more wrong code was checked."""
    if limit.wait(address):
        return False
    limit.count_wrong(address)
    return True


def test_from_however_many_networks_the_whole_server_checks_no_more_than_so_many(clock: Clock) -> None:
    limit = RateLimit(clock=clock)
    checked = sum(guess(limit, f"2001:db8:{high:x}:{low:x}::1") for high in range(30) for low in range(1_000))
    assert checked <= 600
    clock.now += 3_600
    more = sum(guess(limit, f"198.51.{high}.{low}") for high in range(256) for low in range(256))
    assert more <= 600


def test_the_networks_of_one_provider_have_few_tries_together(clock: Clock) -> None:
    limit = RateLimit(burst=3, clock=clock)
    assert sum(guess(limit, f"2001:db8:1:{number:x}::1") for number in range(1_000)) == 12  # one customer's 48 bits
    assert sum(guess(limit, f"2001:db8:{number:x}::1") for number in range(2, 1_000)) in (
        17,
        18,
    )  # 30 of the provider's


def test_a_blocked_address_stays_blocked_however_many_others_guess_meanwhile(clock: Clock) -> None:
    limit = RateLimit(burst=60, addresses=100, clock=clock)
    for _ in range(60):
        limit.count_wrong("192.0.2.7")
    for number in range(5_000):
        guess(limit, f"198.51.{number // 256}.{number % 256}")
        clock.now += 0.001
    assert limit.wait("192.0.2.7") > 0
    assert len(limit._buckets) <= 100
