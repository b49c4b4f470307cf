"""Flow controls: what is chosen on the page Flow."""

from __future__ import annotations

import streamlit as st

from attention_viz.attending import nearest
from attention_viz.attention import Attention, Tokens
from attention_viz.errors import Message
from attention_viz.measures import strongest_links
from attention_viz.ui.session.examples import example_of
from attention_viz.ui.session.pinned_link import pin_pieces, pinned_pieces
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.pickers import WIDE
from attention_viz.ui.wording import say, tell

SECTIONS = {
    "flow": Message("Rollout and flow"),
    "norms": Message("Norms"),
    "mixing": Message("Mixing"),
    "gradients": Message("Gradients"),
    "trust": Message("Which to trust"),
}
"""Parts of the page; only the chosen one is computed."""

RESIDUAL = 0.5
"""The share that rollout takes for granted in the paper."""
ROWS = 1024
"""Queries of a long text among which the strongest link is looked for: the whole head would take too much memory."""
DRAWN = 48
"""Tokens up to which a whole matrix is drawn; of a longer text the chosen token's row."""


def pick_section() -> str:
    """Which part of the page is shown."""
    chosen: str = st.radio(
        say("The numbers of each method"),
        list(SECTIONS),
        format_func=lambda name: tell(SECTIONS[name]),
        horizontal=True,
        **chosen_as("flow_section", SECTIONS, usual="flow", shows="index"),
    )
    return chosen


def followed_query(attention: Attention, usual: int) -> int:
    """The token that is followed: the pinned one, which all pages share. usual: the one where none is pinned"""
    pinned, _ = pinned_pieces(attention.query_tokens, attention.key_tokens)
    if pinned is not None:
        return pinned
    return usual if usual < attention.n_tokens else last_word(attention.query_tokens)


def pin_query(attention: Attention, query: int) -> None:
    """Follow another token, on all pages."""
    sides = attention.query_tokens, attention.key_tokens
    pin_pieces(*sides)(query, pinned_pieces(*sides)[1])


def pick_query(attention: Attention, usual: int) -> int:
    """The same, from a list."""
    st.session_state["flow_query"] = followed_query(attention, usual)
    tokens = attention.query_tokens

    def pin() -> None:
        pin_query(attention, st.session_state["flow_query"])

    chosen: int = st.selectbox(
        say("Token that reads"),
        range(len(tokens)),
        format_func=lambda query: f"{query + 1} · {tokens.labels[query]}",
        width=WIDE,
        **chosen_as("flow_query", range(len(tokens)), then=pin, shows="index"),
    )
    return chosen


def usual_query(subject: Subject) -> int:
    """The token that reads in the link that the example is about, else in the strongest link between two tokens of the text
    in the head that is looked at, else the last word."""
    attention, look = subject.attention, subject.look()
    example = example_of(look.text, look.second)
    if example is not None and example.link is not None and example.model == look.model:
        return example.link[0]
    layer = nearest(attention.source.heads, look.layer)
    head = min(look.head, attention.heads_of(layer) - 1)
    rows = slice(0, ROWS)
    keys = None if attention.part != "cross" else attention.key_tokens
    (link,) = strongest_links(attention.tile(layer, head, rows)[None], attention.query_tokens, keys, rows)
    return last_word(attention.query_tokens) if link is None else link.query


def last_word(tokens: Tokens) -> int:
    """The last token that is a word."""
    words = [
        place
        for place, (special, mark) in enumerate(zip(tokens.special, tokens.punctuation, strict=True))
        if not (special or mark)
    ]
    return words[-1] if words else len(tokens) - 1


def residual_share() -> float:
    """The share of a token that goes past the attention, as it was chosen."""
    chosen: float = st.session_state.setdefault("flow_residual", RESIDUAL)
    return chosen


def pick_residual() -> float:
    """The share of a token that goes past the attention."""
    chosen: float = st.slider(
        say("Residual share"), 0.0, 1.0, step=0.05, width=WIDE, **chosen_as("flow_residual", usual=RESIDUAL)
    )
    return chosen


def pick_all_heads() -> bool:
    """Whether the heads of the layer are taken together."""
    return st.toggle(say("All heads of the layer together"), **chosen_as("flow_all_heads", usual=False))
