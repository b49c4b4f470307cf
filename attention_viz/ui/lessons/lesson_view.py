"""Lesson view: the picture on the left, the words and the question on the right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attention_viz.ui.lessons.lesson import Lesson, Question
from attention_viz.ui.lessons.lesson_settings import Settings, Shown, picture_of
from attention_viz.ui.lessons.lesson_widgets import Widgets
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.lessons.worksheets import offer_worksheet
from attention_viz.ui.session import lesson_place as place
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.notices import errors_shown, show_error
from attention_viz.ui.wording import plain, say
from attention_viz.ui.work.ticket import Ticket
from attention_viz.ui.work.waiting import show_progress
from attention_viz.view import beside, chart, token_lines

STYLE = beside.STYLE + chart.STYLE + token_lines.STYLE
LAYOUT = """<style>
.st-key-lesson-body { display: grid; align-items: start; gap: 0 3rem; grid-template: "picture words" auto "controls words" 1fr / minmax(0, 3fr) minmax(0, 2fr); }
.st-key-lesson-body > :has(> .st-key-lesson-picture) { grid-area: picture; }
.st-key-lesson-body > :has(> .st-key-lesson-words) { grid-area: words; }
.st-key-lesson-body > :has(> .st-key-lesson-controls) { grid-area: controls; }
@media (max-width: 800px) {
  .st-key-lesson-body { grid-template: "picture" "words" "controls" / minmax(0, 1fr); row-gap: 1rem; }
}
</style>"""
"""The picture left, its widgets below it, the words right; on a phone the words come before the widgets."""
POLL = 0.5
"""Seconds between two checks of work under way."""


def show_lesson(lesson: Lesson, step: int) -> None:
    """One step: its picture, what it says, its question, what can be changed in it, and the buttons to other steps."""
    step = min(step, len(lesson.steps) - 1)
    place.keep(lesson.name, step)
    st.html(LAYOUT)
    _head(lesson, step)
    with st.container(key="lesson-body"):
        left, right, below = (st.container(key=f"lesson-{part}") for part in ("picture", "words", "controls"))
    given = place.answers().get((lesson.name, step))
    settings, shown = _picture(lesson, step, left, below, given is not None or lesson.steps[step].question is None)
    with right, errors_shown():
        if shown is not None:
            _words(lesson, step, given, settings, shown.facts)
        _navigation(lesson, step)
        drawer(say("Worksheet"), "worksheet", lambda: offer_worksheet(lesson, settings.subject))


def _head(lesson: Lesson, step: int) -> None:
    title, ways = st.columns([4, 1], vertical_alignment="bottom")
    title.header(plain(say("Lesson {n}: {title}", n=lesson.number, title=lesson.title)), anchor=False)
    ways.button(say("All lessons"), on_click=place.leave)
    st.caption(say("Step {step} of {steps}", step=step + 1, steps=len(lesson.steps)))


def _picture(
    lesson: Lesson, step: int, canvas: DeltaGenerator, below: DeltaGenerator, answered: bool
) -> tuple[Settings, Shown | None]:
    """The picture, and below it its widgets, which are there once the question is answered."""
    this = lesson.steps[step]
    with below:
        advice, text, widgets = st.container(), st.container(), st.container(horizontal=True)
    settings = Widgets(
        this.settings(answered),
        change=this.change if answered else (),
        prefix=place.prefix(lesson.name, step),
        choose_text=partial(_choose_text, text),
    )
    shown = None
    with canvas, errors_shown():
        with widgets:
            shown = picture_of(this.picture)(settings)
        _draw(shown)
    if settings.change:
        advice.markdown(fill(this.advice, shown.facts, plain) if shown is not None else this.advice)
        below.button(say("As it was"), on_click=place.reset, args=(lesson.name, step))
    return settings, shown


def _draw(shown: Shown) -> None:
    """The picture; while work is under way, with its progress."""
    if shown.job is not None and not shown.job.done:
        _live(shown, shown.job)
        return
    if shown.job is not None and shown.job.error is not None:
        show_error(shown.job.error)
    st.html(STYLE + shown.html)


def _choose_text(where: DeltaGenerator) -> Subject | None:
    with where, st.expander(say("Your text and the model")):
        return choose_subject()


@st.fragment(run_every=POLL)
def _live(shown: Shown, ticket: Ticket) -> None:
    """The picture while work goes on, how far it is, and Stop."""
    if ticket.keep_alive().done:
        st.rerun()
    show_progress(ticket, say("Working"))
    st.button(say("Stop"), on_click=ticket.leave)
    st.html(STYLE + (shown.live() if shown.live else shown.html))


def _words(lesson: Lesson, step: int, given: int | None, settings: Settings, facts: Mapping[str, Any]) -> None:
    this = lesson.steps[step]
    st.markdown(fill(this.text, facts, plain))
    for formula in this.formulas:
        st.latex(fill(formula, facts))
    if this.question is None:
        return
    if given is None:
        _ask(lesson, step, this.question.filled(facts, plain))
    else:
        as_saved = picture_of(this.picture)(Settings(this.settings(True), settings.subject)).facts
        _answered(this.question.filled(as_saved, plain), given, this.question.right(as_saved))
        st.markdown(fill(this.question.because, facts, plain))


def _ask(lesson: Lesson, step: int, question: Question) -> None:
    """The question, and a button that is enabled once an answer is chosen."""
    chosen = st.radio(
        question.asked,
        range(1, len(question.options) + 1),
        format_func=lambda option: question.options[option - 1],
        **chosen_as(f"lessons answer {lesson.name} {step + 1}", range(1, len(question.options) + 1), shows="index"),
    )
    st.button(
        say("Show the answer"),
        disabled=chosen is None,
        on_click=place.answer,
        args=(lesson.name, step, chosen),
    )


def _answered(question: Question, given: int, answer: int | None) -> None:
    """What was asked and answered, and what is right: of the picture as it was saved, whatever was changed since."""
    st.markdown(question.asked)
    marks = ("◉" if option == given else "○" for option in range(1, len(question.options) + 1))
    options = zip(marks, question.options, strict=True)
    st.markdown("  \n".join(f"{mark} {text}" for mark, text in options))
    if answer is not None:
        right = question.options[answer - 1]
        verdict = say("Right: {answer}", answer=right) if given == answer else say("It is: {answer}", answer=right)
        st.markdown(f"**{verdict}**")


def _navigation(lesson: Lesson, step: int) -> None:
    back, on = st.columns(2, wrap=False)
    back.button(
        say("Back"),
        key=f"back {step}",
        disabled=step == 0,
        on_click=place.go,
        args=(lesson.name, step - 1),
        width="stretch",
    )
    if step + 1 < len(lesson.steps):
        on.button(say("Next"), key=f"next {step}", on_click=place.go, args=(lesson.name, step + 1), width="stretch")
    else:
        on.button(say("Done"), on_click=place.leave, width="stretch")
