"""Explore: what does each head of this model attend to in my text?"""

import streamlit as st

from attention_viz.models import Model, Reading
from attention_viz.selection import Selection
from attention_viz.ui import captions, pickers, state
from attention_viz.ui.address import keep_address
from attention_viz.ui.caches import reading_key
from attention_viz.ui.downloads import offer_downloads
from attention_viz.ui.drawer import drawer
from attention_viz.ui.examples import example_of
from attention_viz.ui.live import live_view
from attention_viz.ui.model_in_use import model_in_use
from attention_viz.ui.notices import errors_shown
from attention_viz.ui.says import show_says
from attention_viz.ui.snippet import show_snippet
from attention_viz.ui.text_in_use import text_in_use
from attention_viz.ui.text_notes import show_text_notes
from attention_viz.ui.units import in_units
from attention_viz.ui.wording import language, plain, say, tell, view_labels


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
    example = example_of(st.session_state["text"], st.session_state["second"] if st.session_state["pair"] else None)
    if example is not None:
        st.caption(plain(tell(example.look_for)))


def look(model: Model, reading: Reading, selection: Selection) -> None:
    """The picture, how to read it, and what the model says."""
    attention = in_units(reading.attention, selection)
    head, units, take_away = st.columns([4, 2, 4], vertical_alignment="bottom")
    with head:
        pickers.pick_head(attention)
    with units:
        pickers.pick_units()
    look_of = state.selection().at(**{name: getattr(selection, name) for name in state.READ})
    files, code = take_away.columns(2, wrap=False)
    with files:
        drawer(say("Download"), "downloads", lambda: offer_downloads(attention, look_of))
    with code:
        drawer(say("Show the code"), "code", lambda: show_snippet(look_of))
    live_view(
        attention,
        look_of,
        labels=view_labels(language()),
        on_choose=state.choose,
        reading=(reading_key(model, selection), selection.units),
    )
    caption, said = st.columns([3, 2], gap="large")
    with caption:
        st.caption(plain(captions.how_to_read(attention, look_of)))
        st.caption(plain(captions.about_model(model, reading.attention)))
    with said:
        show_says(reading.attention, reading.says)
    keep_address(look_of)


with errors_shown():
    choose()
    model_used = model_in_use()
    if len(model_used.parts) > 1:
        pickers.pick_part(model_used.parts)
    in_use = text_in_use(model_used, state.selection())
    if in_use is not None:
        show_text_notes(in_use[0].attention)
        if in_use[0].attention.left_out or in_use[1].overlong == "windows":
            pickers.pick_overlong()
        look(model_used, *in_use)
