"""Heads: what does each head of this model do in my text, and which heads do the same?"""

import streamlit as st

from attention_viz.ui.all_heads.head_measures import HeadMeasures, measure_heads
from attention_viz.ui.all_heads.head_table import show_head_table
from attention_viz.ui.explore import captions
from attention_viz.ui.heads.definitions import show_definitions
from attention_viz.ui.heads.head_card import offer_table, row_of, show_card, show_numbers
from attention_viz.ui.heads.head_controls import chosen_importance, chosen_map, pick_groups, pick_importance
from attention_viz.ui.session import state
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.pinned_link import show_pinned_link
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say


def heads(subject: Subject, found: HeadMeasures) -> None:
    """The chosen head, all heads in a table, on a map and by depth, and how their numbers are defined."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        pickers.pick_head(subject.attention)
        pick_groups()
        pick_importance()
    selection = subject.look()
    row = row_of(found, selection)
    link = found.labels[row].link
    show_pinned_link(subject, selection, on_page=None if link is None else (link.query, link.key))
    show_card(found, row)
    importance, head_map = chosen_importance(subject), chosen_map(subject)
    values = None if importance is None else importance.values

    def choose(chosen: int) -> None:
        table = found.table
        state.choose(selection.at(layer=int(table.layers[chosen]), head=int(table.heads[chosen]), average="none"))

    opened = show_head_table(found, row, head_map=head_map, importance=values, on_choose=choose)
    if opened is not None:
        st.switch_page("pages/explore.py")
    numbers, reading = st.columns([2, 3], gap="large")
    with numbers:
        show_numbers(found, row, values)
        offer_table(found, subject.attention, values)
    with reading:
        st.caption(plain(captions.about_heads(found.table, importance)))
        drawer(say("How each number is defined"), "definitions", show_definitions)
        st.caption(plain(captions.about_model(subject.model, subject.attention)))
    keep_address(selection)


with errors_shown():
    subject = choose_subject()
    found = None if subject is None else measure_heads(subject)
    if subject is not None and found is not None:
        heads(subject, found)
