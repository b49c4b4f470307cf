"""Halves of surrogate pairs: made readable, one for one or joined, and nothing else is touched. Which way a text runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.characters import direction, joined, readable, readable_values

ANY = st.text(st.characters(codec=None, exclude_categories=()))


@given(ANY)
def test_what_is_readable_fits_into_a_file_and_is_as_long_as_before(text: str) -> None:
    found = readable(text)
    found.encode()
    assert len(found) == len(text)
    assert all(new == old or 0xD800 <= ord(old) <= 0xDFFF for new, old in zip(found, text, strict=True))


@given(ANY)
def test_what_is_joined_fits_into_a_file(text: str) -> None:
    joined(text).encode()


def test_two_halves_are_one_character_only_where_they_are_joined() -> None:
    assert joined("\ud83d\ude00 \ud83d") == "\U0001f600 \ufffd"
    assert readable("\ud83d\ude00 \ud83d") == "\ufffd\ufffd \ufffd"


def test_only_texts_among_the_values_are_changed() -> None:
    values = {"text": "a\udc00", "layer": 3, "queries": [1]}
    assert readable_values(values) == {"text": "a\ufffd", "layer": 3, "queries": [1]}


@pytest.mark.parametrize(
    "text",
    [
        "\u05e9\u05dc\u05d5\u05dd Anna",  # Hebrew
        "1,234 \u05e9\u05e7\u05dc",  # digits are not strong
        "\u0645\u0631\u062d\u0628\u0627 123",  # Arabic
        "\u00ab\u0633\u0644\u0627\u0645\u00bb",  # Persian, in quotation marks
        "\u2067\u05d0 b\u2069 \u05d2",  # what is isolated does not count
        "\u2066abc\u2069 \u05d2",
        "\u2069\u05d0",  # an end without a beginning
        "\u200f123",  # the right-to-left mark itself
    ],
)
def test_a_text_whose_first_strong_character_is_hebrew_or_arabic_runs_right_to_left(text: str) -> None:
    assert direction(text) == "rtl"


@pytest.mark.parametrize(
    "text", ["", "123", "Anna \u05e9\u05dc\u05d5\u05dd", "\u4f60\u597d", "\u2067\u05d0\u2069 b", "\u2068\u05d0 b", "?!"]
)
def test_any_other_text_runs_left_to_right(text: str) -> None:
    assert direction(text) == "ltr"
