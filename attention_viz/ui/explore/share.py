"""Share: the selection as a link or a file, and opening what somebody else saved."""

from __future__ import annotations

import streamlit as st

from attention_viz import export
from attention_viz.attention import Attention
from attention_viz.errors import AttentionVizError, SelectionError
from attention_viz.selection import Selection
from attention_viz.ui.server.limits import limits
from attention_viz.ui.session import state
from attention_viz.ui.session.address import link_to
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import plain, say, tell
from attention_viz.view import bundle

KINDS = ("json", "png", "svg", "pdf", "csv", "npz", "html")
"""Endings of files that may be opened; what they are is told by their content."""
STYLE = """
form, div { display: contents }
.link { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; font-family: var(--st-font); color: var(--st-text-color) }
.link button, .link input { font: inherit; font-size: 1rem; color: inherit; background: var(--st-background-color);
  border: 1px solid var(--st-border-color); border-radius: 4px; padding: 0.4rem 0.75rem }
.link button { cursor: pointer }
.link button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color) }
.link input { flex: 1 1 12rem; min-width: 0; font-size: 0.8125rem }
.link :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px }
.link output { flex-basis: 100%; font-size: 0.875rem; min-height: 1.4em }
"""

_link = st.components.v2.component(
    "attention_link",
    html='<div class="link"><button type="button"></button><input readonly><output></output></div>',
    css=STYLE,
    js=bundle.script("live/share-link"),
)


def offer_sharing(attention: Attention, selection: Selection) -> None:
    """A link to copy, a state file to save, and a file to open."""
    with st.container(gap="small"):  # where there is no link, the box for files keeps its place, and what it was given
        _offer_link(selection)
    _offer_file(attention, selection)
    _offer_opening()


def _offer_link(selection: Selection) -> None:
    try:
        query = link_to(selection)
    except SelectionError as error:
        st.caption(plain(tell(error.message)))
        return
    st.caption(say("A link with the text, the model and all that is chosen:"))
    wording = {
        "copy": say("Copy link"),
        "address": say("Address"),
        "copied": say("Copied."),
        "by_hand": say("The browser does not let this page copy. The address is marked: press Ctrl+C."),
    }
    _link(data={"query": query} | wording, key="link")


def _offer_file(attention: Attention, selection: Selection) -> None:
    st.caption(say("A file with the same, for a text of any length:"))
    name = export.file_name(attention, selection, "json")
    st.download_button(
        say("Save state file"), export.state_file(selection), name, "application/json", on_click="ignore"
    )


def _offer_opening() -> None:
    """Read in the callback, before the widgets of the run are drawn; a new key forgets the file that was read."""
    number = st.session_state.setdefault("files opened", 0)
    key = f"file {number}"
    st.file_uploader(
        say("Open a state file, or anything downloaded here: it shows what it was made of"),
        list(KINDS),
        key=key,
        on_change=_open,
        args=(key,),
        max_upload_size=limits().uploads.mb,
    )
    refusal: AttentionVizError | None = st.session_state.get("file refused")
    if refusal is not None:
        show_error(refusal)


def _open(key: str) -> None:
    file = st.session_state[key]
    if file is None:
        return
    st.session_state["files opened"] += 1
    st.session_state["file refused"] = None
    try:
        state.open_selection(export.read_state(file.getvalue()))
    except AttentionVizError as error:
        st.session_state["file refused"] = error
