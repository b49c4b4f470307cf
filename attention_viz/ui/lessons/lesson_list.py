"""Lesson list: a card for every lesson, with a small picture of it, what one will know, and a tick once it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from attention_viz.palettes import DARK, LIGHT
from attention_viz.ui.lessons.lesson import Lesson
from attention_viz.ui.lessons.lesson_texts import read_lesson
from attention_viz.ui.lessons.thumbnail import thumbnail
from attention_viz.ui.session import lesson_place as place
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import plain, say

STYLE = f"""<style>
.st-key-lesson-list {{ display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; }}
@media (max-width: 1000px) {{ .st-key-lesson-list {{ grid-template-columns: repeat(2, minmax(0, 1fr)); }} }}
@media (max-width: 640px) {{ .st-key-lesson-list {{ grid-template-columns: minmax(0, 1fr); }} }}
.st-key-lesson-list > div {{ height: auto; }}
.st-key-lesson-list [class*="st-key-lesson-"] {{ position: relative; height: 100%; }}
.st-key-lesson-list [class*="st-key-lesson-"] [data-testid] {{ position: static; }}
.st-key-lesson-list button {{ text-align: start; position: static; padding: 0; min-height: 0; }}
.st-key-lesson-list button p {{ white-space: normal; text-align: start; }}
.st-key-lesson-list button::after {{ content: ""; position: absolute; inset: 0; border-radius: .5rem; cursor: pointer; }}
.st-key-lesson-list button:focus-visible {{ box-shadow: none; }}
.st-key-lesson-list button:focus-visible::after {{ outline: 2px solid light-dark({LIGHT.accent}, {DARK.accent}); }}
.lesson-thumbnail {{ display: block; width: 100%; height: auto; }}
</style>"""
"""Three cards a row, two on a narrow screen, one on a phone; a whole card is its button."""


def show_list(files: Mapping[str, Path]) -> None:
    """Every lesson in its order."""
    st.html(STYLE)
    with st.container(key="lesson-list"):
        for name, path in files.items():
            with errors_shown():
                _card(name, read_lesson(path))


def _card(name: str, lesson: Lesson) -> None:
    with st.container(key=f"lesson-{lesson.number}", gap="xsmall", border=True):
        if picture := thumbnail(name):
            st.html(picture)
        st.button(
            f"**{plain(f'{lesson.number}. {lesson.title}')}**",
            key=f"open {name}",
            on_click=place.go,
            args=(name,),
            type="tertiary",
        )
        st.caption(f"**{say('You will know:')}** {plain(lesson.after)}")
        if progress := _progress(name, lesson):
            st.caption(progress)


def _progress(name: str, lesson: Lesson) -> str:
    """How many of its questions were answered, with a tick when all are; "" before the first."""
    asked = [step for step, each in enumerate(lesson.steps) if each.question is not None]
    answered = sum((name, step) in place.answers() for step in asked)
    if not answered:
        return ""
    tick = "**✓** " if answered == len(asked) else ""
    return tick + say("{answered} of {asked} questions answered", answered=answered, asked=len(asked))
