"""Every lesson, walked from its first step to its last in both languages, without a browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from chosen import widget
from figures import numbers
from streamlit.testing.v1 import AppTest

from attention_viz.ui.lessons import class_form
from attention_viz.ui.lessons.class_counts import ClassCounts
from attention_viz.ui.lessons.lesson import Lesson
from attention_viz.ui.lessons.lesson_texts import lesson_files, read_lesson
from attention_viz.ui.wording import LANGUAGES, catalogue

ROOT = Path(__file__).parents[2]
NAMES = list(lesson_files("en"))
PAGE = f"""
import runpy
from attention_viz.ui.session.state import begin
begin()
runpy.run_path({str(ROOT / "pages" / "lessons.py")!r})
"""
"""The page alone: the app around it would open Explore first."""


def opened(language: str = "en", **address: str) -> AppTest:
    page = AppTest.from_string(PAGE, default_timeout=150)
    page.session_state["language"] = language
    for name, value in address.items():
        page.query_params[name] = value
    return well(page.run())


def well(page: AppTest) -> AppTest:
    assert not page.exception, page.exception
    assert not page.error, [each.value for each in page.error]
    return page


def press(page: AppTest, language: str, label: str) -> AppTest:
    translated = catalogue(language).gettext(label)
    return well(next(button for button in page.button if button.label == translated).click().run())


def answer(page: AppTest, language: str, option: int) -> AppTest:
    question = next(radio for radio in page.radio if (radio.key or "").startswith("lessons answer"))
    return press(well(question.set_value(option).run()), language, "Show the answer")


def told(page: AppTest) -> str:
    return " ".join(element.value for element in page.markdown).replace("\\", "")


def picture(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def changeable(page: AppTest, lesson: Lesson, step: int) -> set[str]:
    """The settings that have a widget."""
    prefix = f"lesson {lesson.name} {step + 1}"
    return {
        name
        for name in lesson.steps[step].change
        if f"{prefix} {name}" in page.session_state or f"{prefix} {name} kept" in page.session_state
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_walked_from_its_first_question_to_its_last(name: str, language: str) -> None:
    lesson = read_lesson(lesson_files(language)[name])
    page = opened(language, lesson=name)
    for number, step in enumerate(lesson.steps):
        assert step.text.replace("\\", "")[:12] in told(page)
        assert "{{" not in told(page)
        if step.question is not None:
            assert changeable(page, lesson, number) == set(), "nothing to play with before the answer"
            page = answer(page, language, 1)
            assert "{{" not in told(page)
        assert changeable(page, lesson, number)
        last = number + 1 == len(lesson.steps)
        page = press(page, language, "Done" if last else "Next")
    assert page.session_state["lessons place"] is None


def test_the_list_says_what_one_will_know_and_how_far_one_is() -> None:
    page = opened()
    lesson = read_lesson(lesson_files("en")["masks"])
    assert lesson.after in " ".join(caption.value for caption in page.caption).replace("\\", "")
    page.button(key="open masks").click()
    page = press(answer(well(page.run()), "en", 1), "en", "All lessons")
    assert f"1 of {len(lesson.steps)} questions answered" in " ".join(caption.value for caption in page.caption)


def test_the_answer_is_shown_after_the_question_and_not_before() -> None:
    page = opened(lesson="look-up")
    assert numbers(picture(page), "Q, what is asked for").tolist() == [[2.0, 0.0]]
    assert picture(page).count("<td class=none>?") == 4
    assert "It is" not in told(page)
    page = answer(page, "en", 4)
    assert numbers(picture(page), "1. scores, Q Kᵀ").tolist() == [[6.0, 4.0, 2.0, 2.0]]
    assert "It is: honey" in told(page)


def test_a_wrong_answer_gets_its_reason_and_a_right_one_none() -> None:
    assert "a small number in the key" in told(answer(opened(lesson="look-up"), "en", 4)).lower()
    assert "a small number in the key" not in told(answer(opened(lesson="look-up"), "en", 1)).lower()


def test_the_end_of_a_lesson_leads_to_the_next() -> None:
    page = opened(lesson="look-up", step="5")
    page = well(next(button for button in page.button if button.label.startswith("Next lesson")).click().run())
    assert page.session_state["lessons place"] == ("scores", 0)
    assert not any("Next lesson" in button.label for button in opened(lesson="cut", step="3").button)


def test_a_number_typed_into_a_cell_is_calculated_with() -> None:
    page = answer(opened(lesson="look-up"), "en", 1)
    assert '<input type="number" step="any" value="2"' in picture(page)
    assert "<input" not in picture(opened(lesson="look-up")), "nothing to type into before the answer"


def test_a_right_answer_is_called_right() -> None:
    assert "Right: honey" in told(answer(opened(lesson="look-up"), "en", 1))


def test_what_is_changed_changes_the_picture_and_the_text_and_can_be_undone() -> None:
    page = answer(opened(lesson="look-up", step="2"), "en", 2)
    before = picture(page)
    page = well(widget(page.slider, "lesson look-up 2 temperature").set_value(5.0).run())
    assert picture(page) != before
    assert "now 5.0" in told(page)
    assert "Right: the value of the item" in told(page), "the right answer is that of the question, whatever is changed"
    assert picture(press(page, "en", "As it was")) == before


def test_a_matrix_that_was_edited_is_calculated_with_when_one_comes_back_to_it() -> None:
    page = opened(lesson="look-up")
    page.session_state["lesson look-up 1 queries kept"] = [[0.0, 2.0]]
    page = answer(page, "en", 1)
    assert numbers(picture(page), "Q, what is asked for").tolist() == [[0.0, 2.0]]
    assert "carrot has the score 6" in told(page)
    assert "Right: honey" in told(page)
    page = press(page, "en", "As it was")
    assert numbers(picture(page), "Q, what is asked for").tolist() == [[2.0, 0.0]]


def test_heads_that_do_not_fit_are_told_and_the_lesson_goes_on() -> None:
    page = answer(opened(lesson="heads"), "en", 2)
    page = widget(page.slider, "lesson heads 1 n_heads").set_value(5).run()
    assert not page.exception
    assert "does not divide into 5 heads" in page.error[0].value.replace("\\", "")
    assert not press(page, "en", "As it was").error


@pytest.mark.parametrize(("step", "shown"), [("3", 3), ("99", 5), ("x", 1), ("-2", 1)])
def test_the_address_opens_a_lesson_at_its_step(step: str, shown: int) -> None:
    page = opened(lesson="layers", step=step)
    assert any(caption.value == f"Step {shown} of 5" for caption in page.caption)


def test_an_address_that_names_no_lesson_opens_the_list() -> None:
    assert opened(lesson="nothing").button(key="open look-up")


def test_answers_and_changes_are_still_there_after_another_lesson() -> None:
    page = answer(opened(lesson="masks"), "en", 2)
    page = well(widget(page.slider, "lesson masks 1 valid").set_value(2).run())
    page = press(page, "en", "All lessons")
    page = well(page.button(key="open scores").click().run())
    page = press(page, "en", "All lessons")
    page = well(page.button(key="open masks").click().run())
    assert widget(page.slider, "lesson masks 1 valid").value == 2
    assert "Right: they grow" in told(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_training_is_started_watched_and_its_snapshots_looked_at(language: str) -> None:
    page = answer(opened(language, lesson="training"), language, 2)
    page = press(well(widget(page.slider, "lesson training 1 seed").set_value(11).run()), language, "Train")
    [run] = page.session_state["lesson training 1 work"].values()
    job: Any = run.ticket
    while not job.done:
        job.keep_alive()
        job.job.stop.wait(0.1)
    run.begun -= 60  # all of it has been shown
    page = well(page.run())
    assert job.result[4][-1].accuracy == 1.0
    sequence = " ".join(str(int(each)) for each in job.result[4][-1].given)
    assert sequence in picture(page)
    slider = widget(page.slider, "lesson training 1 snapshot")
    assert slider.value == slider.max == len(job.result[4])
    page = well(slider.set_value(1).run())
    assert " ".join(str(int(each)) for each in job.result[4][0].answered) in picture(page)
    _another_sees_nothing_of_it(language)
    page = press(page, language, "Train again")
    [again] = page.session_state["lesson training 1 work"].values()
    assert (again is not run, again.key) == (True, run.key)


def _another_sees_nothing_of_it(language: str) -> None:
    """Who comes with a fresh browser has the untrained network, and a button."""
    page = answer(opened(language, lesson="training"), language, 2)
    page = well(widget(page.slider, "lesson training 1 seed").set_value(11).run())
    assert any(button.label == catalogue(language).gettext("Train") for button in page.button)
    assert not any((slider.key or "").startswith("lesson training 1 snapshot") for slider in page.slider)


def test_the_picture_before_the_answer_does_not_say_how_good_the_network_is() -> None:
    page = opened(lesson="training")
    assert "accuracy" not in picture(page)
    assert "answered" not in picture(page)
    assert not any(button.label == "Train" for button in page.button)


def test_the_questions_of_a_class_are_answered_once_and_counted_without_names(monkeypatch: pytest.MonkeyPatch) -> None:
    counts = ClassCounts()
    monkeypatch.setattr(class_form, "class_counts", lambda: counts)
    page = opened(questions="after")
    for number in range(1, 9):
        radio = next(each for each in page.radio if (each.key or "").startswith(f"class after {number} "))
        page = well(radio.set_value(1).run())
    page = press(page, "en", "Hand in")
    assert counts.sheets("after") == 1
    assert counts.chosen("after") == {(number, 1): 1 for number in range(1, 9)}
    assert "Each weight is a share of the whole" in told(page)
    assert not any(button.label == "Hand in" for button in page.button)
