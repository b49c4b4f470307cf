"""Pickers: the widgets that set one Selection."""

from __future__ import annotations

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.models.catalogue import KNOWN_MODELS
from attention_viz.selection import LIMITS, UNITS
from attention_viz.ui import state
from attention_viz.ui.examples import EXAMPLES
from attention_viz.ui.wording import LANGUAGES, say, tell

NAMES = {
    "pieces": Message("Word pieces"),
    "words": Message("Words"),
    "segmented": Message("Chinese words"),
}
"""What the values of a Selection are called on the screen."""


def _named(value: str) -> str:
    return tell(NAMES[value])


def pick_language() -> None:
    """English or Chinese."""
    st.segmented_control(
        say("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key="language",
        required=True,
        persist_state="session",
    )


def pick_text() -> None:
    """The sentence, and a second one for a pair."""
    st.text_area(
        say("Your text"),
        key="text",
        height=80,
        max_chars=LIMITS["text"],
        placeholder=say("Type or paste a sentence, then press Ctrl+Enter."),
        persist_state="session",
    )
    if st.session_state["pair"]:
        st.text_area(
            say("Second sentence"), key="second", height=80, max_chars=LIMITS["second"], persist_state="session"
        )


def pick_example() -> None:
    """A list of texts chosen to show something."""

    def show() -> None:
        if st.session_state["example"] is not None:
            state.show_example(EXAMPLES[st.session_state["example"]])

    st.selectbox(
        say("Examples"),
        range(len(EXAMPLES)),
        index=None,
        format_func=lambda number: tell(EXAMPLES[number].name),
        placeholder=say("Choose an example"),
        key="example",
        on_change=show,
    )


def pick_pair() -> None:
    """Whether there is a second sentence."""
    st.toggle(say("Add a second sentence"), key="pair", persist_state="session")


def pick_model() -> None:
    """A model of the catalogue, a hub id or a folder."""
    names = {entry.source: entry.name for entry in KNOWN_MODELS}
    st.selectbox(
        say("Model"),
        list(names),
        format_func=lambda source: names.get(source, source),
        key="model",
        accept_new_options=True,
        help=say(
            "Choose a model, or type the name of one on the Hugging Face hub (owner/name) or the path of a folder on the server."
        ),
        persist_state="session",
    )


def pick_head(attention: Attention) -> None:
    """Layer and head."""
    state.within(attention.n_layers, attention.heads_of(min(st.session_state["layer"], attention.n_layers - 1)))
    layer, head = st.columns(2, wrap=False)
    layer.selectbox(
        say("Layer"),
        range(attention.n_layers),
        format_func=lambda index: str(index + 1),
        key="layer",
        persist_state="session",
    )
    heads = attention.heads_of(st.session_state["layer"])
    head.selectbox(
        say("Head"), range(heads), format_func=lambda index: str(index + 1), key="head", persist_state="session"
    )


def pick_units() -> None:
    """Word pieces, words, or words of Chinese text."""
    st.selectbox(
        say("Rows and columns"),
        UNITS,
        format_func=_named,
        key="units",
        help=say("A word read is the sum over its pieces; a word reading is their mean. Rows still sum to 1."),
        persist_state="session",
    )
