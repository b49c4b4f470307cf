"""Worksheets: a lesson as one HTML file to print, A4, readable in grey, with or without the answers; or all in one file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

import streamlit as st

from attention_viz.ui.lessons.lesson import Lesson, Question, Step
from attention_viz.ui.lessons.lesson_settings import Settings, Shown, picture_of
from attention_viz.ui.lessons.placeholders import fill
from attention_viz.ui.wording import language, say
from attention_viz.view import beside, chart, number_table_style, token_lines
from attention_viz.view.shades import LEVELS

if TYPE_CHECKING:
    from attention_viz.ui.session.subject import Subject

PAGE = """<style>
@page { size: A4; margin: 16mm 16mm 18mm; }
:root { color-scheme: light; }
body { font: 11pt/1.45 system-ui, "Noto Sans CJK SC", sans-serif; color: #000; background: #fff; max-width: 178mm; margin: 0 auto; filter: grayscale(1); }
h1 { font-size: 16pt; margin: 0 0 2mm; } h2 { font-size: 12pt; margin: 6mm 0 1mm; }
article + article { break-before: page; } .reasons { font-size: 9.5pt; margin: 1mm 0 0; padding-inline-start: 5mm; }
section, figure, .question { break-inside: avoid; } figure { margin: 2mm 0; }
.name { display: flex; gap: 10mm; margin: 4mm 0; } .name span { flex: 1; border-bottom: 1px solid #000; }
.question { border: 1px solid #000; padding: 2mm 3mm; margin: 2mm 0; } .question p { margin: 0 0 1mm; }
.question ol { list-style: none; margin: 0; padding: 0; } .lines { height: 18mm; border-bottom: 1px dotted #000; }
.formula img { vertical-align: middle; } p img { vertical-align: -.3em; }
.av-number-table .scroll, .av-token-lines .scroll { overflow: visible !important; }
.av-token-lines .scroll > div { min-width: 0 !important; } .av-token-lines .tokens span { font-size: 7pt !important; }
HATCHED { background-image: repeating-linear-gradient(45deg, rgb(255 255 255 / .7) 0 1px, transparent 1px 4px) !important; }
</style>""".replace("HATCHED", ", ".join(f".av-number-table .s{level}" for level in range(LEVELS["signed"] // 2)))
"""Grey print cannot tell blue from orange, so that cells below zero are hatched."""
INLINE = re.compile(r"\$([^$]+)\$|\*\*(.+?)\*\*")
BELOW_ZERO = re.compile(rf"<td class=\"?s(?:{'|'.join(map(str, range(LEVELS['signed'] // 2)))})[ \">]")
"""A cell that is coloured as a number below zero."""
POINTS = 12
"""Size of a formula; its letters look as large as those of the text."""


def offer_worksheet(lesson: Lesson, subject: Subject | None) -> None:
    """Buttons for the worksheet and for the same with its answers."""
    st.caption(say("One file each, made for A4 and for grey printers. Open it in a browser and print it."))
    for answers, label, kind in (
        (False, say("Worksheet"), "worksheet"),
        (True, say("Answer key"), "answers"),
    ):
        st.download_button(
            label,
            worksheet(lesson, subject, answers=answers),
            f"lesson-{lesson.number}-{lesson.name}-{kind}-{language()}.html",
            "text/html",
            key=f"download {kind}",
            on_click="ignore",
            width="stretch",
        )


def worksheet(lesson: Lesson, subject: Subject | None = None, *, answers: bool) -> str:
    """The lesson on paper, in the language of the session: every picture as its step begins, or as it is answered."""
    title, kind = _title(lesson), _kind(answers)
    return _document(f"{title} · {kind}", _sheet(lesson, subject, answers))


def booklet(lessons: Sequence[Lesson], subject: Subject | None) -> str:
    """The worksheets of these lessons, each on a page of its own, and behind them their answer keys."""
    sheets = (_sheet(lesson, subject, answers) for answers in (False, True) for lesson in lessons)
    return _document(say("Worksheets with their answer keys"), "".join(sheets))


def _title(lesson: Lesson) -> str:
    return say("Lesson {n}: {title}", n=lesson.number, title=lesson.title)


def _kind(answers: bool) -> str:
    return say("Answer key") if answers else say("Worksheet")


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{"zh-CN" if language() == "zh" else "en"}"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{number_table_style.STYLE}{beside.STYLE}{chart.STYLE}{token_lines.STYLE}{PAGE}</head>"
        f"<body>{body}</body></html>"
    )


def _sheet(lesson: Lesson, subject: Subject | None, answers: bool) -> str:
    steps = "".join(_step(number, step, subject, answers) for number, step in enumerate(lesson.steps, start=1))
    hatched = say("Hatched cells are below zero.") if BELOW_ZERO.search(steps) else ""
    name = (
        ""
        if answers
        else f'<div class="name"><span>{escape(say("Name:"))}</span><span>{escape(say("Date:"))}</span></div>'
    )
    head = f"<strong>{escape(_kind(answers))}</strong> · {escape(lesson.after)} {escape(hatched)}"
    return f"<article><h1>{escape(_title(lesson))}</h1><p>{head}</p>{name}{steps}</article>"


def _step(number: int, step: Step, subject: Subject | None, answers: bool) -> str:
    shown = _drawn(step, subject, answers)
    parts = [
        f"<h2>{number}</h2>",
        _paragraphs(step.text, shown.facts),
        *(_formula(each, shown.facts) for each in step.formulas),
        shown.html,
    ]
    if step.question is not None:
        facts = _drawn(step, subject, True).facts if answers else shown.facts
        parts.append(_question(step.question, facts, answers))
    if step.paper:
        below = _paragraphs(step.solution, shown.facts) if answers else '<div class="lines"></div>'
        parts.append(f"<p><strong>{_inline(step.paper, shown.facts)}</strong></p>{below}")
    return f"<section>{''.join(parts)}</section>"


def _drawn(step: Step, subject: Subject | None, answered: bool) -> Shown:
    return picture_of(step.picture)(Settings(step.settings(answered), subject, recorded=answered))


def _question(question: Question, facts: Mapping[str, Any], answers: bool) -> str:
    right = question.right(facts) if answers else None
    options = "".join(
        f"<li>{'☒' if option == right else '☐'} {_inline(text, facts)}</li>"
        for option, text in enumerate(question.options, start=1)
    )
    because = _paragraphs(question.because, facts) if right is not None else '<div class="lines"></div>'
    if right is not None:
        because += _reasons(question, right, facts)
    return f'<div class="question"><p><strong>{_inline(question.asked, facts)}</strong></p><ol>{options}</ol>{because}</div>'


def _reasons(question: Question, right: int, facts: Mapping[str, Any]) -> str:
    """For the teacher: why each of the other options is not right."""
    given = zip(question.options, question.wrong, strict=False)
    others = "".join(
        f"<li>{_inline(option, facts)}: {_inline(reason, facts)}</li>"
        for number, (option, reason) in enumerate(given, start=1)
        if reason and number != right
    )
    return f'<ul class="reasons">{others}</ul>' if others else ""


def _paragraphs(text: str, facts: Mapping[str, Any]) -> str:
    return "".join(f"<p>{_inline(part, facts)}</p>" for part in text.split("\n\n"))


def _inline(text: str, facts: Mapping[str, Any]) -> str:
    """The two marks that a lesson's text may have: $formula$ and **strong**."""
    parts, at = [], 0
    for mark in INLINE.finditer(text):
        parts.append(fill(escape(text[at : mark.start()]), facts, escape))
        parts.append(_image(mark[1]) if mark[1] else f"<strong>{fill(escape(mark[2]), facts, escape)}</strong>")
        at = mark.end()
    return "".join([*parts, fill(escape(text[at:]), facts, escape)])


def _formula(formula: str, facts: Mapping[str, Any]) -> str:
    return f'<p class="formula">{_image(fill(formula, facts))}</p>'


@lru_cache(maxsize=256)
def _image(formula: str) -> str:
    """A formula in TeX as a drawing inside the page, so that nothing has to be fetched to set it."""
    from matplotlib.font_manager import FontProperties  # printing loads what most visitors never need
    from matplotlib.mathtext import math_to_image

    drawing = BytesIO()
    math_to_image(f"${formula}$", drawing, prop=FontProperties(size=POINTS), format="svg", dpi=72)
    svg = drawing.getvalue().decode()
    svg = svg[svg.index("<svg") :]
    return f'<span role="img" aria-label="{escape(formula, quote=True)}">{svg}</span>'
