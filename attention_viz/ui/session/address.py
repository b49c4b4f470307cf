"""The address bar: a look at a text as query parameters, without the text itself.

Texts stay out of the address: it would end up in logs, and browsers refuse long ones. Only a link that somebody copies
carries a short one; where it is opened, the text goes into its box and leaves the address.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st

from attention_viz.characters import joined
from attention_viz.errors import SelectionError
from attention_viz.selection import HEADS, TOKENS, Selection
from attention_viz.view.look import FIELDS as LOOKS

CARRIED = ("model", "part", "overlong", *LOOKS, "units", "off", "way", "masked", "language")
"""Fields of a Selection that the address carries."""
ON_ITS_WAY = 3.0
"""Seconds in which a browser may still send the address before; later it is one that the visitor went back to."""
NUMBERS = ("layer", "head", "k")
TEXTS = ("text", "second")
"""Fields that only a link carries."""
MOST_BYTES = 2_000
"""How long the texts of a link are at most, as they stand in it."""


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
    shown = {"layer": selection.layer + 1, "head": selection.head + 1} | selection.unusual()
    return {name: _text(shown[name]) for name in CARRIED if name in shown}


def link_to(selection: Selection) -> str:
    """The query part of an address that opens the same picture elsewhere, text and language included.

    Raises SelectionError where the texts take more than MOST_BYTES.
    """
    texts = {name: text for name in TEXTS if (text := getattr(selection, name)) is not None}
    written = _written(texts)
    if len(written) > MOST_BYTES:
        raise SelectionError(
            "This text takes {n:,} bytes in a link, which carries at most {most:,}. Save a state file instead: it holds a text of any length.",
            n=len(written),
            most=MOST_BYTES,
        )
    return _written(to_address(selection) | {"language": selection.language} | texts)


def texts_from_address(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The texts that a link carries: none, or the text and the second one (None = no pair).

    Raises SelectionError where they are longer than a link of this program can be.
    """
    texts = {name: parameters[name] for name in TEXTS if name in parameters}
    length = len(_written(texts))
    if length > MOST_BYTES:
        raise SelectionError(
            "The text in this address takes {n:,} bytes; at most {most:,} are read. Paste the text into the box, or open a state file.",
            n=length,
            most=MOST_BYTES,
        )
    return {"text": texts["text"], "second": texts.get("second")} if "text" in texts else {}


def follow_address() -> None:
    """Take over what the address says, when the visitor arrives or changes it by hand. A text that it cannot carry is
    refused; `refused` then has the reason, and the text that stays in the box."""
    parameters = st.query_params.to_dict()
    state = st.session_state
    if parameters == state.get("address") or _on_its_way(parameters):
        return
    state["address"] = {name: value for name, value in parameters.items() if name not in TEXTS}
    state["refused"] = None
    if state["address"] != parameters:
        st.query_params.from_dict(state["address"])
    for name, value in from_address(parameters).items():
        state[name] = list(value) if name == "exclude" else value
    try:
        texts = texts_from_address(parameters)
    except SelectionError as error:
        state["refused"] = (error, state["text"])
    else:
        if texts:
            state.update(text=texts["text"], second=texts["second"] or "", pair=texts["second"] is not None)


def keep_address(selection: Selection) -> None:
    """Let the address say what is looked at: where it changed, and where another page began with an empty one."""
    parameters = to_address(selection)
    before = st.session_state.get("address")
    if parameters != before:
        st.session_state["addresses before"] = [*_lately(), (before, time.monotonic())]
        st.session_state["address"] = parameters
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def _on_its_way(parameters: Mapping[str, str]) -> bool:
    """Whether this address was ours a moment ago: a quick second click brings it before the browser shows the new one."""
    return any(parameters == address for address, _ in _lately())


def _lately() -> list[tuple[Any, float]]:
    """The addresses that were replaced within the last seconds, and when."""
    now = time.monotonic()
    return [each for each in st.session_state.get("addresses before", ()) if now - each[1] < ON_ITS_WAY]


def _written(parameters: Mapping[str, str]) -> str:
    """As the query part of an address; half a surrogate pair, which it cannot hold, as the sign for what cannot be read."""
    return urlencode({name: joined(value) for name, value in parameters.items()}, quote_via=quote)


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
