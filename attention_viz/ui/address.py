"""The address bar: a look at a text as query parameters, without the text itself.

Texts stay out of the address: it would end up in logs, and browsers refuse long ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from attention_viz.errors import SelectionError
from attention_viz.selection import HEADS, TOKENS, Selection

CARRIED = (
    "model",
    "part",
    "overlong",
    "layer",
    "head",
    "view",
    "queries",
    "kept",
    "scale",
    "palette",
    "units",
    "exclude",
    "renormalise",
    "pairs",
    "average",
    "sort",
    "threshold",
    "k",
    "off",
    "way",
    "masked",
    "language",
)
"""Fields of a Selection that the address carries."""
NUMBERS = ("layer", "head", "k")


def from_address(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The fields that an address sets, as Selection has them (layer and head from 0). What does not fit is left out."""
    fields: dict[str, Any] = {}
    for name in CARRIED:
        if name in parameters:
            try:
                fields[name] = getattr(Selection.from_dict({name: _value(name, parameters[name])}), name)
            except (SelectionError, ValueError):
                continue
    return fields


def to_address(selection: Selection) -> dict[str, str]:
    """Query parameters for a look: what differs from the defaults, and always the layer and the head."""
    plain, usual = selection.to_dict(), Selection().to_dict()
    shown = {name: plain[name] for name in CARRIED if name in ("layer", "head") or plain[name] != usual[name]}
    return {name: _text(value) for name, value in shown.items()}


def follow_address() -> None:
    """Take over what the address says, when the visitor arrives or changes it by hand."""
    parameters = st.query_params.to_dict()
    if parameters != st.session_state.get("address"):
        for name, value in from_address(parameters).items():
            st.session_state[name] = list(value) if name == "exclude" else value
        st.session_state["address"] = parameters


def keep_address(selection: Selection) -> None:
    """Let the address say what is looked at."""
    parameters = to_address(selection)
    if parameters != st.session_state.get("address"):
        st.session_state["address"] = parameters
        st.query_params.from_dict(parameters)


def _value(name: str, text: str) -> Any:
    if name in NUMBERS:
        return int(text)
    if name == "threshold":
        return float(text)
    if name == "renormalise":
        return text == "yes"
    if name in TOKENS:
        return [int(token) for token in text.split(",")]
    if name in HEADS:
        return [[int(number) for number in head.split("-")] for head in text.split(",")]
    return text.split(",") if name == "exclude" else text


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join("-".join(map(str, each)) if isinstance(each, list) else str(each) for each in value)
    return str(value)
