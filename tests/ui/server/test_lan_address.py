"""A teacher is told an address that leads here from another computer, and nobody else is told this computer's."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from attention_viz.ui.server import lan_address
from attention_viz.ui.server.lan_address import OUTSIDE, is_own, lan_addresses, own_addresses

OWN = ["198.51.100.7", "10.1.2.3"]


@pytest.fixture(autouse=True)
def networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lan_address, "own_addresses", lambda outside: OWN)


@pytest.mark.parametrize("seen", ["http://127.0.0.1:8501/teaching", "http://localhost:8501/", "http://[::1]:8501/", ""])
def test_at_this_computer_it_is_those_of_its_networks_if_they_are_served(seen: str) -> None:
    assert lan_addresses(seen, "0.0.0.0", 8501) == ["http://198.51.100.7:8501", "http://10.1.2.3:8501"]
    assert lan_addresses(seen, "", 8600) == ["http://198.51.100.7:8600", "http://10.1.2.3:8600"]
    assert lan_addresses(seen, "10.1.2.3", 8501) == ["http://10.1.2.3:8501"]
    assert lan_addresses(seen, "127.0.0.1", 8501) == []


@pytest.mark.parametrize("served", ["0.0.0.0", "127.0.0.1"])
def test_elsewhere_it_is_the_one_that_led_here_and_no_other(served: str) -> None:
    assert lan_addresses("https://attention.example/teaching?layer=2", served, 8501) == ["https://attention.example"]
    assert lan_addresses("http://10.1.2.3:8080/", served, 8501) == ["http://10.1.2.3:8080"]


def test_names_and_addresses_of_the_computer_itself_are_told_from_others() -> None:
    assert all(map(is_own, ("localhost", "x.localhost", "127.0.0.1", "127.8.8.8", "::1", "0.0.0.0", "::")))
    assert not any(map(is_own, ("localhost.example", "10.0.0.1", "2001:db8::1", "school.example", "")))


def test_the_computers_addresses_are_those_that_a_socket_can_be_bound_to() -> None:
    for address in own_addresses(OUTSIDE):
        assert not ipaddress.ip_address(address).is_loopback
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind((address, 0))  # fails for an address of another computer
    assert own_addresses(["127.0.0.1"]) == []


def test_each_own_address_is_told_once_and_a_way_that_is_not_there_is_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ways = {"192.0.2.1": OWN[0], "192.168.0.1": OWN[0], "10.0.0.1": OWN[1], "172.16.0.1": "127.0.0.1"}

    class Probe(socket.socket):
        """Finds the ways of another computer."""

        def connect(self, place: tuple[str, int]) -> None:
            if place[0] not in ways:
                raise OSError("Network is unreachable")
            self.way = ways[place[0]]

        def getsockname(self) -> tuple[str, int]:
            return self.way, 5

    monkeypatch.setattr(lan_address.socket, "socket", Probe)
    assert own_addresses(["203.0.113.9", *OUTSIDE]) == OWN
