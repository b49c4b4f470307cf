"""Switch heads off: what does the model say when these heads are gone?"""

import streamlit as st

from attention_viz.selection import Selection
from attention_viz.ui.ablation import head_importance, pruning_curve
from attention_viz.ui.ablation.ablation import ablate_heads, offer_second_sentence
from attention_viz.ui.ablation.before_after import show_answer, show_layer_shifts
from attention_viz.ui.ablation.opening import open_with_a_head_off
from attention_viz.ui.ablation.switches import all_heads, drop_absent, explain_way, hide_tokens, pick_way, switch_heads
from attention_viz.ui.ablation.verdict import show_verdict
from attention_viz.ui.session import state
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.pinned_link import show_pinned_link
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.answer_tables import show_token_shifts, show_vector_shift
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say


def switches(subject: Subject) -> Selection:
    """The board of switches, and what switching off means; returns what is off."""
    with st.container(horizontal=True):
        pickers.pick_head(subject.attention)
    pick_way()
    selection = drop_absent(subject.look(), subject.attention.source.heads, subject.attention.n_tokens)
    selection = selection if subject.model.task.kind == "mask" else selection.at(masked=())
    switch_heads(subject.attention, selection)
    explain_way(selection.way)
    return selection


def before_after(subject: Subject, selection: Selection) -> None:
    """What the model says with every head, beside what it says without those that are off."""
    kind = subject.model.task.kind
    if kind == "mask":
        hide_tokens(subject.attention, selection, subject.model.reader.tokenizer.mask_token)
        st.caption(plain(say("Click a token to hide it: the model then guesses it from the others.")))
    if kind == "similarity":
        offer_second_sentence(selection)
    if not selection.off:
        st.info(say("Every head is on. Switch heads off on the board to see what the model says without them."))
    found = ablate_heads(subject.model, selection, subject.attention.n_tokens)
    if found is None:
        return
    if not selection.off:
        show_answer(found)
        return
    every_head_off = all_heads(subject.attention.source.heads)
    floor = ablate_heads(subject.model, selection.at(off=every_head_off), subject.attention.n_tokens, "floor")
    if floor is not None:
        show_verdict(found, floor)
    answer, tokens = st.columns([3, 2], gap="medium")
    with answer:
        show_answer(found)
        show_vector_shift(found, kind == "similarity")
    with tokens:
        show_token_shifts(found)
    show_layer_shifts(found)


def every_head(subject: Subject, selection: Selection) -> None:
    """What each head is worth on this text, for those who ask."""
    if head_importance.pick_importance():
        found = head_importance.measure_importance(subject.model, selection)
        if found is not None:
            head_importance.show_importance(found, selection, state.choose_head)


def many_heads(subject: Subject, selection: Selection) -> None:
    """How many heads can go, for those who ask."""
    if pruning_curve.pick_pruning_curve():
        found = pruning_curve.pruning_curves(subject.model, pruning_curve.pick_samples(), selection.way)
        if found is not None:
            pruning_curve.show_pruning_curves(found)


def experiment(subject: Subject) -> None:
    """The switches, what changes at once, and below it what takes longer."""
    top = st.container()
    board, changes = st.columns([2, 3], gap="large")
    with board:
        selection = switches(subject)
    with top:
        show_pinned_link(subject, selection)
    keep_address(selection)
    with changes, errors_shown():
        before_after(subject, selection)
    with errors_shown():
        every_head(subject, selection)
    with errors_shown():
        many_heads(subject, selection)


open_with_a_head_off()
with errors_shown():
    subject = choose_subject()
    if subject is not None:
        experiment(subject)
