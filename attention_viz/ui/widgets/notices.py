"""Notices: messages of the library, shown where their cause is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from attention_viz.errors import AttentionVizError, Message
from attention_viz.models.memory import memory_told
from attention_viz.ui.wording import plain, tell


def show_error(error: AttentionVizError) -> None:
    """What is wrong, in one sentence with the remedy."""
    st.error(plain(tell(error.message)))


def show_note(message: Message) -> None:
    """What the user should know about what is on the screen."""
    st.info(plain(tell(message)))


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show what a user caused, or for what there was no memory, instead of what would have come after it."""
    try:
        with memory_told():
            yield
    except AttentionVizError as error:
        show_error(error)
