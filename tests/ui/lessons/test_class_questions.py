"""The questions of a class: eight in every language, counted as numbers, and no more of them than a bound."""

from __future__ import annotations

import pytest

from attention_viz.ui.lessons import class_counts
from attention_viz.ui.lessons.class_counts import ClassCounts
from attention_viz.ui.lessons.class_questions import class_questions
from attention_viz.ui.wording import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_eight_with_the_same_answers_in_every_language(language: str) -> None:
    english, other = class_questions("en"), class_questions(language)
    assert len(other) == 8
    assert [(each.answer, len(each.options)) for each in other] == [
        (each.answer, len(each.options)) for each in english
    ]
    for each in other:
        assert [bool(reason) for reason in each.wrong] == [
            option != each.answer for option in range(1, len(each.options) + 1)
        ]


def test_answers_are_counted_by_question_and_option() -> None:
    counts = ClassCounts()
    counts.add("before", [1, 2])
    counts.add("before", [1, 1])
    counts.add("after", [2, 2])
    assert counts.chosen("before") == {(1, 1): 2, (2, 2): 1, (2, 1): 1}
    assert (counts.sheets("before"), counts.sheets("after")) == (2, 1)


def test_no_more_are_counted_than_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(class_counts, "MOST_SHEETS", 2)
    counts = ClassCounts()
    for _ in range(5):
        counts.add("before", [1])
    assert (counts.sheets("before"), counts.chosen("before")) == (2, {(1, 1): 2})


def test_a_new_round_begins_with_zero() -> None:
    counts = ClassCounts()
    counts.add("after", [3])
    counts.begin_anew()
    assert (counts.round, counts.sheets("after"), counts.chosen("after")) == (1, 0, {})
