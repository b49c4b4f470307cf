"""The text in use: what was typed if the model can read it; else the one before, so that the picture stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import AttentionVizError
from attention_viz.selection import Selection
from attention_viz.ui.caches import ask_for_reading, known_reading, read, reading_key
from attention_viz.ui.notices import show_error
from attention_viz.ui.waiting import show_end, wait_for
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.models import Model, Reading

AT_ONCE = 1_024
"""Tokens that are read while the visitor waits; of a longer text the progress is shown."""
CHARACTERS = 4
"""Characters of a token, roughly; only for the guess how long a text will take."""


def text_in_use(model: Model, wanted: Selection) -> tuple[Reading, Selection] | None:
    """What the model reads, and the selection it belongs to; None where no text of this session could be read."""
    wanted = replace(wanted, part=wanted.part if wanted.part in model.parts else "")
    try:
        reading = known_reading(model, wanted) or _read(model, wanted)
    except AttentionVizError as error:
        show_error(error)
        reading = None
    if reading is None:
        return _before(model)
    st.session_state["read"] = wanted
    return reading, wanted


def _read(model: Model, wanted: Selection) -> Reading | None:
    if _tokens(model, wanted) <= AT_ONCE:
        return read(model, wanted)
    doing = say("Reading a long text")
    job = wait_for("reading", reading_key(model, wanted), lambda: ask_for_reading(model, wanted), doing)
    if job is None or job.result is not None:
        return None if job is None else job.result
    show_end("reading", job)
    return None


def _tokens(model: Model, wanted: Selection) -> int:
    """About how many tokens the model will have to read."""
    guess = len(wanted.text) // CHARACTERS
    return guess if model.limit is None or wanted.overlong == "windows" else min(guess, model.limit)


def _before(model: Model) -> tuple[Reading, Selection] | None:
    before: Selection | None = st.session_state.get("read")
    if before is None:
        return None
    reading = known_reading(model, before)
    if reading is None and _tokens(model, before) > AT_ONCE:
        return None
    st.caption(say("The picture below still shows the text before."))
    return reading or read(model, replace(before, part="")), before
