from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.errors import TextError
from attention_viz.models.reading.text import clean


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000", "\u2003\x0c"])
def test_a_text_without_anything_to_read_is_refused(text: str) -> None:
    with pytest.raises(TextError, match="empty"):
        clean(text)


@pytest.mark.parametrize("text", [None, 3, b"cat", ("cat", "sun")])
def test_what_is_no_string_is_refused_with_its_type(text: object) -> None:
    with pytest.raises(TextError, match=type(text).__name__):
        clean(text)  # type: ignore[arg-type]


def test_lone_surrogates_nulls_and_controls_become_replacement_characters_and_are_counted() -> None:
    cleaned = clean("a\ud83db\x00c\x1b[31m\x9f")
    assert cleaned.text == "a\ufffdb\ufffdc\ufffd[31m\ufffd"
    assert str(cleaned.notes[0]).startswith("4 characters")


def test_form_feeds_part_words_without_a_note() -> None:
    cleaned = clean("one\x0ctwo\x85three")
    assert cleaned.text == "one two three"
    assert cleaned.notes == ()


@pytest.mark.parametrize(
    "text", ["😀 café", "שלום עולם", "न\u0947", "👩\u200d👩\u200d👧", "$\\frac{", "<script>", "a\tb\r\nc", "\ufeffa"]
)
def test_text_that_can_be_shown_is_left_alone(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.text == text
    assert cleaned.notes == ()


@given(st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=200))
def test_any_text_keeps_its_length_and_can_be_encoded(text: str) -> None:
    if not text.strip():
        return
    cleaned = clean(text).text
    assert len(cleaned) == len(text)
    cleaned.encode("utf-8")
    assert not [each for each in cleaned if unicodedata.category(each) == "Cc" and each not in "\t\n\r"]
    assert clean(cleaned).text == cleaned


def test_words_are_joined_by_spaces_and_each_character_says_whose_it_is() -> None:
    cleaned = clean(["New York", "didn't", "it"])
    assert cleaned.text == "New York didn't it"
    assert cleaned.words is not None
    words = dict.fromkeys(sorted(set(cleaned.words)), "")
    for character, number in zip(cleaned.text, cleaned.words, strict=True):
        words[number] += character
    assert words == {-1: "  ", 0: "New York", 1: "didn't", 2: "it"}


@pytest.mark.parametrize("words", [["cat", ""], ["cat", " "], ["cat", 3], ["cat", None]])
def test_a_list_with_something_else_than_words_is_refused_with_the_place(words: list[object]) -> None:
    with pytest.raises(TextError, match="Word 1 of the text, counted from 0"):
        clean(words)  # type: ignore[arg-type]


def test_no_words_are_an_empty_text() -> None:
    with pytest.raises(TextError, match="empty"):
        clean([])
