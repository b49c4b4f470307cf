"""The address bar: a look at a text as query parameters, without the text itself.

Texts stay out of the address: it would end up in logs, and browsers refuse long ones. Only a link that somebody copies
carries a short one; where it is opened, the text goes into its box and leaves the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attention_viz.characters import joined
from attention_viz.errors import Message, SelectionError
from attention_viz.options import EVERY, LISTS, MOST_OFF, READ_FROM_TEXT
from attention_viz.selection import Selection, options
from attention_viz.ui.wording import browser_language

CARRIED = tuple(name for name, option in options().items() if option.travels != "text")
"""Fields of a Selection that the address carries."""
TEXTS = tuple(name for name, option in options().items() if option.travels == "text")
"""Fields that only a link carries."""
OF_TOKENS = ("queries", "keys", "cuts", "masked")
"""Fields that name tokens: of a text that is refused they are not taken over, since another one stays in the box."""
ARRIVED = "arrived"
"""Whether this run began with the visitor's coming by an address."""
WRITTEN_ON = "address of page"
"""The page whose address was written last."""
MOST_BYTES = 2_000
"""How long the texts of a link are at most, as they stand in it."""
MOST_ODD = 64
"""Entries of a list that cannot be read; one with more is none of ours, and not looked at further."""
MOST_NAMED, LONGEST_NAMED = 3, 40
"""Parts of an address that cannot be read and are named, and of each so many characters."""


def from_address(parameters: Mapping[str, str]) -> dict[str, Any]:
    """The fields that an address sets, as Selection has them (layer and head from 0). What does not fit is left out: of a list
    the entries that do not, and where too many are named, or do not fit, the whole list."""
    return dict(_read(parameters)[0])


def unread_note(parameters: Mapping[str, str]) -> Message | None:
    """What an address says and `from_address` leaves out, in one sentence; None where it leaves out nothing."""
    unread = _read(parameters)[1]
    if not unread:
        return None
    named = [part if len(part) <= LONGEST_NAMED else f"{part[:LONGEST_NAMED]}…" for part in unread[:MOST_NAMED]]
    parts = ", ".join([*named, *["…"] * (len(unread) > MOST_NAMED)])
    return Message(
        "What cannot be read of this address is left out: {parts}. Ask for the link anew, or choose here what is missing.",
        {"parts": parts},
    )


def _read(parameters: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The fields that an address sets, and what of it cannot be read, as it stands there."""
    return _read_once(tuple((name, parameters[name]) for name in CARRIED if name in parameters))


@lru_cache(maxsize=8)
def _read_once(parameters: tuple[tuple[str, str], ...]) -> tuple[dict[str, Any], list[str]]:
    """Read for all that one run asks of an address: entry by entry, a list of many that do not fit takes its time."""
    fields: dict[str, Any] = {}
    unread: list[str] = []
    for name, text in parameters:
        value, odd = _parsed(name, text)
        if value is not None:
            fields[name] = value
        unread += [f"{name}={each}" for each in odd]
    return fields, unread


def _parsed(name: str, text: str) -> tuple[Any, list[str]]:
    """The value of one parameter as far as it can be read, and what cannot; one that is no list is a single entry."""
    listed = [each for each in text.split(",") if each] if options()[name].kind in LISTS else [text]
    value = _value(name, listed)
    if not listed or value is not None:
        return value, []
    fitting: list[str] = []
    odd: list[str] = []
    for each in listed if 1 < len(listed) <= MOST_OFF else ():
        (odd if _value(name, [each]) is None else fitting).append(each)
        if len(odd) > MOST_ODD:
            return None, [text]
    value = _value(name, fitting)
    return (None, [text]) if value is None else (value, odd)  # none fits, or more do than the field holds


def _value(name: str, entries: Sequence[str]) -> Any:
    """The value of a field from the entries of its list, or from the one that it is; None where they do not fit, or there is none."""
    if not entries:
        return None
    kind = options()[name].kind
    try:
        read = [READ_FROM_TEXT[kind](each) for each in entries]
        return getattr(Selection.from_dict({name: read if kind in LISTS else read[0]}), name)
    except (SelectionError, ValueError):
        return None


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
    has the reason, and the text that stays in the box. What else cannot be read is left out; see `unread_now`."""
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
    fields = from_address(parameters)
    try:
        texts = texts_from_address(parameters)
    except SelectionError as error:
        state["refused"] = (error, state["text"])
        state.update({name: value for name, value in fields.items() if name not in OF_TOKENS})
    else:
        state.update(fields)
        if texts:
            state.update(text=texts["text"], second=texts["second"] or "", pair=texts["second"] is not None)
    state["unread"] = (unread_note(parameters), _carried_now())


def unread_now() -> Message | None:
    """What the address said by which the visitor came and that could not be read, until something else is looked at."""
    note, then = st.session_state.get("unread") or (None, {})
    return note if note is not None and then == _carried_now() else None


def _carried_now() -> dict[str, Any]:
    """All that an address can set, as it is now."""
    return {name: st.session_state.get(name) for name in (*CARRIED, *TEXTS)}


def keep_address(selection: Selection) -> None:
    """Let the address say what is looked at: where that changed, and where another page begins with an empty one."""
    parameters, page = to_address(selection) | chosen_language(), st.session_state.get("page")
    known = (st.session_state.get("address"), st.session_state.get(WRITTEN_ON))
    if (parameters, page) == known and st.query_params:
        return
    st.session_state.update({"address": parameters, WRITTEN_ON: page})
    if parameters != st.query_params.to_dict():
        st.query_params.from_dict(parameters)


def chosen_language() -> dict[str, str]:
    """The language, where it is another than the browser's, so that a reload keeps it."""
    usual = browser_language()
    chosen = st.session_state.get("language", usual)
    return {} if chosen == usual else {"language": chosen}


def keep_language() -> None:
    """Let the address of a page that shows no text of the visitor's say the language."""
    now = st.query_params.to_dict()
    wanted = {name: value for name, value in now.items() if name != "language"} | chosen_language()
    if wanted != now:
        st.query_params.from_dict(wanted)


def _written(parameters: Mapping[str, str]) -> str:
    """As the query part of an address; half a surrogate pair, which it cannot hold, as the sign for what cannot be read."""
    return urlencode({name: joined(value) for name, value in parameters.items()}, quote_via=quote)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join("-".join(map(_text, each)) if isinstance(each, list) else str(each) for each in value)
    return EVERY if value is None else str(value)
