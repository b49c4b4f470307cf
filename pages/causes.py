"""Causes: which head carries the answer?"""

import streamlit as st

from attention_viz.ui.causes import pair_controls
from attention_viz.ui.causes.asked import Asked
from attention_viz.ui.causes.head_writes import show_writes
from attention_viz.ui.causes.layer_answers import show_layer_answers
from attention_viz.ui.causes.link_score import show_link_score
from attention_viz.ui.causes.opening import open_with_an_example
from attention_viz.ui.causes.patch_map import QUESTIONS, show_patch_map
from attention_viz.ui.causes.script import show_script
from attention_viz.ui.causes.section import section
from attention_viz.ui.causes.special_reading import show_special_reading, special_question
from attention_viz.ui.session.address import keep_address
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets import pickers
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say, tell


def causes(subject: Subject) -> None:
    """What carries the difference, what each part writes, what each layer would say, and why one token attends to another.

    Raises ModelError once for a model in which nothing can be changed.
    """
    from attention_viz.experiments.interventions.hooked_model import check_switchable

    controls, found = st.columns([2, 5], gap="large")
    with controls:
        pair_controls.pick_other_text()
        parts = pair_controls.pick_parts()
        with st.container(horizontal=True):
            pickers.pick_head(subject.attention)
        st.caption(plain(say("The head that is looked at below.")))
        pair_controls.offer_example()
        asked = Asked.of(subject)
        if asked.hides_tokens:
            st.caption(say("The text has no mask: every seventh token is hidden and guessed."))
    keep_address(asked.selection)
    check_switchable(subject.model)
    with found, section(tell(QUESTIONS[parts])):
        show_patch_map(asked, parts)
    with st.container(key="below-picture"):
        below_the_map(subject, asked, parts)


def below_the_map(subject: Subject, asked: Asked, parts: str) -> None:
    """What is asked about the text alone, and the code of it all."""
    if asked.compares and asked.second is None:
        st.info(
            say(
                "This model compares texts. The rest of the page asks what makes two texts alike: type another text, or a second sentence."
            )
        )
    else:
        about_the_answer(asked)
    with section(say("Why does it attend there?")):
        show_link_score(asked)
    with section(special_question(asked)):
        show_special_reading(asked, subject.attention)
    drawer(say("Show the code"), "code", lambda: show_script(asked, parts))


def about_the_answer(asked: Asked) -> None:
    """What the answer is made of, and in which layer it is there."""
    with section(say("What does each head write?")):
        show_writes(asked)
    with section(say("What would it say after each layer?")):
        show_layer_answers(asked)


open_with_an_example()
with errors_shown():
    subject = choose_subject()
    if subject is not None:
        causes(subject)
