"""Class form: the class questions on the screen, answered once by each open page, before a lesson or after it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from attention_viz.ui.lessons.class_counts import PHASES, Phase, class_counts
from attention_viz.ui.lessons.class_questions import class_questions
from attention_viz.ui.lessons.lesson import Question
from attention_viz.ui.session import lesson_place as place
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import language, plain, say

PARAMETER = "questions"
"""Of the address: before or after."""
GIVEN = "class answers"
"""In the session: what was handed in, by phase and round."""


def asked_phase() -> Phase | None:
    """Whether the address asks for the questions, and for which."""
    return next((phase for phase in PHASES if st.query_params.get(PARAMETER) == phase), None)


def offer_form() -> None:
    """The ways to the questions, for a class."""
    st.caption(
        say("For a class: eight questions before the lesson, and the same after it. Answers are counted without names.")
    )
    with st.container(horizontal=True):
        for phase, label in (
            ("before", say("Questions before the lesson")),
            ("after", say("Questions after the lesson")),
        ):
            st.button(label, key=f"questions {phase}", on_click=_open, args=(phase,))


def _open(phase: Phase) -> None:
    st.query_params.from_dict({PARAMETER: phase})


def show_form(phase: Phase) -> None:
    """All questions on one sheet; once they are handed in, a thank-you, and after the lesson what is right and why."""
    title = say("Questions before the lesson") if phase == "before" else say("Questions after the lesson")
    st.header(title, anchor=False)
    questions = class_questions(language())
    handed_in = _given().get((phase, class_counts().round))
    with st.container(width=820):
        if handed_in is None:
            _ask(phase, questions)
        elif phase == "before":
            st.markdown(say("Thank you. What is right will be told after the lesson."))
        else:
            for number, (question, option) in enumerate(zip(questions, handed_in, strict=True), start=1):
                _tell(number, question, option)
        st.button(say("All lessons"), on_click=place.leave)


def _ask(phase: Phase, questions: Sequence[Question]) -> None:
    st.caption(say("Your name is not asked for. The answers are counted together with those of your class."))
    options = [_choose(phase, number, question) for number, question in enumerate(questions, start=1)]
    missing = options.count(None)
    given = [option for option in options if option is not None]
    st.button(say("Hand in"), disabled=missing > 0, on_click=_hand_in, args=(phase, given), type="primary")
    if missing:
        st.caption(say("Not answered yet: {n}", n=missing))


def _choose(phase: Phase, number: int, question: Question) -> int | None:
    places = range(1, len(question.options) + 1)
    chosen: int | None = st.radio(
        f"{number}\\. {plain(question.asked)}",
        places,
        format_func=lambda option: plain(question.options[option - 1]),
        **chosen_as(f"class {phase} {number}", places, shows="index"),
    )
    return chosen


def _hand_in(phase: Phase, options: Sequence[int]) -> None:
    """Count them, once in a round."""
    key = (phase, class_counts().round)
    if key not in _given():
        _given()[key] = list(options)
        class_counts().add(phase, options)


def _tell(number: int, question: Question, option: int) -> None:
    right = question.right({})
    assert right is not None
    answer = plain(question.options[right - 1])
    st.markdown(f"{number}\\. {plain(question.asked)}")
    if option == right:
        st.markdown(f"**{say('Right: {answer}', answer=answer)}** {plain(question.because)}")
    else:
        st.markdown(f"{plain(question.options[option - 1])}: {plain(question.reason(option))}")
        st.markdown(f"**{say('It is: {answer}', answer=answer)}** {plain(question.because)}")


def _given() -> dict[tuple[Phase, int], list[int]]:
    given: dict[tuple[Phase, int], list[int]] = st.session_state.setdefault(GIVEN, {})
    return given
