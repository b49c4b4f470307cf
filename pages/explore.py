"""Explore: what does each head of this model attend to in my text?"""

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.models import Model, Reading
from attention_viz.selection import Selection
from attention_viz.ui import captions, pickers, state
from attention_viz.ui.address import keep_address
from attention_viz.ui.downloads import offer_downloads
from attention_viz.ui.drawer import drawer
from attention_viz.ui.live import live_view
from attention_viz.ui.model_in_use import model_in_use
from attention_viz.ui.notices import errors_shown
from attention_viz.ui.ranking import show_ranking
from attention_viz.ui.says import show_says
from attention_viz.ui.snippet import show_snippet
from attention_viz.ui.text_in_use import text_in_use
from attention_viz.ui.text_notes import show_text_notes
from attention_viz.ui.units import in_units
from attention_viz.ui.wording import language, plain, say, view_labels


def choose() -> None:
    """The sentence, and the model that reads it."""
    text, choices = st.columns([3, 2], gap="medium")
    with text:
        pickers.pick_text()
    with choices:
        examples, models = st.columns(2, wrap=False)
        with examples:
            pickers.pick_example()
        with models:
            pickers.pick_model()
        pickers.pick_pair()


def look(model: Model, reading: Reading, selection: Selection) -> None:
    """The picture, what it says in numbers, and what to take away from it."""
    attention = in_units(reading.attention, selection)
    picture, numbers = st.columns([4, 1], gap="medium")
    with picture:
        head, tools = st.columns([2, 3], vertical_alignment="bottom")
        with head:
            pickers.pick_head(attention)
        selection = state.selection().at(text=selection.text, second=selection.second)
        live_view(
            attention,
            selection,
            labels=view_labels(language()),
            on_choose=state.choose,
            reading=(model.source, model.revision, selection.text, selection.second, selection.units),
        )
        st.caption(plain(captions.how_to_read(attention, selection)))
        st.caption(plain(captions.about_model(model, reading.attention)))
        with tools:
            take_away(attention, selection)
    with numbers:
        show_ranking(attention, selection)
        show_says(reading.attention, reading.says)
    keep_address(selection)


def take_away(attention: Attention, selection: Selection) -> None:
    """Options of the picture, files to download, and the code that makes it."""
    options, files, code = st.columns(3, wrap=False)
    with options:
        drawer(say("View options"), "view-options", pickers.pick_drawing)
    with files:
        drawer(say("Download"), "downloads", lambda: offer_downloads(attention, selection))
    with code:
        drawer(say("Show the code"), "code", lambda: show_snippet(selection))


with errors_shown():
    choose()
    model_used = model_in_use()
    in_use = text_in_use(model_used, state.selection())
    if in_use is not None:
        show_text_notes(model_used, in_use[0].attention)
        look(model_used, *in_use)
