"""Which hub, and does anything there take a connection?"""

from __future__ import annotations

import pytest
from hub_stand_in import HubStandIn

from attention_viz.errors import ModelError
from attention_viz.models.hub.endpoint import HUB, endpoint, is_offline, is_reachable


def test_the_environment_names_the_hub_also_after_the_client_was_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", " https://mirror.example/hf/ ")
    assert endpoint() == "https://mirror.example/hf"
    monkeypatch.setenv("HF_ENDPOINT", "")
    assert endpoint() == HUB


@pytest.mark.parametrize(
    "address", ["mirror.example", "ftp://x", "https://", "https://a b", "https://name:key@x", "x\n"]
)
def test_what_is_no_address_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(ModelError, match="no address of a hub"):
        endpoint()


@pytest.mark.parametrize(("wish", "offline"), [("1", True), ("yes", True), ("True", True), ("0", False), ("", False)])
def test_offline_is_a_wish_of_the_environment(monkeypatch: pytest.MonkeyPatch, wish: str, offline: bool) -> None:
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", wish)
    assert is_offline() == offline


def test_a_hub_is_reachable_while_it_listens(hub: HubStandIn) -> None:
    assert is_reachable(hub.endpoint, 2)
    hub.close()
    assert not is_reachable(hub.endpoint, 2)


def test_the_first_connection_is_to_the_proxy_except_for_hosts_that_need_none(
    hub: HubStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    assert is_reachable("http://hub.invalid", 2)
    hub.close()
    assert not is_reachable("http://hub.invalid", 2)
    with HubStandIn() as other:
        assert not is_reachable(other.endpoint, 2)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert is_reachable(other.endpoint, 2)


def test_a_port_that_is_none_is_refused() -> None:
    with pytest.raises(ModelError, match="no address of a hub"):
        is_reachable("http://127.0.0.1:70000", 1)
