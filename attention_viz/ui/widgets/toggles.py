"""Toggles: sets of buttons in the browser that stay pressed: which heads are off, which tokens are hidden.

Both live in the session under the names that a Selection gives them; a serial number tells the browser how much of
what was pressed there the page has heard (js/board/toggles.js).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from attention_viz.errors import SelectionError
from attention_viz.selection import Selection

SETS = {"switchboard": "off", "masks": "masked"}
"""Which field of a Selection each set of buttons sets."""
MOST_MESSAGES = 10_000_000
"""Messages that are counted; nobody presses a button so often."""


def with_pressed(selection: Selection, key: str, said: Mapping[str, Any]) -> Selection:
    """The selection with the buttons that the browser says are pressed. Raises SelectionError, ValueError for no such."""
    read: Callable[[str], Any] = _head_named if key == "switchboard" else int
    return selection.at(**{SETS[key]: tuple(sorted({read(each) for each in said["on"]}))})


def heard(key: str) -> int:
    """How many messages of a set of buttons the page has heard."""
    return int(st.session_state.get(f"{key} serial", 0))


def listen(key: str) -> None:
    """Take over what was pressed, before the page runs again; what no selection can hold is not taken."""
    said = st.session_state[key].get("switched")
    if not is_message(said):
        return
    try:
        chosen = with_pressed(Selection(), key, said)
        st.session_state[SETS[key]] = getattr(chosen, SETS[key])
    except (SelectionError, ValueError):
        pass
    st.session_state[f"{key} serial"] = int(said["serial"])


def is_message(said: Any) -> bool:
    """Whether it is what js/board/toggles.js sends: names, and a serial number."""
    if not isinstance(said, dict) or type(said.get("serial")) is not int or not 0 <= said["serial"] < MOST_MESSAGES:
        return False
    return isinstance(said.get("on"), list) and all(isinstance(each, str) for each in said["on"])


def _head_named(name: str) -> tuple[int, int]:
    layer, head = name.split("-")
    return int(layer), int(head)
