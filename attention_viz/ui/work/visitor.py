"""Visitor: who asks, so that nobody takes the place of all others."""

from __future__ import annotations

import secrets

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def visitor() -> str:
    """The name of the session that asks, known to the server alone; "" outside of sessions."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    name: str = st.session_state.setdefault("visitor", secrets.token_hex(8))
    return name
