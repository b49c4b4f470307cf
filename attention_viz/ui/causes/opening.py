"""Opening: what the page shows to those who chose nothing yet: two texts whose answers differ because of one word."""

from __future__ import annotations

from typing import cast

import streamlit as st

from attention_viz.ui.causes.examples import OPENINGS, CausesExample, known_other
from attention_viz.ui.server.allow_list import offered
from attention_viz.ui.session import state
from attention_viz.ui.wording import language
from attention_viz.vocabulary import Language

OPENED = "causes opened"
"""Whether the page was opened in this session."""
FOUND_FOR = "causes other text found for"
"""The text for which the other one was looked for last, and what was found: "" = nothing."""


def opening_example() -> CausesExample:
    """The example in the language of the page."""
    return OPENINGS[cast(Language, language())]


def open_with_an_example() -> None:
    """To be called before the boxes are drawn. Once in a session, and only where it still looks at what it began with."""
    first = not st.session_state.get(OPENED)
    st.session_state[OPENED] = True
    if first and state.is_at_start() and opening_example().example.model in offered():
        show_opening()
    _find_other()


def show_opening() -> None:
    """Put the example into the boxes, as if it had been typed."""
    opening = opening_example()
    state.show_example(opening.example)
    st.session_state.update(model=opening.example.model, compare_text=opening.other)
    st.session_state[FOUND_FOR] = (opening.example.first, opening.other)


def _find_other() -> None:
    """Where the text is another than before, take the other text that belongs to it in an example. Without one, what was
    typed stays, and what belonged to the text before goes."""
    own, before = st.session_state["text"], st.session_state.setdefault("compare_text", "")
    found_for, found = st.session_state.setdefault(FOUND_FOR, (own if before else "", ""))
    if found_for != own:
        known = known_other(own)
        st.session_state["compare_text"] = known or ("" if before == found else before)
        st.session_state[FOUND_FOR] = (own, known)
