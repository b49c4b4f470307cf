"""Anatomy: which numbers lead from a token to what one head reads, and on to what its layer makes of it?"""

import streamlit as st

from attention_viz.models.anatomy import anatomy_of, embedding, follow
from attention_viz.ui.anatomy.head_trace import pick_key, pick_query, trace_head
from attention_viz.ui.anatomy.scoring_comparison import show_scoring_comparison
from attention_viz.ui.anatomy.stage_strip import stage_strip
from attention_viz.ui.anatomy.stages import part, stages_of, style
from attention_viz.ui.anatomy.walk_embedding import show_input
from attention_viz.ui.anatomy.walk_output import show_output
from attention_viz.ui.anatomy.walk_pictures import WalkPictures
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import STYLE
from attention_viz.ui.anatomy.walk_weights import scale_and_temperature, show_weights
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.pinned_link import pin_pieces, pinned_pieces
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.widgets.sentence_strip import sentence_strip


def walk(subject: Subject) -> None:
    """One head, one token, one key that is followed: every stage, of which the browser shows one."""
    attention = subject.attention
    pin = pin_pieces(attention.query_tokens, attention.key_tokens)
    with st.container(horizontal=True):
        pickers.pick_head(attention)
        selection = subject.look()
        pinned = pinned_pieces(attention.query_tokens, attention.key_tokens)
        query = pick_query(attention, selection, pinned, pin)
        key = pick_key(attention, selection, query, pinned, pin)
    trace, (scaled, temperature) = trace_head(subject, selection), scale_and_temperature()
    found = anatomy_of(
        attention, trace.activations, selection.layer, selection.head, query, scaled=scaled, temperature=temperature
    )
    pictures = WalkPictures(found, attention.key_tokens.labels, follow(found, selection.head, key), selection.head)
    sections = WalkSections(
        found,
        pictures,
        attention.query_tokens.labels[query],
        selection.layer,
        selection.head,
        stages_of(found.walk.names),
    )
    st.html(f"{STYLE}<style>{style(pictures.columns)}</style>")
    sentence_strip(
        attention.query_tokens,
        pinned,
        (query, key),
        pin,
        read_themselves=attention.part != "cross",
    )
    sections.notes(trace.reason)
    stage_strip(sections.stages, pictures.followed, found.walk)
    with st.container(key="anatomy-stages"):
        if sections.has("input"):
            show_input(sections, embedding(trace.activations, query) if trace.activations is not None else None)
        if sections.has("vectors"):
            sections.vectors()
        show_weights(sections)
        show_output(sections)
        if sections.has("scoring"):
            with part("scoring"):
                show_scoring_comparison(sections, temperature)
    sections.about()
    keep_address(selection)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        walk(subject)
