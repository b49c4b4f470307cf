"""Where a visitor comes from and whether he or she is still there is known from the connection."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime

from attention_viz.ui.work.visitor import address_of, has_gone


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Session -> address of those that are connected."""
    known: dict[str, str] = {}

    def client(session: str) -> Any:
        context = SimpleNamespace(remote_ip=known.get(session))
        return SimpleNamespace(client_context=context) if session in known else None

    server = SimpleNamespace(get_client=client, is_active_session=known.__contains__)
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    return known


def test_a_visitor_is_counted_under_the_address_of_the_connection(connections: dict[str, str]) -> None:
    connections |= {"s1": "192.0.2.7", "s2": "2001:db8:1:2:3::4", "s3": "2001:db8:1:2:9::9"}
    assert address_of("s1 token") == "192.0.2.7"
    assert address_of("s2 token") == address_of("s3 token") == "2001:db8:1:2::/64"
    assert address_of("unknown token") == address_of("") == ""


def test_a_visitor_has_gone_when_the_connection_is_closed(connections: dict[str, str]) -> None:
    connections["s1"] = "192.0.2.7"
    assert not has_gone("s1 token")
    del connections["s1"]
    assert has_gone("s1 token")
    assert not has_gone("")  # what is computed outside of sessions


def test_without_a_server_nobody_goes_and_nobody_has_an_address() -> None:
    assert (address_of("s1 token"), has_gone("s1 token")) == ("", False)
