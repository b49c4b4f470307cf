"""Without it: what does the model say when these heads are gone?"""

import streamlit as st

from attention_viz.selection import Selection
from attention_viz.ui.ablation import head_importance, pruning_curve
from attention_viz.ui.ablation.ablation import ablated, offer_second
from attention_viz.ui.ablation.before_after import show_answer, show_map, show_moved, show_turn
from attention_viz.ui.ablation.switches import explain_way, hide_tokens, pick_way, switch_heads, within_reach
from attention_viz.ui.session import state
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say


def switches(subject: Subject) -> Selection:
    """The board of switches, and what switching off means; returns what is off."""
    with st.container(horizontal=True):
        pickers.pick_head(subject.attention)
    pick_way()
    look = within_reach(subject.look(), subject.attention.source.heads, subject.attention.n_tokens)
    look = look if subject.model.task.kind == "mask" else look.at(masked=())
    switch_heads(subject.attention, look)
    explain_way(look.way)
    return look


def before_after(subject: Subject, look: Selection) -> None:
    """What the model says with every head, beside what it says without those that are off."""
    kind = subject.model.task.kind
    if kind == "mask":
        hide_tokens(subject.attention, look, subject.model.reader.tokenizer.mask_token)
        st.caption(plain(say("Click a token to hide it: the model then guesses it from the others.")))
    if kind == "similarity":
        offer_second(look)
    if not look.off:
        st.info(say("Every head is on. Switch heads off on the board to see what the model says without them."))
    found = ablated(subject.model, look, subject.attention.n_tokens)
    if found is None:
        return
    if not look.off:
        show_answer(found)
        return
    answer, tokens = st.columns([3, 2], gap="medium")
    with answer:
        show_answer(found)
        show_turn(found, kind == "similarity")
    with tokens:
        show_moved(found)
    show_map(found)


def every_head(subject: Subject, look: Selection) -> None:
    """What each head is worth on this text, for those who ask."""
    if head_importance.pick_weighed():
        found = head_importance.weighed(subject.model, look)
        if found is not None:
            head_importance.show_weighed(found, look, state.choose_head)


def many_heads(subject: Subject, look: Selection) -> None:
    """How many heads can go, for those who ask."""
    if pruning_curve.pick_curve():
        found = pruning_curve.curves(subject.model, pruning_curve.pick_samples(), look.way)
        if found is not None:
            pruning_curve.show_curves(found)


def experiment(subject: Subject) -> None:
    """The switches, what changes at once, and below it what takes longer."""
    board, changes = st.columns([2, 3], gap="large")
    with board:
        look = switches(subject)
    keep_address(look)
    with changes, errors_shown():
        before_after(subject, look)
    with errors_shown():
        every_head(subject, look)
    with errors_shown():
        many_heads(subject, look)


with errors_shown():
    subject = choose_subject()
    if subject is not None:
        experiment(subject)
