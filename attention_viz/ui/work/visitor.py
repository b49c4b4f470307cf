"""Visitor: who asks, so that nobody takes the place of all others."""

from __future__ import annotations

import secrets

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attention_viz.ui.server.rate_limit import network


def visitor() -> str:
    """The name of the session that asks, known to the server alone; "" outside of sessions."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return ""
    name: str = st.session_state.setdefault("visitor", f"{context.session_id} {secrets.token_hex(8)}")
    return name


def address_of(visitor: str) -> str:
    """Where a visitor comes from, as he or she is counted: an IPv4 address, or a household's network of IPv6; "" = not known."""
    client = runtime.get_instance().get_client(_session(visitor)) if visitor and runtime.exists() else None
    address = None if client is None or client.client_context is None else client.client_context.remote_ip
    return network(address) if isinstance(address, str) else ""


def own_address() -> str:
    """Where the visitor comes from for whom this runs."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else address_of(context.session_id)


def has_gone(visitor: str) -> bool:
    """Whether the connection of a visitor is closed."""
    return bool(visitor) and runtime.exists() and not runtime.get_instance().is_active_session(_session(visitor))


def _session(visitor: str) -> str:
    return visitor.partition(" ")[0]
