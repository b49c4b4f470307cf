"""LAN address: which address a teacher gives to the class."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

import streamlit as st

from attention_viz.ui.server.access import VARIABLE
from attention_viz.ui.wording import plain, say

EVERYWHERE = ("0.0.0.0", "::", "")
"""Addresses to listen on that mean all networks of the computer."""
OUTSIDE = ("192.0.2.1", "192.168.0.1", "10.0.0.1", "172.16.0.1")
"""Addresses in other networks: the route to each begins at one of this computer's own."""


def show_lan_addresses() -> None:
    """The addresses for the class, or how to start the program so that there are some; and whether it asks for a code."""
    st.header(say("The address for your class"), anchor=False)
    found = lan_addresses(st.context.url or "", st.get_option("server.address") or "", st.get_option("server.port"))
    for address in found:
        st.code(address, language=None)
    if not found:
        st.markdown(
            plain(say("Only this computer is served now. Start the program as it is said below, and look here again."))
        )
    elif len(found) > 1:
        st.caption(say("One of them leads here from the network of your class: try them with another device."))
    if os.environ.get(VARIABLE):
        st.caption(say("Whoever opens it is asked for the access code."))
    elif found:
        st.caption(say("There is no access code: whoever is in the same network is let in."))


def lan_addresses(seen: str, served: str, port: int) -> list[str]:
    """Addresses by which others reach this server; none where it serves its own computer alone.

    seen   : the address that the visitor has open. Where it leads here from elsewhere, it is the one: behind another
             server the computer's own addresses are no use, and strangers are not told them.
    served : the address that the server listens on; port: and its port
    """
    opened = urlsplit(seen)
    if opened.hostname and not is_own(opened.hostname):
        return [f"{opened.scheme}://{opened.netloc}"]
    if served in EVERYWHERE:
        return [f"http://{address}:{port}" for address in own_addresses(OUTSIDE)]
    return [] if is_own(served) else [f"http://{served}:{port}"]


def is_own(host: str) -> bool:
    """Whether a host name or address means the computer that it is used on."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def own_addresses(outside: Iterable[str]) -> list[str]:
    """Addresses of this computer in its networks, the one towards the internet first. Nothing is sent to find them."""
    found = []
    for target in outside:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
            probe.connect((target, 9))  # a datagram socket: this only chooses the route
            found.append(str(probe.getsockname()[0]))
    return [address for address in dict.fromkeys(found) if not is_own(address)]
