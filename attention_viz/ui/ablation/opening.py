"""Opening: what the page shows to those who chose nothing yet: a text whose answer needs a head, with that head off."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui.server.allow_list import offered
from attention_viz.ui.session import state
from attention_viz.ui.session.examples import MASKED_VERB

OFF = ((MASKED_VERB.layer, MASKED_VERB.head),)
"""Found by taking away each of the 72 heads alone: without this one, what the model guessed loses the most."""
OPENED = "ablation opened"
"""Whether the page was opened in this session."""


def open_with_a_head_off() -> None:
    """To be called before the boxes are drawn. Once in a session, and only where it still looks at what it began with."""
    first = not st.session_state.get(OPENED)
    st.session_state[OPENED] = True
    if first and state.is_at_start() and MASKED_VERB.model in offered():
        state.show_example(MASKED_VERB)
        st.session_state["off"] = OFF
