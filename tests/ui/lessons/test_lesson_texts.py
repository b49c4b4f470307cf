"""Lessons are text files: what stands in them is checked, both languages say the same, and nothing that is to be shown is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from attention_viz.errors import InputError
from attention_viz.ui.lessons import lesson_texts
from attention_viz.ui.lessons.lesson import MECHANISMS, PICTURES, Lesson, Step, pictures
from attention_viz.ui.lessons.lesson_settings import Settings, picture_of
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.lessons.placeholders import PLACE, fill
from attention_viz.ui.wording import LANGUAGES

NAMES = list(lesson_files("en"))
GUIDE = (Path(__file__).parents[3] / "docs" / "lessons.md").read_text(encoding="utf-8")
SMALL = """
title = "A title"
after = "One knows."
shows = ["M1"]
picture = "look_up"
[[steps]]
text = "A text."
question = "Which?"
options = ["this", "that"]
answer = 2
because = "So it is."
"""


def lesson(language: str, name: str) -> Lesson:
    return read_lesson(lesson_files(language)[name])


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "10-small.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_every_mechanism_is_shown_by_a_lesson(mechanism: str) -> None:
    assert any(mechanism in lesson("en", name).shows for name in NAMES)


def test_the_table_of_mechanisms_has_no_gap() -> None:
    assert [f"M{number}" for number in range(1, 13)] == list(MECHANISMS)


def test_lessons_are_numbered_from_one_without_a_gap() -> None:
    assert [lesson("en", name).number for name in NAMES] == list(range(1, len(NAMES) + 1))


def test_every_language_has_a_file_of_its_own_for_every_lesson() -> None:
    for language in LANGUAGES:
        assert [path.parents[1].name for path in lesson_files(language).values()] == [language] * len(NAMES)


OF_A_SENTENCE = {"model", "layer", "head", "reader"}
"""Settings that say where a sentence shows something: another sentence does so elsewhere."""


def shape(step: Step) -> dict[str, Any]:
    """What must be the same in every language: all but the words."""
    texts = (
        step.text,
        step.advice,
        step.paper,
        step.solution,
        *([step.question.asked, step.question.because, *step.question.options] if step.question else []),
        *(step.question.wrong if step.question else ()),
    )
    return {
        "picture": step.picture,
        "settings": {
            name: wordless(value) for name, value in step.settings(False).items() if name not in OF_A_SENTENCE
        },
        "revealed": {name: wordless(value) for name, value in step.revealed.items()},
        "change": step.change,
        "formula": step.formula,
        "paper": (bool(step.paper), bool(step.solution)),
        "reasons": step.question and [bool(each) for each in step.question.wrong],
        "answer": step.question and (step.question.answer, len(step.question.options)),
        "numbers": sorted(match[0] for text in texts for match in PLACE.finditer(text)),
    }


def wordless(value: Any) -> Any:
    return [wordless(each) for each in value] if isinstance(value, list) else "" if isinstance(value, str) else value


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_lesson_is_the_same_in_another_language_but_for_its_words(name: str, language: str) -> None:
    english, other = lesson("en", name), lesson(language, name)
    assert [shape(step) for step in other.steps] == [shape(step) for step in english.steps]
    assert (other.shows, other.number) == (english.shows, english.number)


@pytest.mark.parametrize("name", NAMES)
def test_the_chinese_of_a_lesson_is_chinese(name: str) -> None:
    this = lesson("zh", name)
    for text in (this.title, this.after, *(step.text for step in this.steps), *(step.advice for step in this.steps)):
        assert not text or re.search("[\u4e00-\u9fff]", text), text
        assert not re.search(r"[\u4e00-\u9fff][,;:!?](?!\w)", text), text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_has_a_question_and_something_to_change(name: str, language: str) -> None:
    this = lesson(language, name)
    assert any(step.question for step in this.steps)
    assert any(step.change and step.advice for step in this.steps)
    assert all(bool(step.change) == bool(step.advice) for step in this.steps)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_answer_has_its_reason(name: str, language: str) -> None:
    for step in lesson(language, name).steps:
        if step.question is not None:
            right = step.question.answer
            lacking = [option for option, text in enumerate(step.question.wrong, start=1) if not text]
            assert len(step.question.wrong) == len(step.question.options)
            assert lacking == [right] or (isinstance(right, str) and len(lacking) <= 1), step.question.asked


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_has_a_task_for_paper_that_needs_no_screen(name: str, language: str) -> None:
    tasks = [(step.paper, step.solution) for step in lesson(language, name).steps if step.paper]
    assert tasks
    for task, solution in tasks:
        assert solution
        assert not re.search("slide|click|press|type|滑块|点击|按“|输入", task, re.I)


def test_every_picture_is_used_by_a_lesson() -> None:
    used = {step.picture for name in NAMES for step in lesson("en", name).steps}
    assert used == set(pictures())


def test_a_lesson_that_lacks_a_language_is_shown_in_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "en" / "lessons").mkdir(parents=True)
    (tmp_path / "en" / "lessons" / "1-only.toml").write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(lesson_texts, "LOCALE", tmp_path)
    assert read_lesson(lesson_files("zh")["only"]).title == "A title"


def test_a_lesson_that_reuses_a_picture_needs_no_code(tmp_path: Path) -> None:
    this = read_lesson(written(tmp_path, SMALL))
    assert (this.number, this.name, this.shows) == (10, "small", ("M1",))
    assert this.steps[0].question is not None
    assert this.steps[0].question.right({}) == 2


def test_what_is_right_may_be_a_number_of_the_picture(tmp_path: Path) -> None:
    question = read_lesson(written(tmp_path, SMALL.replace("answer = 2", 'answer = "best"'))).steps[0].question
    assert question is not None
    assert [question.right({"best": best}) for best in (1, 2, 3, "this")] == [1, 2, None, None]
    assert question.right({}) is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("title = ", "title ", "is not TOML"),
        ('title = "A title"', "", "lacks 'title'"),
        ("after", "afterwards", "lacks 'after'"),
        ('picture = "look_up"', 'picture = "nothing"', "'nothing', which is not there. Choose one of .*look_up"),
        ('"M1"', '"M99"', "shows M99"),
        ("because = ", "reason = ", "lacks 'because'"),
        ("text = ", 'colour = "red"\ntext = ', "has 'colour'"),
        ("answer = 2", "answer = 3", "2 options and the answer 3"),
        ('["this", "that"]', '["this"]', "1 options"),
        ("because = ", 'wrong = ["No."]\nbecause = ', "2 options and 1 reasons"),
        ("answer = 2", "answer = 2.5", "lacks 'answer', or it is of another kind"),
        ("answer = 2", "answer = true", "lacks 'answer', or it is of another kind"),
        ('["this", "that"]', '["this", 2]', "lacks 'options', or it is of another kind"),
        ("[[steps]]", "[steps]", "lacks 'steps', or it is of another kind"),
        ("text = ", 'change = "row"\ntext = ', "lacks 'change', or it is of another kind"),
        ("title = ", "number = 1\ntitle = ", "has 'number'"),
    ],
)
def test_what_is_wrong_in_a_lesson_is_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read_lesson(written(tmp_path, SMALL.replace(old, new, 1)))


def test_a_lesson_is_called_by_number_and_name(tmp_path: Path) -> None:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(InputError, match=r"10-name\.toml"):
        read_lesson(path)


def test_the_lesson_that_the_readme_shows_is_one(tmp_path: Path) -> None:
    [shown] = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.M | re.S)
    step = read_lesson(written(tmp_path, shown)).steps[0]
    answered = picture_of(step.picture)(Settings(step.settings(True)))
    assert step.question is not None
    assert int(step.question.options[1]) == answered.facts["n_read"]
    assert fill(step.question.because, answered.facts) == "It reads 3 keys, and the row still adds up to 1.0000."


def test_the_readme_names_every_picture_with_every_setting() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|$", GUIDE, re.M))
    assert {name: set(rows[name].split(", ")) for name in pictures()} == {
        name: set(ASKED.findall(code))
        | more(name)
        | ({"model"} if re.search(r"settings\.(own_)?reading\(", code) else set())
        for name in pictures()
        for code in [(PICTURES / f"{name}.py").read_text(encoding="utf-8")]
    }


ASKED = re.compile(r"settings\.(?:choose|number|count|switch|table|words)\(\s*\"(\w+)\"")


def more(name: str) -> set[str]:
    """Settings whose names stand in a list of their own."""
    return {"Wq", "Wk", "Wv"} if name == "matrices" else set()
