"""Learn: how does attention work, from the formula to this head of this model?"""

import streamlit as st

from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.lesson_view import show_lesson
from attention_viz.ui.session import lesson_place as place
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import language, plain, say


def show_list() -> None:
    """Every lesson: its title, what one knows afterwards, and how far one is."""
    st.markdown(
        say(
            "One idea each, with a question before the answer. Begin with the first: it needs matrices and nothing else."
        )
    )
    for name, path in files.items():
        with errors_shown():
            lesson = read_lesson(path)
            asked = [step for step, each in enumerate(lesson.steps) if each.question is not None]
            answered = sum((name, step) in place.answers() for step in asked)
            with st.container(key=f"lesson-{lesson.number}", gap=None):
                st.button(
                    f"**{plain(f'{lesson.number}. {lesson.title}')}**",
                    key=f"open {name}",
                    on_click=place.go,
                    args=(name,),
                    type="tertiary",
                )
                st.caption(plain(lesson.after))
                if answered:
                    st.caption(say("{answered} of {asked} questions answered", answered=answered, asked=len(asked)))


files = lesson_files(language())
with errors_shown():
    here = place.follow(files)
    if here is None:
        show_list()
    else:
        show_lesson(read_lesson(files[here[0]]), here[1])
