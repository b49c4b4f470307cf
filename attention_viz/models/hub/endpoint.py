"""Endpoint: the address of the hub, as the environment says now, and whether anything there takes a connection."""

from __future__ import annotations

import os
import queue
import re
import socket
import threading
import urllib.request
from urllib.parse import urlsplit

from attention_viz.models.hub import faults

HUB = "https://huggingface.co"
_ADDRESS = re.compile(r"https?://[^/?#\s@]+(?:/[^?#\s]*)?")


def endpoint() -> str:
    """Which hub is to be asked? HF_ENDPOINT, else the usual one. Raises ModelError for what is no address."""
    address = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or HUB
    if not _ADDRESS.fullmatch(address):
        raise faults.no_address(address)
    return address


def is_offline() -> bool:
    """Does the environment forbid to ask a hub? (HF_HUB_OFFLINE, or TRANSFORMERS_OFFLINE as transformers has it)"""
    wishes = (os.environ.get(variable, "") for variable in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))
    return any(wish.upper() in ("1", "ON", "YES", "TRUE") for wish in wishes)


def is_reachable(address: str, seconds: float) -> bool:
    """Does the hub, or the proxy before it, take a connection within this time?"""
    outcome: queue.SimpleQueue[bool] = queue.SimpleQueue()
    first = _first_connection(address)

    def connect() -> None:
        try:
            # Half the time for each try: a name may stand for several addresses.
            socket.create_connection(first, timeout=seconds / 2).close()
            outcome.put(True)
        except (OSError, UnicodeError):
            outcome.put(False)

    # The system's look-up of a name knows no time limit, so it is left to a thread that may be given up.
    threading.Thread(target=connect, daemon=True).start()
    try:
        return outcome.get(timeout=seconds)
    except queue.Empty:
        return False


def _first_connection(address: str) -> tuple[str, int]:
    """Host and port of the first connection: the proxy's, where one stands before the hub."""
    try:
        parts = urlsplit(address)
        proxy = urllib.request.getproxies().get(parts.scheme)
        if proxy and not urllib.request.proxy_bypass(parts.hostname or ""):
            parts = urlsplit(proxy if "//" in proxy else f"http://{proxy}")
        return parts.hostname or "", parts.port or {"https": 443, "socks5": 1080}.get(parts.scheme, 80)
    except ValueError:
        raise faults.no_address(address) from None
