"""The address bar: a look at a text as query parameters, without the text itself.

Texts stay out of the address: it would end up in logs, and browsers refuse long ones. Only a link that somebody copies
carries a short one; where it is opened, the text goes into its box and leaves the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attention_viz.characters import joined
from attention_viz.errors import SelectionError
from attention_viz.options import EVERY, READ_FROM_TEXT
from attention_viz.selection import Selection, options

CARRIED = tuple(name for name, option in options().items() if option.travels != "text")
"""Fields of a Selection that the address carries."""
TEXTS = tuple(name for name, option in options().items() if option.travels == "text")
"""Fields that only a link carries."""
ARRIVED = "arrived"
"""Whether this run began with the visitor's coming by an address."""
WRITTEN_ON = "address of page"
"""The page whose address was written last."""
MOST_BYTES = 2_000
"""How long the texts of a link are at most, as they stand in it."""


def from_address(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The fields that an address sets, as Selection has them (layer and head from 0). What does not fit is left out."""
    fields: dict[str, Any] = {}
    for name in CARRIED:
        if name in parameters:
            try:
                fields[name] = getattr(
                    Selection.from_dict({name: READ_FROM_TEXT[options()[name].kind](parameters[name])}), name
                )
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


def arrived() -> bool:
    """Whether the visitor came by an address that was not written here: at the first run of a session, or with the
    browser's buttons for back and forward. Any other is one of ours, which a quick second click brings once more."""
    return bool(st.session_state.get(ARRIVED, True))


def is_new() -> bool:
    """Whether nothing of this session has run yet."""
    return ARRIVED not in st.session_state


def _note_arrival() -> None:
    """To be called once, at the beginning of a run."""
    context = get_script_run_ctx(suppress_warning=True)
    st.session_state[ARRIVED] = is_new() or (context is not None and context.is_history_navigation)


def follow_address() -> None:
    """Take over what the address says, when the visitor arrives by it. A text that it cannot carry is refused; `refused` then
    has the reason, and the text that stays in the box."""
    _note_arrival()
    if arrived():
        take_from_address(st.query_params.to_dict())


def take_from_address(parameters: Mapping[str, str]) -> None:
    """Take over what these parameters say; see `follow_address`."""
    state = st.session_state
    state["address"] = {name: value for name, value in parameters.items() if name not in TEXTS}
    state["refused"] = None
    if state["address"] != parameters:
        st.query_params.from_dict(state["address"])
    state.update(from_address(parameters))
    try:
        texts = texts_from_address(parameters)
    except SelectionError as error:
        state["refused"] = (error, state["text"])
    else:
        if texts:
            state.update(text=texts["text"], second=texts["second"] or "", pair=texts["second"] is not None)


def keep_address(selection: Selection) -> None:
    """Let the address say what is looked at: where that changed, and where another page begins with an empty one."""
    parameters, page = to_address(selection), st.session_state.get("page")
    known = (st.session_state.get("address"), st.session_state.get(WRITTEN_ON))
    if (parameters, page) == known and st.query_params:
        return
    st.session_state.update({"address": parameters, WRITTEN_ON: page})
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def _written(parameters: Mapping[str, str]) -> str:
    """As the query part of an address; half a surrogate pair, which it cannot hold, as the sign for what cannot be read."""
    return urlencode({name: joined(value) for name, value in parameters.items()}, quote_via=quote)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join("-".join(map(_text, each)) if isinstance(each, list) else str(each) for each in value)
    return EVERY if value is None else str(value)
