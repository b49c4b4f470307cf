"""Teach: how do I run a lesson with this, and what do I prepare?"""

import streamlit as st

from attention_viz.ui.server.lan_address import show_lan_addresses
from attention_viz.ui.teaching.guide import guide, pieces
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import language, plain

with st.container(width=820), errors_shown():
    show_lan_addresses()
    for piece, is_command in pieces(guide(language(), plain)):
        if is_command:
            st.code(piece, language=None, wrap_lines=True)  # a line that scrolls is out of reach for the keyboard
        else:
            st.markdown(piece)
