"""Pinned link: the tokens that are pinned on every page, written in the text on top of it, and how the one reads the other.

They are pinned in the units of the picture on Explore, which may be words; pages that look into a model need word pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.measures.strongest import strongest_link
from attention_viz.ui.session import state
from attention_viz.ui.session.token_units import in_units, pieces_of
from attention_viz.ui.widgets.sentence_strip import sentence_strip
from attention_viz.ui.wording import plain, say

if TYPE_CHECKING:
    from attention_viz.attention import Attention
    from attention_viz.selection import Selection
    from attention_viz.tokens import Tokens
    from attention_viz.ui.session.subject import Subject

Pinned = tuple[int | None, int | None]
"""Query and key, each a position, None where it is not pinned."""
Pin = Callable[[int | None, int | None], None]
"""What pins a query and a key."""
MOST_CELLS = 512**2
"""Weights of a head among which the strongest link is looked for in every run."""


def pinned_pieces(queries: Tokens, keys: Tokens) -> Pinned:
    """What is pinned, as word pieces: of a word, its first. queries, keys: word pieces"""
    sides = [pieces_of(tokens, st.session_state["units"]) for tokens in (queries, keys)]
    pinned = _pinned_units(*map(len, sides))
    query, key = (None if at is None else side[at].start for side, at in zip(sides, pinned, strict=True))
    return query, key


def _pinned_units(n_queries: int, n_keys: int) -> Pinned:
    """What is pinned, in the units of the picture on Explore: of several the first that the text has."""
    query, key = (
        next((at for at in st.session_state[name] if at < n), None)
        for name, n in (("queries", n_queries), ("keys", n_keys))
    )
    return query, None if query is None else key


def pin_pieces(queries: Tokens, keys: Tokens) -> Pin:
    """What pins two word pieces, or the words that they are part of. queries, keys: word pieces"""
    return lambda query, key: state.pin(_around(queries, query), _around(keys, key))


def show_pinned_link(
    subject: Subject, look: Selection, *, told: bool = True, on_page: tuple[int, int] | None = None
) -> None:
    """The text in one line, its tokens to be pinned, and in a sentence how strong the pinned link is in the head that is
    looked at; where none is pinned, the strongest between two words.

    told    : whether it is said in a sentence; not where the page says it by itself
    on_page : the one link, between word pieces, that the page says by itself: it is not said where it, or none, is pinned
    """
    attention = in_units(subject.attention, look)
    state.settle_pinned(subject.selection, attention.query_tokens.labels, attention.key_tokens.labels)
    query, key = _pinned_units(*attention.shape)
    link = _link(attention, look, query, key)
    themselves = attention.part != "cross"
    sentence_strip(
        attention.query_tokens, (query, key), link or (-1, -1), state.pin, read_themselves=themselves, key="pinned-link"
    )
    if told and link is not None and not (on_page is not None and _is_pinned_or_none(subject.attention, on_page)):
        st.caption(plain(_about(attention, look, link)))


def _is_pinned_or_none(attention: Attention, link: tuple[int, int]) -> bool:
    """Whether this link is pinned, or none is. attention, link : between word pieces"""
    return pinned_pieces(attention.query_tokens, attention.key_tokens) in ((None, None), link)


def _around(tokens: Tokens, piece: int | None) -> int | None:
    """The unit that a piece is part of."""
    units = pieces_of(tokens, st.session_state["units"])
    return None if piece is None else next(unit for unit, pieces in enumerate(units) if piece in pieces)


def _link(attention: Attention, look: Selection, query: int | None, key: int | None) -> tuple[int, int] | None:
    """The pinned link; where a part of it is not pinned, the strongest that has the other part."""
    if query is not None and key is not None:
        return query, key
    n_queries, n_keys = attention.shape
    if (n_keys if query is not None else n_queries * n_keys) > MOST_CELLS:
        return None
    rows = slice(None) if query is None else slice(query, query + 1)
    weights = attention.tile(look.layer, look.head, rows)
    special = attention.query_tokens.special[rows], attention.key_tokens.special
    row, column = strongest_link(weights, *special, same=query is None and attention.part != "cross")
    return (row if query is None else query), column


def _about(attention: Attention, look: Selection, link: tuple[int, int]) -> str:
    query, key = link
    return say(
        "In layer {layer}, head {head}, “{query}” reads “{key}” with {weight}.",
        layer=look.layer + 1,
        head=look.head + 1,
        query=attention.query_tokens.labels[query],
        key=attention.key_tokens.labels[key],
        weight=f"{float(attention.tile(look.layer, look.head, slice(query, query + 1))[0, key]):.2f}",
    )
