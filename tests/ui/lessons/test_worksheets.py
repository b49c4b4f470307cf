"""A worksheet is one file: printable in grey, formulas set, nothing fetched, the answers only in the key."""

from __future__ import annotations

import re
from typing import Any

import pytest

from attention_viz.selection import Selection
from attention_viz.ui import wording
from attention_viz.ui.lessons import worksheets
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.session.examples import DEFAULT
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.wording import LANGUAGES
from attention_viz.ui.work.caches import embedded_model, read

NAMES = list(lesson_files("en"))


@pytest.fixture(scope="module")
def subject() -> Subject:
    model, look = embedded_model(), Selection(text=DEFAULT.first)
    return Subject(model, read(model, look), look)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_can_be_printed_with_and_without_its_answers(
    name: str, language: str, subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "language", lambda: language)
    monkeypatch.setattr(worksheets, "language", lambda: language)
    lesson = read_lesson(lesson_files(language)[name])
    sheet, key = (worksheets.worksheet(lesson, subject, answers=answers) for answers in (False, True))
    questions = [step.question for step in lesson.steps if step.question is not None]
    options = sum(len(question.options) for question in questions)
    assert (sheet.count("☐"), sheet.count("☒")) == (options, 0)
    certain = key.count("☒")
    assert certain + key.count("☐") == options
    assert certain == len(questions)
    for step in lesson.steps:
        assert not step.advice or step.advice.split("{{")[0][:60] not in sheet + key, (
            "what is changed on the screen is not on paper"
        )
    for page in (sheet, key):
        assert "{{" not in page
        assert page.count("<section>") == len(lesson.steps)
        assert not re.search(r"(?:src|href)=", re.sub(r"xlink:href=\"#[^\"]*\"", "", page)), "nothing is fetched"
        assert "@page { size: A4" in page
        assert "grayscale(1)" in page
    formulas = sum(len(step.formulas) for step in lesson.steps)
    assert sheet.count('<p class="formula">') == formulas
    assert sheet.count("<svg") >= formulas


def test_all_lessons_are_one_document_with_the_keys_behind(subject: Subject) -> None:
    lessons = [read_lesson(path) for path in list(lesson_files("en").values())[:2]]
    page = worksheets.booklet(lessons, subject)
    kinds = re.findall(r"<article><h1>Lesson (\d):.*?<strong>(Worksheet|Answer key)</strong>", page)
    assert kinds == [("1", "Worksheet"), ("2", "Worksheet"), ("1", "Answer key"), ("2", "Answer key")]
    assert page.count("<!doctype html>") == 1
    assert "break-before: page" in page


def test_a_worksheet_takes_what_is_looked_at_into_its_pictures(subject: Subject) -> None:
    lesson = read_lesson(lesson_files("en")["patterns"])
    assert "animal" in worksheets.worksheet(lesson, subject, answers=False)


@pytest.mark.parametrize("answers", [False, True])
def test_marks_of_the_text_are_set_and_the_rest_is_escaped(answers: bool, tmp_path: Any) -> None:
    path = tmp_path / "10-small.toml"
    path.write_text(
        """
title = "A <b>title</b>"
after = "One knows."
shows = ["M1"]
picture = "look_up"
[[steps]]
text = "A **strong** word, $q_1$ and <script>."
question = "Is {{best_item}} it?"
options = ["{{score:.1f}}", "<i>"]
answer = 1
because = "So."
""",
        encoding="utf-8",
    )
    page = worksheets.worksheet(read_lesson(path), answers=answers)
    assert "<strong>strong</strong>" in page
    assert "<script>" not in page
    assert "A &lt;b&gt;title" in page
    assert "Is honey it?" in page
    assert "6.0" in page
    assert ("So." in page) is answers
