"""Class results: how many of a class were right before the lesson and after it, question by question."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from attention_viz.ui.lessons.class_counts import PHASES, class_counts
from attention_viz.ui.lessons.class_questions import class_questions
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import language, say

REPLICA = "replica"
"""The cookie by which the nginx of deploy/ names one of several servers."""


def show_results() -> None:
    """The counts of this server, and what they are not."""
    st.markdown(f"## {say('What the class knows, before and after')}")
    st.markdown(
        say("Students open Learn and choose the questions, or the links of the plan. Each open page counts once.")
    )
    st.html(_right())
    with st.expander(say("Every answer")):
        st.html(_every_answer())
    with st.container(horizontal=True):
        st.button(say("Count again"), key="newest counts")
        with st.popover(say("Begin anew")):
            st.markdown(say("For the next class: all counts become 0. This cannot be undone."))
            st.button(say("Set all counts to 0"), on_click=class_counts().begin_anew)
    st.caption(say("Numbers alone, no names, in the memory of this server: they are gone when the program ends."))
    if REPLICA in st.context.cookies:
        st.warning(
            say("This address is served by two servers or more. Each counts its own visitors, and this is one of them.")
        )


def _right() -> str:
    counts = class_counts()
    sheets = [counts.sheets(phase) for phase in PHASES]
    chosen = [counts.chosen(phase) for phase in PHASES]
    rows = []
    for number, question in enumerate(class_questions(language()), start=1):
        right = [each.get((number, int(question.answer)), 0) for each in chosen]
        rows.append((f"{number}. {question.asked}", *(_share(*each) for each in zip(right, sheets, strict=True))))
    caption = say("Right answers")
    before, after = say("before: {n} students", n=sheets[0]), say("after: {n} students", n=sheets[1])
    return table(caption, (say("question"), before, after), rows)


def _share(right: int, of: int) -> str:
    return f"{right} ({right / of:.0%})" if of else "–"


def _every_answer() -> str:
    before, after = (class_counts().chosen(phase) for phase in PHASES)
    return "".join(
        table(
            f"{number}. {question.asked}",
            (say("answer"), say("before"), say("after")),
            [
                (f"✓ {text}" if option == question.answer else text, *_numbers((number, option), before, after))
                for option, text in enumerate(question.options, start=1)
            ],
        )
        for number, question in enumerate(class_questions(language()), start=1)
    )


def _numbers(at: tuple[int, int], *chosen: Mapping[tuple[int, int], int]) -> list[int]:
    return [each.get(at, 0) for each in chosen]
