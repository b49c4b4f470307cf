"""Halves of surrogate pairs: made readable, one for one or joined, and nothing else is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from attention_viz.characters import joined, readable, readable_values

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
