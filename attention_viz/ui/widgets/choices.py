"""Choices: what the visitor chose, kept in the session under plain names, and how widgets choose it.

A widget is not the place where its value is kept. The value lives under its own name, outlives the widget, and may be set
by anybody: the address, an example, a click in the live view. Then the widget is told, and until the browser has seen it,
what the widget showed before may still be sent. Whether the browser has seen it is told by a text input that nobody sees:
it is set to a new number whenever a widget is told something, and as every message of a browser brings what all widgets
show, the number says how much the browser had seen. No seconds decide who has the last word.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any, Literal

import streamlit as st

from attention_viz.ui.wording import language

Shows = Literal["value", "index", "default"]
"""What a Streamlit widget calls the value with which it begins: `index` counts among the entries."""
SEEN = "seen"
"""The key of the text input that says how much the browser has seen."""
TOLD = "told"
"""The number of the last thing that a widget was told, and the session's token before it."""
NOTHING = object()
"""What is equal to no value."""
LONGEST_NUMBER = 10
"""Digits, at most."""
BEFORE = "shown before"
"""Of each widget that was told something: what it showed before, and the number under which it was told."""


def chosen_as(
    name: str,
    among: Collection[Any] | None = None,
    *,
    usual: Any = None,
    shown: Callable[[Any], Any] = lambda value: value,
    meant: Callable[[Any], Any] = lambda value: value,
    then: Callable[[], None] = lambda: None,
    shows: Shows = "value",
    translated: bool | None = None,
    entries: Sequence[Any] | None = None,
) -> dict[str, Any]:
    """What a widget is given that chooses the value of this name: its key, what it shows, and what takes over what is chosen.

    usual : the value where none was chosen yet
    among : the values that can be chosen; None = any. Another one, as a label of another language, is not taken
    shown : the widget's value for a value; meant: its inverse
    then  : called when another value was chosen, before the page runs again
    shows : what the widget calls the value with which it begins. It is told so at once: a widget that begins with something
            else, and is set right afterwards, tells the server in between what it began with
    translated : whether its entries are called otherwise in another language; None = where it has entries
    entries : those that the widget lists, where they are others than `among`
    """
    st.session_state.setdefault(name, usual)
    translated = shows != "value" if translated is None else translated
    value, key = shown(st.session_state[name]), widget_key(name, language() if translated else "")
    keyed: dict[str, Any] = {"key": key, "on_change": partial(_take, name, key, among, meant, then)}
    if key in st.session_state and st.session_state[key] != value:
        _tell(key, value)
        return keyed
    return keyed | {
        shows: _place(value, list(among or ()) if entries is None else entries) if shows == "index" else value
    }


def widget_key(name: str, language: str = "") -> str:
    """The key of the widget that chooses a value on the page that is open.

    language : that of its entries. A browser knows an entry by its words alone, so that in another language it is another widget
    """
    return " ".join(f"{name} shown {language} {st.session_state.get('page', '')}".split())


def ask_what_was_seen() -> None:
    """Draw what says how much the browser has seen. To be called at the end of a run, after all widgets."""
    told = _told()
    if st.session_state.get(SEEN) != told:
        st.session_state[SEEN] = told
    with st.container(key="nothing-to-see"):
        st.text_input(SEEN, key=SEEN, label_visibility="hidden")


def _tell(key: str, value: Any) -> None:
    """Let a widget show a value, and remember what it showed before."""
    token, number = _told().split()
    st.session_state[TOLD] = f"{token} {int(number) + 1}"
    st.session_state.setdefault(BEFORE, {})[key] = (st.session_state[key], int(number) + 1)
    st.session_state[key] = value


def _told() -> str:
    told: str = st.session_state.setdefault(TOLD, f"{secrets.token_hex(4)} 0")
    return told


def _take(
    name: str, key: str, among: Collection[Any] | None, meant: Callable[[Any], Any], then: Callable[[], None]
) -> None:
    if key not in st.session_state or _is_stale(key, st.session_state[key]):
        return
    value = st.session_state[key]
    if among is not None and value not in among:
        return
    chosen = meant(value)
    if chosen == st.session_state.get(name, NOTHING):
        return  # a widget that is no longer drawn tells once more what it showed
    st.session_state[name] = chosen
    then()


def _is_stale(key: str, value: Any) -> bool:
    """Whether a widget shows what it showed before it was told something that the browser has not seen yet."""
    before, number = st.session_state.get(BEFORE, {}).get(key, (None, 0))
    return number > _seen() and bool(value == before)


def _seen() -> int:
    """The number of the last thing that the browser has seen of what widgets of this session were told; it may send anything."""
    token, _, number = str(st.session_state.get(SEEN)).partition(" ")
    is_ours = token == _told().split()[0] and number.isdecimal() and len(number) < LONGEST_NUMBER
    return int(number) if is_ours else 0


def _place(value: Any, entries: Sequence[Any]) -> int | None:
    """Where a value stands among the entries; None where it is none of them."""
    return entries.index(value) if value in entries else None
