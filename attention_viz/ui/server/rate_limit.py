"""Rate limit: how often a wrong access code may be entered, from one address, from one network, and in all."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable, Iterator

from attention_viz.ui.server.token_bucket import TokenBucket

WIDER = ((48, 4), (32, 10))
"""Networks of IPv6 by their bits, and how many times one household's tries they have: a provider gives each customer one
of 48 to 64 bits, and has one of 32 itself."""


class RateLimit:
    """Wrong codes by where they come from: `burst` of them at once, then one every `pause` seconds.

    A whole class can have one address, so that `burst` is that of a class that mistypes. From however many addresses, the
    whole server checks `in_all` at once and then one every `pause_in_all` seconds: then everybody waits who is not in yet.
    At most `addresses` networks are remembered; that one is forgotten first which may soonest try anew.
    """

    def __init__(
        self,
        burst: int = 60,
        pause: float = 2.0,
        addresses: int = 4_096,
        in_all: int = 600,
        pause_in_all: float = 0.5,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.burst, self.pause, self.addresses, self.clock = burst, pause, addresses, clock
        self._all = TokenBucket(in_all, pause_in_all, clock)
        self._buckets: dict[str, TokenBucket] = {}

    def wait(self, address: str) -> float:
        """Seconds until the next code from this address is checked; 0 = now."""
        known = (self._buckets[name] for name, _ in networks(address) if name in self._buckets)
        return max(self._all.wait(), *(bucket.wait() for bucket in known), 0.0)

    def count_wrong(self, address: str) -> None:
        """Count one wrong code."""
        self._all.take()
        for name, times in networks(address):
            usual = TokenBucket(self.burst * times, self.pause / times, self.clock)
            self._buckets.setdefault(name, usual).take()
        self._forget()

    def _forget(self) -> None:
        if len(self._buckets) > self.addresses:
            self._buckets = {name: bucket for name, bucket in self._buckets.items() if not bucket.full}
        while len(self._buckets) > self.addresses:
            del self._buckets[min(self._buckets, key=lambda name: self._buckets[name].full_at)]


def networks(address: str) -> Iterator[tuple[str, int]]:
    """All that an address is counted under, and how many times the tries of one household each has."""
    yield network(address), 1
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        for bits, times in WIDER:
            yield str(ipaddress.ip_network((found, bits), strict=False)), times


def network(address: str) -> str:
    """Who is counted as one: an IPv4 address, or the 64 bits that one household has of IPv6."""
    found = _parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return address if found is None else str(found)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """IPv4 within IPv6 as IPv4; None for what is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
