"""All worksheets: one document with every lesson's worksheet and, behind them, the keys, about the example of the language."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from functools import lru_cache
from typing import cast

import streamlit as st

from attention_viz.selection import Selection
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.worksheets import booklet
from attention_viz.ui.session.examples import STARTS
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import LANGUAGES, language, say
from attention_viz.ui.work.caches import embedded_model, read
from attention_viz.vocabulary import Language


def offer_all_worksheets() -> None:
    """A button for the document, which is made when it is asked for."""
    st.download_button(
        say("All worksheets in one document"),
        _in_this_language(),
        f"worksheets-{language()}.html",
        "text/html",
        key="download all worksheets",
        on_click="ignore",
    )
    st.caption(
        say(
            "For A4 and grey printers: each worksheet begins on a page of its own, and the answer keys are behind them."
        )
    )


def _in_this_language() -> Callable[[], str]:
    """What makes the document, in the language of this run whoever calls it."""
    context, which = copy_context(), cast(Language, language())
    return lambda: context.run(all_worksheets, which)


@lru_cache(maxsize=len(LANGUAGES))
def all_worksheets(language: Language) -> str:
    """The document in one language, which is that of the sentences on its sheets, too."""
    start = STARTS[language]
    model, look = embedded_model(start.model), Selection(text=start.first, model=start.model)
    lessons = [read_lesson(path) for path in lesson_files(language).values()]
    return booklet(lessons, Subject(model, read(model, look), look))
