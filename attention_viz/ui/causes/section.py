"""Section: one question of the page, what was found in a sentence, its caveat, and errors where they arise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from html import escape

import streamlit as st

from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain

STYLE = """<style>
.causes-question { font-size: 1.125rem; font-weight: 600; margin: 0; padding: .75rem 0 0; }
</style>"""
"""Smaller than a heading of Streamlit, which would outgrow that of the page."""


@contextmanager
def section(question: str) -> Iterator[None]:
    """A heading that is a question; what fails below it is said there, and the rest of the page goes on."""
    st.html(f'{STYLE}<h2 class="causes-question">{escape(question)}</h2>')
    with errors_shown():
        yield


def finding(sentence: str) -> None:
    """What was found, with its number."""
    st.markdown(f"**{plain(sentence)}**")


def caveat(sentence: str) -> None:
    """What the picture does not say."""
    st.caption(plain(sentence))


def head_name(layer: int, head: int) -> str:
    """As heads are called on the screen: "4-2", from 1."""
    return f"{layer + 1}-{head + 1}"


def amount(value: float) -> str:
    """A number as sentences carry it: two digits and its sign."""
    return "0.00" if abs(value) < 0.005 else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")
