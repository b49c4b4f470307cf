"""Choices: what the visitor chose, kept in the session under plain names, and how widgets choose it.

A widget is not the place where its value is kept. The value lives under its own name, outlives the widget, and may be set
by anybody: the address, an example, a click in the live view. The widget's key names the version of the value that it
shows, the language, the page and the entries. If somebody else set the value, the widget is another one with another key, so that
what a browser still sends of the widget before (an old value, or a label in another language) is about a key that counts
for nothing any more. Nobody has to wait, or to guess what is out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, TypedDict
from zlib import crc32

import streamlit as st

from attention_viz.ui.wording import language

VERSIONS = "versions of choices"
"""Of each value: which version its widget shows, and that widget's key."""


class Keyed(TypedDict):
    """What a Streamlit widget is given, beside what it shows."""

    key: str
    on_change: Callable[[], None]


def chosen_as(
    name: str,
    among: Collection[Any] | None = None,
    *,
    usual: Any = None,
    about: Any = None,
    shown: Callable[[Any], Any] = lambda value: value,
    meant: Callable[[Any], Any] = lambda value: value,
    then: Callable[[], None] = lambda: None,
) -> Keyed:
    """The key of a widget that chooses the value of this name, and what takes over what is chosen in it.

    usual : the value where none was chosen yet
    among : the values that can be chosen; None = any. Another one than those is not taken.
    about : what the entries' names depend on beside the language, where `among` does not tell it
    shown : the widget's value for a value; meant: its inverse
    then  : called when another value was chosen, before the page runs again
    """
    versions: dict[str, tuple[int, str]] = st.session_state.setdefault(VERSIONS, {})
    st.session_state.setdefault(name, usual)
    version, before = versions.get(name, (0, ""))
    value = shown(st.session_state[name])
    if before and _shows_another(before, value):
        version += 1
    where = f"{language()} {st.session_state.get('page', '')} {_digest(among, about)}"
    while _shows_another(key := " ".join(f"{name} {version} {where}".split()), value):
        version += 1
    versions[name] = (version, key)
    if key not in st.session_state:
        st.session_state[key] = value
    return {"key": key, "on_change": partial(_take, name, key, among, meant, then)}


def widget_key(name: str) -> str:
    """The key of the widget that chooses a value now; the name itself before there was one."""
    versions: dict[str, tuple[int, str]] = st.session_state.get(VERSIONS, {})
    return versions.get(name, (0, name))[1]


def _shows_another(key: str, value: Any) -> bool:
    return key in st.session_state and bool(st.session_state[key] != value)


def _take(
    name: str, key: str, among: Collection[Any] | None, meant: Callable[[Any], Any], then: Callable[[], None]
) -> None:
    if widget_key(name) != key or key not in st.session_state:
        return
    value = st.session_state[key]
    if among is not None and value not in among:
        return
    st.session_state[name] = meant(value)
    then()


def _digest(*entries: Any) -> str:
    """A short name for the entries; `range(12)` are others than `range(6)`."""
    return "" if entries == (None, None) else f"{crc32(repr(entries).encode('utf-8', 'replace')):x}"
