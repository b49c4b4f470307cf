"""Rate limit: how often a wrong access code may be entered from one address."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable


class RateLimit:
    """Wrong codes by the address they come from: `burst` of them at once, then one every `pause` seconds.

    A whole class can have one address, so that `burst` is that of a class that mistypes. At most `addresses` are
    remembered; those that were quiet longest are forgotten.
    """

    def __init__(
        self,
        burst: int = 60,
        pause: float = 2.0,
        addresses: int = 1_024,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.burst, self.pause, self.addresses, self.clock = burst, pause, addresses, clock
        self._busy_until: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> float:
        """Seconds until the next code from this address is checked; 0 = now."""
        spent = self._busy_until.get(network(address), 0.0) - self.clock()
        return max(0.0, spent - (self.burst - 1) * self.pause)

    def count_wrong(self, address: str) -> None:
        """Count one wrong code."""
        name = network(address)
        self._busy_until[name] = max(self.clock(), self._busy_until.get(name, 0.0)) + self.pause
        self._busy_until.move_to_end(name)
        while len(self._busy_until) > self.addresses:
            self._busy_until.popitem(last=False)


def network(address: str) -> str:
    """Who is counted as one: an IPv4 address, or the 64 bits that one household has of IPv6."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)
