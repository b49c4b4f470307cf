"""Drawer: widgets behind a button, drawn only while it is open, so that a closed one costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def drawer(label: str, key: str, draw: Callable[[], None]) -> None:
    """A button that opens and closes; what is behind it keeps its values meanwhile."""
    with st.popover(label, key=key, width="content", on_change="rerun") as behind:
        if behind.open:
            draw()
