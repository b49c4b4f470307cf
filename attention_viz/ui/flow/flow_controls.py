"""Flow controls: what is chosen on the page Flow."""

from __future__ import annotations

import streamlit as st

from attention_viz.attention import Attention, Tokens
from attention_viz.errors import Message
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

DRAWN = 48
"""Tokens up to which a whole matrix is drawn; of a longer text the chosen token's row."""


def pick_section() -> str:
    """Which part of the page is shown."""
    chosen: str = st.radio(
        say("Account"),
        list(SECTIONS),
        format_func=lambda name: tell(SECTIONS[name]),
        horizontal=True,
        **chosen_as("flow_section", SECTIONS, usual="flow", shows="index"),
    )
    return chosen


def pick_query(attention: Attention) -> int:
    """The query token: the pinned one, which all pages share."""
    pinned = [query for query in st.session_state["queries"] if query < attention.n_tokens]
    st.session_state["flow_query"] = pinned[0] if pinned else usual_query(attention.query_tokens)
    tokens = attention.query_tokens

    def pin() -> None:
        st.session_state["queries"] = (st.session_state["flow_query"],)

    chosen: int = st.selectbox(
        say("Token that reads"),
        range(len(tokens)),
        format_func=lambda query: f"{query + 1} · {tokens.labels[query]}",
        width=WIDE,
        **chosen_as("flow_query", range(len(tokens)), then=pin, shows="index"),
    )
    return chosen


def usual_query(tokens: Tokens) -> int:
    """The last token that is a word."""
    words = [
        place
        for place, (special, mark) in enumerate(zip(tokens.special, tokens.punctuation, strict=True))
        if not (special or mark)
    ]
    return words[-1] if words else len(tokens) - 1


def pick_residual() -> float:
    """The share of a token that goes past the attention."""
    chosen: float = st.slider(
        say("Residual share"), 0.0, 1.0, step=0.05, width=WIDE, **chosen_as("flow_residual", usual=0.5)
    )
    return chosen


def pick_all_heads() -> bool:
    """Whether the heads of the layer are taken together."""
    return st.toggle(say("All heads of the layer together"), **chosen_as("flow_all_heads", usual=False))
