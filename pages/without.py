"""Without it: what does the model say when these heads are gone?"""

import streamlit as st

from attention_viz.ui import pickers
from attention_viz.ui.address import keep_address
from attention_viz.ui.before_after import show_answer, show_vectors
from attention_viz.ui.notices import errors_shown
from attention_viz.ui.subject import Subject, choose_subject
from attention_viz.ui.switches import explain_way, hide_tokens, pick_way, switch_heads, within_reach
from attention_viz.ui.without import ablated, offer_second
from attention_viz.ui.wording import plain, say


def experiment(subject: Subject) -> None:
    """The switches, and beside them what changes."""
    attention, kind = subject.attention, subject.model.task.kind
    switches, changes = st.columns([2, 3], gap="large")
    with switches:
        with st.container(horizontal=True):
            pickers.pick_head(attention)
        pick_way()
        look = within_reach(subject.look(), attention.source.heads, attention.n_tokens)
        look = look if kind == "mask" else look.at(masked=())
        switch_heads(attention, look)
        explain_way(look.way)
    with changes, errors_shown():
        if kind == "mask":
            hide_tokens(attention, look, subject.model.reader.tokenizer.mask_token)
            st.caption(plain(say("Click a token to hide it: the model then guesses it from the others.")))
        if kind == "similarity":
            offer_second(look)
        if not look.off:
            st.info(say("Every head is on. Switch heads off on the board to see what the model says without them."))
        found = ablated(subject.model, look, attention.n_tokens)
        if found is not None:
            answer, vectors = st.columns([3, 2], gap="medium")
            with answer:
                show_answer(found)
            with vectors:
                show_vectors(found, kind == "similarity")
    keep_address(look)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        experiment(subject)
