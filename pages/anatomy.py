"""Anatomy: which numbers lead from a token to what one head reads, and on to what its layer makes of it?"""

import streamlit as st

from attention_viz.models.anatomy import anatomy_of, embedding
from attention_viz.ui.anatomy.head_trace import pick_key, pick_query, recorded
from attention_viz.ui.anatomy.scoring_comparison import show_contest
from attention_viz.ui.anatomy.walk_embedding import show_embedding
from attention_viz.ui.anatomy.walk_pictures import Pictures
from attention_viz.ui.anatomy.walk_sections import Sections
from attention_viz.ui.anatomy.walk_steps import STYLE
from attention_viz.ui.anatomy.walk_weights import changes, show_weights
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown


def walk(subject: Subject) -> None:
    """One head, one token, every step; then other scores on the same query and keys."""
    attention = subject.attention
    with st.container(horizontal=True):
        pickers.pick_head(attention)
        look = subject.look()
        query = pick_query(attention, look)
        key = pick_key(attention, look, query)
    seen, (scaled, temperature) = recorded(subject, look), changes()
    found = anatomy_of(
        attention, seen.activations, look.layer, look.head, query, scaled=scaled, temperature=temperature
    )
    pictures = Pictures(found, attention.key_tokens.labels, key, look.head)
    sections = Sections(found, pictures, attention.query_tokens.labels[query], look.layer, look.head)
    st.html(STYLE)
    sections.opening(seen.reason)
    if seen.activations is not None:
        show_embedding(sections, embedding(seen.activations, query))
    sections.vectors()
    sections.products()
    show_weights(sections)
    sections.context()
    sections.output()
    sections.residual()
    sections.gaps()
    if "products" in found.walk.names:
        show_contest(next(sections.numbers), found, pictures, temperature)
    keep_address(look)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        walk(subject)
