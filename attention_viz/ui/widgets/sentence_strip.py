"""Sentence strip: the text in one small line, its tokens buttons that pin the one that reads and the one that is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from attention_viz.tokens import Tokens
from attention_viz.ui.widgets.boards import SHELL, labels
from attention_viz.view import bundle
from attention_viz.view.theme import appearance

FIELDS = ("texts", "labels", "special", "segments", "directions", "spans")
"""Of the tokens, what the browser needs to write them."""
MOST_TOKENS = 1024
"""Tokens that are written; those further on can be pinned from a list."""

_strip = st.components.v2.component(
    "attention_sentence_strip",
    html=SHELL,
    css=bundle.style() + bundle.style("sentence-strip"),
    js=bundle.script("text/sentence-strip"),
)


def sentence_strip(
    tokens: Tokens,
    pinned: tuple[int | None, int | None],
    shown: tuple[int, int],
    on_pin: Callable[[int | None, int | None], None],
    *,
    read_themselves: bool = True,
    key: str = "sentence-strip",
) -> None:
    """Which token reads, and which is read? As in the sentence on Explore, the first token pressed reads, the second is read.

    tokens : those that read; read_themselves : whether they are also those that are read
    pinned : (query, key), each a position or None where it is not pinned; shown: those that the page is about
    on_pin : called with what is pinned then, before the page runs again
    """

    def take() -> None:
        said = st.session_state[key].get("pinned")
        n = min(len(tokens), MOST_TOKENS)
        if isinstance(said, list) and len(said) == 2 and all(_is_position(each, n) for each in said):
            on_pin(*said)

    written = {name: list(getattr(tokens, name)) for name in FIELDS}
    if len(tokens) > MOST_TOKENS:
        written |= {name: written[name][:MOST_TOKENS] for name in FIELDS if name != "directions"}
    query, read = pinned
    _strip(
        key=key,
        data={
            **appearance(labels("sentence_strip")),
            "tokens": written,
            "pinned": [query, read],
            "shown": list(shown),
            "both": read_themselves,
        },
        on_pinned_change=take,
    )


def _is_position(value: Any, n: int) -> bool:
    return value is None or (type(value) is int and 0 <= value < n)
