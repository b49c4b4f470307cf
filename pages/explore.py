"""Explore: what does a word look at?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.selection import Selection
from attention_viz.ui.explore import captions, cut_answer
from attention_viz.ui.explore.cut_choice import offer_cut, show_cuts
from attention_viz.ui.explore.cut_ranking import rank_cuts
from attention_viz.ui.explore.downloads import offer_downloads
from attention_viz.ui.explore.piece_links import piece_links
from attention_viz.ui.explore.predictions import show_predictions
from attention_viz.ui.explore.share import offer_sharing
from attention_viz.ui.explore.snippet import show_snippet
from attention_viz.ui.session import lesson_place, state
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.session.token_units import in_units
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.live import live_view
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import language, plain, say, view_labels
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.results import results_about
from attention_viz.view.look import within

if TYPE_CHECKING:
    from attention_viz.experiments import Cut

FIRST_LESSON = "look-up"


def explore(subject: Subject) -> None:
    """The picture, how to read it, and what the model says."""
    attention = in_units(subject.attention, subject.selection)
    state.settle_pinned(subject.selection, attention.query_tokens.labels, attention.key_tokens.labels)
    with st.container(horizontal=True, vertical_alignment="bottom", key="head-choices"):
        pickers.pick_head(attention)
        pickers.pick_units()
        selection = within(subject.look(), attention)
        asked = selection.at(text=subject.text_read)  # of a long text its beginning, where no more is read
        drawer(say("Download"), "downloads", lambda: offer_downloads(attention, selection))
        drawer(say("Share"), "share", lambda: offer_sharing(attention, selection))
        drawer(
            say("Show the code"), "code", lambda: show_code(subject, attention, asked if selection.cuts else selection)
        )
        offer_cut(subject, attention, asked)
        if st.button(say("Why? Lesson 1"), type="tertiary"):
            lesson_place.go(FIRST_LESSON)
            st.switch_page("pages/lessons.py")
    with st.container(key="cut-bar", gap="small"):
        found = cut(subject, attention, asked)
    with st.container(key="picture"):
        live_view(
            attention,
            selection,
            labels=view_labels(language()),
            on_choose=state.choose,
            result=results_about((reading_key(subject.model, subject.selection), selection.units)),
        )
    with st.container(key="cut-details"), errors_shown():
        if found is not None:
            cut_answer.show_details(subject, asked, found)
        rank_cuts(subject, asked)
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


def show_code(subject: Subject, attention: Attention, selection: Selection) -> None:
    """The script, with the cut links where there are any."""
    with errors_shown():
        show_snippet(attention, selection, piece_links(subject.model, subject.attention, selection))


def cut(subject: Subject, attention: Attention, selection: Selection) -> Cut | None:
    """Which links are cut, and what the model says then; None where none is, or it is not known yet."""
    with errors_shown():
        show_cuts(subject, attention, selection)
        if selection.cuts:
            links = piece_links(subject.model, subject.attention, selection)
            found = cut_answer.answer_without(subject, selection, links)
            if found is not None:
                cut_answer.show_verdict(subject, selection, found)
            return found
    return None


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        explore(subject)
