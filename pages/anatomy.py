"""Anatomy: which numbers lead from a token to what one head reads, and on to what its layer makes of it?"""

import streamlit as st

from attention_viz.models.anatomy import anatomy_of, embedding
from attention_viz.ui.anatomy.head_trace import pick_key, pick_query, trace_head
from attention_viz.ui.anatomy.scoring_comparison import show_scoring_comparison
from attention_viz.ui.anatomy.walk_embedding import show_embedding
from attention_viz.ui.anatomy.walk_pictures import WalkPictures
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import STYLE
from attention_viz.ui.anatomy.walk_weights import scale_and_temperature, show_weights
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown


def walk(subject: Subject) -> None:
    """One head, one token, every step; then other scores on the same query and keys."""
    attention = subject.attention
    with st.container(horizontal=True):
        pickers.pick_head(attention)
        selection = subject.look()
        query = pick_query(attention, selection)
        key = pick_key(attention, selection, query)
    trace, (scaled, temperature) = trace_head(subject, selection), scale_and_temperature()
    found = anatomy_of(
        attention, trace.activations, selection.layer, selection.head, query, scaled=scaled, temperature=temperature
    )
    pictures = WalkPictures(found, attention.key_tokens.labels, key, selection.head)
    sections = WalkSections(found, pictures, attention.query_tokens.labels[query], selection.layer, selection.head)
    st.html(STYLE)
    sections.opening(trace.reason)
    if trace.activations is not None:
        show_embedding(sections, embedding(trace.activations, query))
    sections.vectors()
    sections.products()
    show_weights(sections)
    sections.context()
    sections.output()
    sections.residual()
    sections.gaps()
    if "products" in found.walk.names:
        show_scoring_comparison(next(sections.numbers), found, pictures, temperature)
    keep_address(selection)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        walk(subject)
