"""Client address: where a visitor comes from, as far as it is known and not only claimed."""

from __future__ import annotations

import ipaddress
import os

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE = "FORWARDED_ALLOW_IPS"
"""Environment variable that names the servers in front of this one, whose word is taken for where visitors come from."""
LOOPBACK = "127.0.0.1"
UNKNOWN = "-"
"""What stands for an address that is none, such as a header with anything in it."""
FORWARDED = "x-forwarded-for"


class ClientAddress:
    """Middleware that puts a parsed address into the place of a claimed one, for all that reads or logs it.

    The web server takes the word of every program on this computer for where a visitor comes from, unless the servers in
    front of it are named. Without a name nobody's word is taken: an address that a header brought is that of the program
    which sent it, and this runs here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            scope["client"] = (_known(scope), (scope.get("client") or ("", 0))[1])
        await self.app(scope, receive, send)


def client_address(scope: Scope) -> str:
    """Where this request comes from; UNKNOWN = nowhere that has an address."""
    return parsed((scope.get("client") or ("", 0))[0])


def parsed(address: str) -> str:
    """An address in its usual spelling, IPv4 within IPv6 as IPv4; UNKNOWN for anything else."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return UNKNOWN
    return str(getattr(found, "ipv4_mapped", None) or found)


def _known(scope: Scope) -> str:
    claimed = Headers(scope=scope).getlist(FORWARDED)
    address = client_address(scope)
    if os.environ.get(VARIABLE) or not claimed:
        return address
    return LOOPBACK if address in (UNKNOWN, *map(parsed, _hosts(claimed))) else address


def _hosts(claimed: list[str]) -> list[str]:
    return [_without_port(each.strip()) for line in claimed for each in line.split(",")]


def _without_port(place: str) -> str:
    """The host of `host`, `host:port` or `[host]:port`."""
    if place.startswith("["):
        return place[1:].partition("]")[0]
    return place.rpartition(":")[0] if place.count(":") == 1 else place
