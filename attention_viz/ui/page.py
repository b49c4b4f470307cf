"""What every page has: a session that is filled, its language, and the sidebar that says how to use it."""

from __future__ import annotations

import copy
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from attention_viz.ui.how_to import show_how_to
from attention_viz.ui.session.keeper import keep
from attention_viz.ui.widgets.pickers import pick_language
from attention_viz.ui.wording import language, say
from attention_viz.view import bundle, matrix

SIDEBAR = 230
"""Width in pixels: the picture needs the rest."""

ICON = "data:image/png;base64," + b64encode((Path(__file__).parent / "icon.png").read_bytes()).decode()
"""The tab's icon as an address: a file would be decoded and encoded again at every run."""
MARGINS = """
[data-testid="stMainBlockContainer"] { padding-inline: clamp(1rem, 2.5vw, 3rem); }
[data-testid="stMarkdownContainer"] .katex-display { padding: .4em .3em; }
"""
"""Streamlit leaves 5 rem on both sides, which the picture needs on a small screen. Roots and indices of a formula reach out of its box, which Streamlit cuts off."""

_sheet = st.components.v2.component(
    "attention_page", css=MARGINS + matrix.RULES, js=bundle.script("session/sheet"), isolate_styles=False
)
"""Style and language of the whole page, and its keeper. As `st.html` the style would be searched for other elements in every
run."""


def page_at(file: str, title: str, *, default: bool = False) -> st.Page:
    """One of the pages of the app. Its file is looked for once, and not at every run of every visitor."""
    return copy.copy(_found(file, title, default))


@lru_cache
def _found(file: str, title: str, default: bool) -> st.Page:
    return st.Page(file, title=title, default=default)


def open_page(page: str) -> None:
    """To be called in every run before the page's own part, and after `st.navigation`, by which Streamlit tells widgets apart.

    page : its part of the address; "" = the first page
    """
    st.set_page_config(page_title=say("Attention"), page_icon=ICON, layout="wide", initial_sidebar_state=SIDEBAR)
    keep(_lay_sheet)
    with st.sidebar:
        pick_language()
        show_how_to(page)


def _lay_sheet(letter: Mapping[str, Any]) -> Any:
    """Lay the sheet under the page; what the keeper in it gives back, or None. letter: what it shall keep"""
    tag = "zh-CN" if language() == "zh" else "en"
    return _sheet(data={"language": tag, **letter}, key="sheet", on_kept_change=lambda: None, height=0).kept
