"""Live: the view of every head inside a Streamlit page, and what is chosen in it.

Invisible feeders bring frames and the look to the browser; the view itself is mounted once and draws from both.
Frames do not name the head that is looked at, so their bytes stay the same from run to run and are not sent again.

Who has the last word about the look: the page, where it asks for something that it did not ask for last time and that
was not chosen in the browser; else the browser. A serial number, raised whenever the page asks for something new, goes
out with every look and comes back with every choice: a choice made before the browser saw what the page asked for last
is not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict
from typing import Any

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.errors import SelectionError
from attention_viz.palettes import THEMES, palette
from attention_viz.selection import Selection
from attention_viz.ui import caches
from attention_viz.view import bundle, plan
from attention_viz.view.labels import LABELS

CHOSEN = (
    "layer",
    "head",
    "view",
    "queries",
    "kept",
    "scale",
    "exclude",
    "renormalise",
    "pairs",
    "average",
    "sort",
    "threshold",
    "k",
)
"""Fields of a Selection that page and browser share."""

_view = st.components.v2.component(
    "attention_view", html='<div\nclass="attention"></div>', css=bundle.style(), js=bundle.script("component")
)
_feeder = st.components.v2.component("attention_feeder", js=bundle.script("feeder"))


def live_view(
    attention: Attention,
    selection: Selection,
    *,
    key: str = "live",
    labels: Mapping[str, str] = LABELS,
    on_choose: Callable[[Selection], None] | None = None,
    reading: Hashable | None = None,
) -> Selection:
    """What do all heads of this text look like? Draws them, and returns the selection as it was last chosen.

    labels    : the sentences of attention_viz.view.labels, in the language of the page
    on_choose : called before the page runs again, with what was chosen in the browser, so that pickers can follow
    reading   : names the attention in the cache of frames (model, revision, text, units); None = encode at every run
    """
    known = _agreed(key, selection)
    with st.container(gap=None):
        text = _feed_frames(attention, known, key, reading)
        _feed(key, "look", _look_letter(key, known, text))
        _view(
            key=key,
            data={"view": key, "labels": dict(labels), "palettes": {theme: asdict(palette(theme)) for theme in THEMES}},
            on_look_change=lambda: _choose(key, on_choose),
        )
    return known


def _agreed(key: str, selection: Selection) -> Selection:
    """What page and browser agree on now."""
    state = st.session_state
    agreed: Selection | None = state.get(_agreed_on(key))
    if agreed is None or _shared(selection) not in (_shared(agreed), state.get(_asked_for(key))):
        state[_serial(key)] = state.get(_serial(key), 0) + 1
        known = selection
    else:
        known = _said(key, selection) or selection.at(**_shared(agreed))
    state[_asked_for(key)] = _shared(selection)
    state[_agreed_on(key)] = known
    return known


def _said(key: str, selection: Selection) -> Selection | None:
    """The selection with what the browser chose, if it chose after seeing what the page asked for last."""
    look = st.session_state.get(key, {}).get("look")
    if not isinstance(look, dict) or look.get("serial") != st.session_state.get(_serial(key)):
        return None
    said = {name: _plain(look[name]) for name in CHOSEN if name in look}
    try:
        return selection.at(**said)
    except SelectionError:
        return None


def _choose(key: str, on_choose: Callable[[Selection], None] | None) -> None:
    """Tell the page what was chosen in the browser, before it runs again."""
    agreed: Selection | None = st.session_state.get(_agreed_on(key))
    chosen = None if agreed is None else _said(key, agreed)
    if chosen is None:
        return
    st.session_state[_agreed_on(key)] = chosen
    if on_choose is not None:
        on_choose(chosen)


def _plain(value: Any) -> Any:
    """Lists of the browser's JSON as the tuples of a Selection."""
    return tuple(_plain(each) for each in value) if isinstance(value, list) else value


def _look_letter(key: str, known: Selection, text: str) -> dict[str, Any]:
    return {
        "serial": st.session_state[_serial(key)],
        "text": text,
        "look": {name: getattr(known, name) for name in CHOSEN},
    }


def _feed_frames(attention: Attention, known: Selection, key: str, reading: Hashable | None) -> str:
    """Mount a feeder for each frame that this text needs; returns the name of the text."""

    def frame(name: Hashable, make: Callable[[], bytes | None]) -> bytes:
        if reading is None:
            return make() or b""
        return caches.derived((key, name, reading), lambda: make() or b"")

    first = frame("first", lambda: plan.first(attention, key))
    text = plan.text_of(first)
    _feed(key, "first", first)
    rest = frame("rest", lambda: plan.rest(attention, key, text))
    if rest:
        _feed(key, "rest", rest)
    layer = min(known.layer, attention.n_layers - 1)
    head = min(known.head, attention.heads_of(layer) - 1)
    one = frame(("head", layer, head), lambda: plan.one_head(attention, key, text, layer, head))
    if one:
        _feed(key, "head", one)
    return text


def _feed(key: str, name: str, letter: bytes | dict[str, Any]) -> None:
    content = letter if isinstance(letter, bytes) else {"view": key, "name": name, "letter": letter}
    _feeder(key=f"{key} {name}", data=content)


def _agreed_on(key: str) -> str:
    return f"{key} agreed on"


def _asked_for(key: str) -> str:
    return f"{key} asked for"


def _serial(key: str) -> str:
    return f"{key} serial"


def _shared(selection: Selection) -> dict[str, Any]:
    return {name: getattr(selection, name) for name in CHOSEN}
