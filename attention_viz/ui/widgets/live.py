"""Live: the view of every head inside a Streamlit page, and what is chosen in it.

Invisible feeders bring frames and the look to the browser; the view itself is mounted once and draws from both.
Frames do not name the head that is looked at, so their bytes stay the same from run to run and are not sent again.

Who has the last word about the look: the session. What is chosen in the browser is written there before the page runs
again. Every look carries a serial number, raised whenever somebody else changed it, which comes back with every choice: a
choice made before the browser saw the last change is not taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from typing import Any, Protocol

import streamlit as st

from attention_viz.attending import nearest
from attention_viz.attention import Attention
from attention_viz.errors import SelectionError
from attention_viz.selection import Selection
from attention_viz.ui.wording import say
from attention_viz.view import bundle, plan, theme
from attention_viz.view.block import Progress
from attention_viz.view.labels import LABELS
from attention_viz.view.look import FIELDS, NOTHING, Filters, look_of
from attention_viz.view.ranking import is_ranked_here, ranking

Window = tuple[int, int, tuple[int, int], tuple[int, int]]

_view = st.components.v2.component(
    "attention_view", html='<div\nclass="attention"></div>', css=bundle.style(), js=bundle.script("live/component")
)
_feeder = st.components.v2.component("attention_feeder", js=bundle.script("live/feeder"))


class Result(Protocol):
    """How a frame is made."""

    def __call__(
        self, slot: str, about: Hashable, make: Callable[[Progress | None], bytes], doing: str | None = None
    ) -> bytes | None:
        """What `make` makes; None while it is under way.

        slot  : names it; about: all that it depends on, beside the attention
        doing : what the visitor is told meanwhile, of what takes long; None = made while the visitor waits
        """


def at_once(
    slot: str, about: Hashable, make: Callable[[Progress | None], bytes], doing: str | None = None
) -> bytes | None:
    """Made at every run."""
    return make(None)


def live_view(
    attention: Attention,
    selection: Selection,
    *,
    on_choose: Callable[[Selection], None],
    key: str = "live",
    labels: Mapping[str, str] = LABELS,
    result: Result = at_once,
) -> None:
    """What do all heads of this text look like?

    selection : with nothing that this attention lacks, see `view.look.within`
    on_choose : called before the page runs again, with what was chosen in the browser
    labels    : the sentences of attention_viz.view.labels, in the language of the page
    result    : how frames are made: at every run, or once for all who look at the same text
    """
    if not choices_count(selection, key):
        st.session_state[_serial(key)] = st.session_state.get(_serial(key), 0) + 1
        st.session_state[_shown(key)] = look_of(selection)
    with st.container(gap=None):
        text = _feed_frames(attention, selection, key, result)
        _feed(key, "look", _look_message(key, selection, text))
        _view(
            key=key,
            data={"view": key, "appearance": theme.written(labels)},
            on_look_change=lambda: _choose(key, selection, on_choose),
            on_window_change=lambda: None,
        )


def choices_count(selection: Selection, key: str = "live") -> bool:
    """Whether the view shows this selection: else it is about to be told of it, and what was chosen before counts no more."""
    return bool(st.session_state.get(_shown(key)) == look_of(selection))


def with_choice(selection: Selection, look: Mapping[str, Any]) -> Selection:
    """The selection with what the browser says was chosen. Raises SelectionError for what cannot be."""
    return selection.at(**{name: _plain(look[name]) for name in FIELDS if name in look})


def _choose(key: str, selection: Selection, on_choose: Callable[[Selection], None]) -> None:
    """Take over what was chosen in the browser, if it was chosen after the last change was seen there."""
    look = st.session_state.get(key, {}).get("look")
    if not isinstance(look, dict) or look.get("serial") != st.session_state.get(_serial(key)):
        return
    try:
        chosen = with_choice(selection, look)
    except SelectionError:
        return
    st.session_state[_shown(key)] = look_of(chosen)
    on_choose(chosen)


def _plain(value: Any, depth: int = 2) -> Any:
    """Lists of the browser's JSON as the tuples of a Selection, which are no deeper than a list of pairs."""
    return tuple(_plain(each, depth - 1) for each in value) if isinstance(value, list) and depth else value


def _look_message(key: str, selection: Selection, text: str) -> dict[str, Any]:
    return {
        "serial": st.session_state[_serial(key)],
        "text": text,
        "look": look_of(selection),
    }


def _feed_frames(attention: Attention, known: Selection, key: str, result: Result) -> str:
    """Mount a feeder for each frame that this look needs; returns the name of the text."""

    def feed(name: str, about: Hashable, make: Callable[[], bytes | None]) -> bytes:
        frame = result(f"{key} {name}", about, lambda _: make() or b"") or b""
        if frame:
            _feed(key, name, frame)
        return frame

    def feed_later(name: str, about: Hashable, make: Callable[[Progress | None], bytes | None], doing: str) -> None:
        frame = result(f"making {key} {name}", (about, text), lambda step: make(step) or b"", doing)
        if frame:
            _feed(key, name, frame)

    def feed_small(name: str, about: Hashable, make: Callable[[Progress | None], bytes | None]) -> None:
        if plan.is_slow(attention):
            feed_later(name, about, make, say("Drawing all heads small"))
        else:
            feed(name, about, lambda: make(None))

    text = plan.text_of(feed("first", None, lambda: plan.first(attention, key)))
    filters = Filters.of(known, attention)
    feed_small("rest", None, lambda step: plan.rest(attention, key, text, step))
    layer = nearest(attention.source.heads, known.layer)
    head = min(known.head, attention.heads_of(layer) - 1)
    subject = plan.shown(known.at(layer=layer, head=head))
    about = (subject, filters if plan.is_pooled(attention) else NOTHING)

    def one_head(step: Progress | None) -> bytes | None:
        return plan.one_head(attention, key, text, *subject, step, filters)

    if plan.takes(attention, *subject) > plan.CELLS_AT_ONCE:
        feed_later("head", about, one_head, say("Taking the mean of the heads"))
    else:
        feed("head", about, lambda: one_head(None))
    window = _window(key, attention, text)
    if window is not None:
        feed("tile", (window, filters), lambda: plan.tile(attention, key, text, *window, filters))
    if filters != NOTHING:
        feed_small("small", filters, lambda step: plan.small(attention, key, text, filters, step))
    if is_ranked_here(attention, known):
        _feed_ranking(attention, known, key, text, result)
    return text


def _feed_ranking(attention: Attention, known: Selection, key: str, text: str, result: Result) -> None:
    """Which heads read the pinned link, where the browser cannot say; what takes long is made apart."""
    doing = say("Ranking the heads for this link") if plan.is_slow(attention) else None
    about = (text, known.queries, known.keys, known.direction)
    name = f"{'making ' if doing else ''}{key} ranking"
    ranked = result(name, about, lambda step: ranking(attention, known, text, step), doing)
    if ranked:
        _feed(key, "ranking", json.loads(ranked))


def _window(key: str, attention: Attention, text: str) -> Window | None:
    """The part of a head that the browser asks to see sharper: layer, head, (start, stop) of queries and of keys."""
    asked = st.session_state.get(key, {}).get("window")
    if not isinstance(asked, dict) or asked.get("text") != text:
        return None
    layer, head, rows, columns = (_plain(asked.get(name)) for name in ("layer", "head", "rows", "columns"))
    if not _is_index(layer, attention.n_layers) or (layer >= 0 and layer not in attention.layers):
        return None
    if not _is_index(head, attention.n_heads if layer < 0 else attention.heads_of(layer)):
        return None
    return (layer, head, rows, columns) if _is_span(rows) and _is_span(columns) else None


def _is_index(value: Any, n: int) -> bool:
    """Whether it names one of n, or with -1 all of them."""
    return type(value) is int and -1 <= value < n


def _is_span(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(_is_count, value)) and value[0] < value[1]


def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < 10_000_000


def _feed(key: str, name: str, message: bytes | dict[str, Any]) -> None:
    content = message if isinstance(message, bytes) else {"view": key, "name": name, "message": message}
    _feeder(key=f"{key} {name}", data=content)


def _shown(key: str) -> str:
    return f"{key} shown"


def _serial(key: str) -> str:
    return f"{key} serial"
