"""Learn: how does attention work, from the formula to this head of this model?"""

import streamlit as st

from attention_viz.ui.lessons.all_worksheets import offer_all_worksheets
from attention_viz.ui.lessons.class_form import asked_phase, offer_form, show_form
from attention_viz.ui.lessons.lesson_list import show_list
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.lesson_view import show_lesson
from attention_viz.ui.session import lesson_place as place
from attention_viz.ui.session.address import keep_language
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import language, say

files = lesson_files(language())
with errors_shown():
    here = place.follow(files)
    if (phase := asked_phase()) is not None:
        keep_language()
        show_form(phase)
    elif here is None:
        keep_language()
        st.markdown(
            say(
                "One idea each, with a question before the answer. Begin with the first: it needs matrices and nothing else."
            )
        )
        show_list(files)
        offer_form()
        offer_all_worksheets()
    else:
        show_lesson(read_lesson(files[here[0]]), here[1])
