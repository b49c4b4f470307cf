"""What every page has: a session that is filled, its language, and the sidebar that says how to use it."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import streamlit as st

from attention_viz.ui.pickers import pick_language
from attention_viz.ui.wording import language, say
from attention_viz.view import matrix

SIDEBAR = 230
"""Width in pixels: the picture needs the rest."""

ICON = "data:image/png;base64," + b64encode((Path(__file__).parent / "icon.png").read_bytes()).decode()
"""The tab's icon as an address: a file would be decoded and encoded again at every run."""
MARGINS = """<style>
[data-testid="stMainBlockContainer"] { padding-inline: clamp(1rem, 2.5vw, 3rem); }
</style>"""
"""Streamlit leaves 5 rem on both sides, which the picture needs on a small screen."""

_html_language = st.components.v2.component(
    "attention_page_language",
    js="""
export default function ({ data }) {
  document.documentElement.lang = data.language;
}
""",
)


def open_page() -> None:
    """To be called in every run before the page's own part, and after `st.navigation`, by which Streamlit tells widgets apart."""
    st.set_page_config(page_title=say("Attention"), page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR)
    st.html(MARGINS + matrix.STYLE)
    with st.sidebar:
        pick_language()
        _how_to()
    _html_language(data={"language": "zh-CN" if language() == "zh" else "en"}, key="html-language", height=0)


def _how_to() -> None:
    steps = (
        say("Type a sentence or choose an example."),
        say("Choose a head: click a small picture, or press the arrow keys."),
        say("Read the large picture row by row: the row's token reads the tokens whose cells are strong."),
        say("Point at a cell for its weight; click to keep its row."),
        say("The list names the tokens that the head reads most."),
        say("Download the picture or the weights."),
    )
    list_of_steps = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))
    st.markdown(f"**{say('How to use this page')}**\n\n{list_of_steps}")
