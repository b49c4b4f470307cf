"""A model that suits the text better than the one in use, offered as a button."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui.server.allow_list import offered
from attention_viz.ui.wording import plain, say


def offer_model(source: str, about: str = "") -> None:
    """A button that reads the text with this model; nothing where the server does not offer it.

    source : of the model, as the picker has it
    about  : a sentence under the button: where it comes from, why it
    """
    names = offered()
    if source not in names:
        return
    st.button(
        say("Read it with {model}", model=names[source]),
        on_click=lambda: st.session_state.update(model=source),
        type="primary",
    )
    if about:
        st.caption(plain(about))
