"""Teach: how do I run a lesson with this, and what do I prepare?"""

import streamlit as st

from attention_viz.ui.lessons.all_worksheets import offer_all_worksheets
from attention_viz.ui.server.lan_address import show_lan_addresses
from attention_viz.ui.session.address import keep_language
from attention_viz.ui.teaching.class_results import show_results
from attention_viz.ui.teaching.guide import Section, guide, pieces, sections
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import language, plain


def show_body(section: Section) -> None:
    """What stands below a heading, commands so that they can be copied."""
    for piece, is_command in pieces(section.body):
        if is_command:
            st.code(piece, language=None, wrap_lines=True)  # a line that scrolls is out of reach for the keyboard
        else:
            st.markdown(piece)


keep_language()
with st.container(width=820), errors_shown():
    plan, *others = sections(guide(language(), plain))
    st.markdown(f"## {plan.title}")
    show_body(plan)
    offer_all_worksheets()
    show_results()
    show_lan_addresses()
    for each in others:
        if each.is_folded:
            with st.expander(each.title):
                show_body(each)
        else:
            st.markdown(f"## {each.title}")
            show_body(each)
