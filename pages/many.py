"""In many texts: does a head do this in general?"""

import numpy as np
import streamlit as st

from attention_viz.corpus import Opened
from attention_viz.errors import Message
from attention_viz.ui.all_heads.head_measures import measure_heads
from attention_viz.ui.many.chosen_texts import Texts, chosen_texts, pick_collection
from attention_viz.ui.many.downloads import offer_downloads
from attention_viz.ui.many.head_rows import show_heads
from attention_viz.ui.many.link_question import ask_by_link, pronouns
from attention_viz.ui.many.measure_choice import measure_of, order_told, pick_measure
from attention_viz.ui.many.measuring import measured
from attention_viz.ui.many.spread_strip import show_spread
from attention_viz.ui.many.text_cards import show_texts
from attention_viz.ui.many.verdict import about_this_text, in_general, not_read, spread_of
from attention_viz.ui.session import state
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.pinned_link import show_pinned_link
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say, tell


def in_many_texts(subject: Subject) -> None:
    """The collection, the head, and what is known of it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        pickers.pick_head(subject.attention)
        pick_measure()
        pick_collection()
    keep_address(subject.look())
    show_pinned_link(subject, subject.look(), told=False)
    texts = chosen_texts()
    if texts is None:
        return
    opened = measured(texts, subject.model)
    if opened is not None:
        show(subject, texts, opened)


def show(subject: Subject, texts: Texts, opened: Opened) -> None:
    """The chosen head in general, all heads, texts, and the question by link."""
    selection, labels = subject.look(), opened.labels()
    row = opened.head_places.index((selection.layer, selection.head))
    measure = measure_of(labels[row])
    spread, value = spread_of(opened, selection.layer, selection.head, measure), value_here(subject, measure)
    above = 0.0 if value is None else opened.percentile(selection.layer, selection.head, measure, value)
    st.markdown(f"**{plain(tell(in_general(labels[row])))}** {plain(tell(about_this_text(spread, value, above)))}")
    show_spread(spread, value)
    _explain(not_read(opened))
    linked = pronouns(opened, selection.layer, selection.head)
    if linked is not None:
        st.markdown(plain(tell(linked)))

    def choose(chosen: int) -> None:
        layer, head = opened.head_places[chosen]
        state.choose(selection.at(layer=layer, head=head, average="none"))

    if show_heads(opened, labels, measure, row, choose) is not None:
        st.switch_page("pages/explore.py")
    st.header(
        say("Texts of layer {layer}, head {head}", layer=selection.layer + 1, head=selection.head + 1), anchor=False
    )
    _explain(order_told(labels[row]))
    show_texts(opened, subject.model, selection.layer, selection.head, measure)
    ask_by_link(texts, subject.model, opened)
    offer_downloads(opened, texts, subject.model, (selection.layer, selection.head, measure))


def _explain(sentence: Message | None) -> None:
    if sentence is not None:
        st.caption(plain(tell(sentence)))


def value_here(subject: Subject, measure: str) -> float | None:
    """The measure of the chosen head in the text of the page; None while that is measured, or where it has none."""
    found, selection = measure_heads(subject), subject.look()
    if found is None:
        return None
    value = found.table.numbers(selection.layer, selection.head)[measure]
    return None if np.isnan(value) else value


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        in_many_texts(subject)
