"""Pair controls: the other text, which parts of the model are put from one run into the other, and one click to an example."""

from __future__ import annotations

import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.causes.opening import opening_example, show_opening
from attention_viz.ui.server.allow_list import offered
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.pickers import text_box
from attention_viz.ui.wording import plain, say, tell

PARTS = {
    "heads": Message("each head"),
    "layers": Message("the heads of a layer"),
    "tokens": Message("each token's vector"),
}
"""What is put from one run into the other."""


def pick_other_text() -> None:
    """The text that differs from the first one in one thing."""
    text_box(
        say("The other text"),
        "compare_text",
        say("Type your sentence again with one word changed: one that changes the answer."),
    )


def pick_parts() -> str:
    """What is put from one run into the other: "heads", "layers" or "tokens"."""
    st.segmented_control(
        say("What comes from the other text’s run"),
        list(PARTS),
        format_func=lambda name: tell(PARTS[name]),
        required=True,
        wrap=True,
        **chosen_as("causes_parts", PARTS, usual="heads", shows="default"),
    )
    return str(st.session_state["causes_parts"])


def offer_own_text() -> None:
    """Where there is no other text: begin with one's own."""
    st.button(say("Copy your text, to change a word"), on_click=_copy_text)


def offer_example() -> None:
    """One click to two texts that show something."""
    example = opening_example().example
    if st.session_state["text"] != example.first and example.model in offered():
        st.button(say("Show “{text}”", text=plain(example.first)), on_click=show_opening)


def _copy_text() -> None:
    st.session_state["compare_text"] = st.session_state["text"]
