"""Error page: an error that no page expected, shown to the visitor. The log has where it was raised, and nothing typed."""

from __future__ import annotations

import streamlit as st

from attention_viz.errors import AttentionVizError
from attention_viz.models.memory import is_short_of_memory, out_of_memory
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import plain, say


def show_unexpected_error(error: Exception) -> bool:
    """What Streamlit calls, after it has logged an error that no page expected. Returns True: the visitor has been told."""
    known = out_of_memory(error) if is_short_of_memory(error) else error
    if isinstance(known, AttentionVizError):
        show_error(known)
    else:
        what = say(
            "Something in this program broke; it is no mistake of yours. What you typed and chose is still here: try again, change it, or go to another page. Where it broke is in the server's log."
        )
        st.error(plain(what))
    st.button(say("Try again"), key=f"error {id(error)}")  # one run may have several
    return True
