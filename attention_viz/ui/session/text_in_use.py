"""The text in use: what was typed if the model can read it; else the one before, so that the picture stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import AttentionVizError
from attention_viz.selection import Selection
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import say
from attention_viz.ui.work.caches import known_reading, read
from attention_viz.ui.work.readings import reading
from attention_viz.ui.work.text_lengths import is_long

if TYPE_CHECKING:
    from attention_viz.models import Model, Reading


def text_in_use(model: Model, wanted: Selection) -> tuple[Reading, Selection] | None:
    """What the model reads, and the selection it belongs to; None where no text of this session could be read."""
    wanted = replace(wanted, part=wanted.part if wanted.part in model.parts else "")
    try:
        found = reading("reading", model, wanted)
    except AttentionVizError as error:
        show_error(error)
        found = None
    if found is None:
        return text_before(model)
    st.session_state["read"] = wanted
    return found, wanted


def text_before(model: Model) -> tuple[Reading, Selection] | None:
    """What was read before, with a note that it is no longer what stands in the box; None where there is nothing."""
    before: Selection | None = st.session_state.get("read")
    if before is None:
        return None
    found = known_reading(model, before)
    if found is None and is_long(model, before):
        return None
    st.caption(say("The picture below still shows the text before."))
    return found or read(model, replace(before, part="")), before
