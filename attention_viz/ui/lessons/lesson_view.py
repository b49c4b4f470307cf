"""Lesson view: the words and the question on the left, the picture, which is larger, on the right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attention_viz.ui.lessons.lesson import Lesson, Question, Step
from attention_viz.ui.lessons.lesson_settings import Settings, Shown, picture_of
from attention_viz.ui.lessons.lesson_texts import next_lesson
from attention_viz.ui.lessons.lesson_widgets import Widgets
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.lessons.run import Run
from attention_viz.ui.lessons.worksheets import offer_worksheet
from attention_viz.ui.session import lesson_place as place
from attention_viz.ui.session.subject import Subject, choose_subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.drawer import drawer
from attention_viz.ui.widgets.notices import errors_shown, show_error
from attention_viz.ui.wording import language, plain, say
from attention_viz.ui.work.waiting import show_progress
from attention_viz.view import beside, chart, token_lines

STYLE = beside.STYLE + chart.STYLE + token_lines.STYLE
LAYOUT = """<style>
.st-key-lesson-body { display: grid; align-items: start; gap: 0 3rem; grid-template: "words picture" auto "words controls" 1fr / minmax(0, 2fr) minmax(0, 3fr); }
.st-key-lesson-body > :has(> .st-key-lesson-picture) { grid-area: picture; }
.st-key-lesson-body > :has(> .st-key-lesson-words) { grid-area: words; }
.st-key-lesson-body > :has(> .st-key-lesson-controls) { grid-area: controls; }
.st-key-lesson-controls :is([class*="-edited"], [class*="-pointed"]) { position: absolute; }
@media (max-width: 800px) {
  .st-key-lesson-body { grid-template: "words" "picture" "controls" / minmax(0, 1fr); row-gap: 1rem; }
}
</style>"""
"""The words left, the picture right, its widgets below it; on a phone in this order one below the other."""
POLL = 0.5
"""Seconds between two looks at work under way."""


def show_lesson(lesson: Lesson, step: int) -> None:
    """One step: its picture, what it says, its question, what can be changed in it, and the buttons to other steps."""
    step = min(step, len(lesson.steps) - 1)
    place.keep(lesson.name, step)
    st.html(LAYOUT)
    _head(lesson, step)
    with st.container(key="lesson-body"):
        left, right, below = (st.container(key=f"lesson-{part}") for part in ("words", "picture", "controls"))
    given = place.answers().get((lesson.name, step))
    settings, shown = _picture(lesson, step, right, below, given is not None or lesson.steps[step].question is None)
    with left, errors_shown():
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
) -> tuple[Widgets, Shown | None]:
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
    if shown.run is not None and shown.run.under_way:
        _live(shown, shown.run)
        return
    if shown.run is not None and shown.run.error is not None:
        show_error(shown.run.error)
    st.html(STYLE + shown.html)


def _choose_text(where: DeltaGenerator) -> Subject | None:
    with where, st.expander(say("Your text and the model")):
        return choose_subject()


@st.fragment(run_every=POLL)
def _live(shown: Shown, run: Run) -> None:
    """The picture while work goes on or is still to be shown, how far it is, and Stop."""
    run.ticket.keep_alive()
    if not run.under_way:
        st.rerun()
    if not run.ticket.done:
        show_progress(run.ticket, say("Working"))
        st.button(say("Stop"), on_click=run.leave)
    st.html(STYLE + (shown.live() if shown.live else shown.html))


def _words(lesson: Lesson, step: int, given: int | None, settings: Widgets, facts: Mapping[str, Any]) -> None:
    this = lesson.steps[step]
    st.markdown(fill(this.text, facts, plain))
    for formula in this.formulas:
        st.latex(fill(formula, facts))
    if this.question is None:
        return
    if given is None:
        _ask(lesson, step, this.question.filled(facts, plain))
    else:
        _reveal(this, given, settings, facts)


def _reveal(this: Step, given: int, settings: Widgets, facts: Mapping[str, Any]) -> None:
    """What was asked and answered, why it was wrong, and what is right, of the picture as it was saved, whatever was changed
    since; where training decides, what is to be done first."""
    assert this.question is not None
    as_saved = picture_of(this.picture)(Settings(this.settings(True), settings.subject, settings.runs)).facts
    right = this.question.right(as_saved)
    _answered(this.question.filled(as_saved, plain), given, right)
    if right is None and settings.has_work:
        st.markdown(say("Nobody knows before the training: press Train, and watch."))
    else:
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
    if answer is None:
        return
    right = question.options[answer - 1]
    if given == answer:
        st.markdown(f"**{say('Right: {answer}', answer=right)}**")
    else:
        st.markdown(question.reason(given))
        st.markdown(f"**{say('It is: {answer}', answer=right)}**")


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
        _offer_next(next_lesson(lesson.name, language()))


def _offer_next(lesson: Lesson | None) -> None:
    """At the end of a lesson the one that follows."""
    if lesson is not None:
        label = plain(say("Next lesson: {title}", title=lesson.title))
        st.button(label, on_click=place.go, args=(lesson.name,), type="primary", width="stretch")
