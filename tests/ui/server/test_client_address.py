"""Nobody's word is taken for where a visitor comes from, unless the settings name who may give it."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from attention_viz.ui.server.client_address import UNKNOWN, VARIABLE, ClientAddress, client_address, parsed


def seen(peer: str, *claims: str, trusted: str | None = None) -> str:
    """The address that the app sees behind uvicorn's own middleware, as uvicorn sets it up."""
    found: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        assert scope["client"][0] == client_address(scope)
        found.append(scope["client"][0])

    scope = {
        "type": "http",
        "client": (peer, 4000),
        "headers": [(b"x-forwarded-for", claim.encode()) for claim in claims],
    }
    whole = ProxyHeadersMiddleware(ClientAddress(app), trusted_hosts=trusted or "127.0.0.1,::1")
    with ThreadPoolExecutor(1) as elsewhere, pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        if trusted:
            patch.setenv(VARIABLE, trusted)
        elsewhere.submit(asyncio.run, whole(scope, None, None)).result()
    return found[0]


@pytest.mark.parametrize(
    "claim", ["203.0.113.9", "203.0.113.9:4242", "[2001:db8::9]:1", "1.2.3.4, 203.0.113.9", "\x1b[31mx", ""]
)
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1"])
def test_a_program_on_this_computer_is_this_computer_whatever_it_claims(peer: str, claim: str) -> None:
    assert seen(peer, claim) in ("127.0.0.1", "::1")


def test_the_claim_of_another_computer_is_no_address() -> None:
    assert seen("198.51.100.7", "203.0.113.9") == "198.51.100.7"
    assert seen("198.51.100.7", "203.0.113.9", trusted="192.0.2.1") == "198.51.100.7"


def test_a_server_in_front_that_the_settings_name_is_believed() -> None:
    assert seen("192.0.2.1", "203.0.113.9", trusted="192.0.2.1") == "203.0.113.9"
    assert seen("192.0.2.1", "1.2.3.4, 203.0.113.9", trusted="192.0.2.1") == "203.0.113.9"


def test_what_it_names_is_an_address_or_nothing() -> None:
    assert seen("192.0.2.1", "\x1b]0;x\x07", trusted="192.0.2.1") == UNKNOWN


def test_one_address_has_one_spelling() -> None:
    assert parsed("::ffff:192.0.2.7") == parsed("192.0.2.7") == "192.0.2.7"
    assert parsed("2001:DB8:0:0::1") == "2001:db8::1"
    assert parsed("fe80::1%eth0") == "fe80::1"
    assert parsed("testclient") == UNKNOWN
