"""The text in use: what was typed if the model can read it; else the one before, so that the picture stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import TextError
from attention_viz.selection import Selection
from attention_viz.ui.caches import read
from attention_viz.ui.notices import show_error
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.models import Model, Reading


def text_in_use(model: Model, wanted: Selection) -> tuple[Reading, Selection] | None:
    """What the model reads, and the selection it belongs to; None where no text of this session could be read."""
    try:
        reading = read(model, wanted.text, wanted.second)
    except TextError as error:
        show_error(error)
        return _before(model, wanted)
    st.session_state["read"] = (wanted.text, wanted.second)
    return reading, wanted


def _before(model: Model, wanted: Selection) -> tuple[Reading, Selection] | None:
    if "read" not in st.session_state:
        return None
    text, second = st.session_state["read"]
    st.caption(say("The picture below still shows the text before."))
    return read(model, text, second), wanted.at(text=text, second=second)
