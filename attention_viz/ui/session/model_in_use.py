"""The model in use: the chosen one once it is loaded; until then, and if it fails, the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.models.catalogue import EMBEDDED
from attention_viz.ui.wording import plain, say
from attention_viz.ui.work.caches import ask_for_model, embedded_model, loaded_model
from attention_viz.ui.work.waiting import show_end, wait_for

if TYPE_CHECKING:
    from attention_viz.models import Model


def model_in_use() -> Model:
    """The model to work with now. Shows the progress, or the failure, of another that was asked for."""
    wanted = st.session_state["model"] or ""
    model = embedded_model(wanted) if wanted in EMBEDDED else _loaded_or_asked_for(wanted)
    if model is not None:
        st.session_state["in_use"] = wanted
        return model
    return loaded_model(st.session_state.get("in_use", "")) or embedded_model()


def _loaded_or_asked_for(wanted: str) -> Model | None:
    model = loaded_model(wanted)
    if model is not None:
        return model
    ticket = wait_for("loading", ("model", wanted), lambda: ask_for_model(wanted), say("Loading {model}", model=wanted))
    if ticket is None or ticket.result is not None:
        return None if ticket is None else ticket.result
    show_end("loading", ticket)
    before = loaded_model(st.session_state.get("in_use", "")) or embedded_model()
    st.caption(plain(say("The picture below still comes from {model}.", model=before.name)))
    return None
