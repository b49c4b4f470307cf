"""What every page has: a session that is filled, its language, and the sidebar that says how to use it."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui import state
from attention_viz.ui.address import follow_address
from attention_viz.ui.pickers import pick_language
from attention_viz.ui.wording import language, say

SIDEBAR = 250
"""Width in pixels: the picture needs the rest."""

_html_language = st.components.v2.component(
    "attention_page_language",
    js="""
export default function ({ data }) {
  document.documentElement.lang = data.language;
}
""",
)


def open_page() -> None:
    """To be called first in every run."""
    st.set_page_config(
        page_title="Attention", page_icon=":material/grid_on:", layout="wide", initial_sidebar_state=SIDEBAR
    )
    state.begin()
    follow_address()
    with st.sidebar:
        pick_language()
        _how_to()
    _html_language(data={"language": "zh-CN" if language() == "zh" else "en"}, key="html-language", height=0)


def _how_to() -> None:
    st.markdown(f"**{say('How to use this page')}**")
    steps = (
        say("Type or paste a sentence, or choose an example."),
        say("Choose a head: click a small picture, use the arrow keys, or pick layer and head from the lists."),
        say(
            "Read the large picture row by row: each row is one token, and the dark cells are the tokens that it reads."
        ),
        say("Point at a cell for its exact weight; click a row to keep it; Escape lets it go."),
        say("Compare with the list of the tokens that this head reads most, with and without [CLS] and [SEP]."),
        say("Download the picture for a paper, or the weights for further work."),
    )
    st.markdown("\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1)))
    st.caption(say("Attention shows where information may come from, not why the model decided."))
