"""Explore: what does a word look at?"""

import streamlit as st

from attention_viz.ui.explore import captions
from attention_viz.ui.explore.downloads import offer_downloads
from attention_viz.ui.explore.predictions import show_predictions
from attention_viz.ui.explore.share import offer_sharing
from attention_viz.ui.explore.snippet import show_snippet
from attention_viz.ui.explore.token_units import in_units
from attention_viz.ui.session import lesson_place, state
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.live import live_view
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import language, plain, say, view_labels
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.results import results_about
from attention_viz.view.look import within

FIRST_LESSON = "look-up"


def explore(subject: Subject) -> None:
    """The picture, how to read it, and what the model says."""
    attention = in_units(subject.attention, subject.selection)
    state.settle_pinned(subject.selection, attention.query_tokens.labels, attention.key_tokens.labels)
    with st.container(horizontal=True, vertical_alignment="bottom", key="head-choices"):
        pickers.pick_head(attention)
        pickers.pick_units()
        selection = within(subject.look(), attention)
        drawer(say("Download"), "downloads", lambda: offer_downloads(attention, selection))
        drawer(say("Share"), "share", lambda: offer_sharing(attention, selection))
        drawer(say("Show the code"), "code", lambda: show_snippet(attention, selection))
        if st.button(say("Why? Lesson 1"), type="tertiary"):
            lesson_place.go(FIRST_LESSON)
            st.switch_page("pages/lessons.py")
    with st.container(key="picture"):
        live_view(
            attention,
            selection,
            labels=view_labels(language()),
            on_choose=state.choose,
            result=results_about((reading_key(subject.model, subject.selection), selection.units)),
        )
    with st.container(key="below-picture"):
        caption, predicted = st.columns([3, 2], gap="large")
        with caption:
            how, about = (
                captions.how_to_read(attention, selection),
                captions.about_model(subject.model, subject.attention),
            )
            st.caption(f"{plain(how)}\n\n{plain(about)}")
        with predicted:
            show_predictions(subject.attention, subject.reading.predictions)
    keep_address(selection)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        explore(subject)
