"""The order of a line is that of libraqm, which matplotlib shapes words with: another implementation of UAX 9."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags

from attention_viz.characters import direction
from attention_viz.plots.typesetting.bidi import levels, mirrored, visual_order
from attention_viz.plots.typesetting.font_files import font_files


def in_order(text: str) -> list[str]:
    return [text[place] for place in visual_order(levels(text, direction(text)))]


@given(st.text("אבגדabc123,.% +-/:", min_size=1, max_size=16).map(str.strip).filter(bool))
def test_letters_numbers_and_marks_stand_as_libraqm_puts_them(text: str) -> None:
    font = get_font(font_files()[0])
    font.set_size(10, 72)
    assert in_order(text) == [item.char for item in font._layout(text, LoadFlags.NO_HINTING)]


@pytest.mark.parametrize(
    ("text", "depths"),
    [
        ("abc 1,2", [0] * 7),
        ("אב 1,234 ג", [1, 1, 1, 2, 2, 2, 2, 2, 1, 1]),
        ("אב Anna Lee ג", [1, 1, 1, *[2] * 8, 1, 1]),
        ("a אב 12 b", [0, 0, 1, 1, 1, 2, 2, 0, 0]),
        ("م 12", [1, 1, 2, 2]),
        ("", []),
    ],
)
def test_levels_are_even_from_left_to_right_and_odd_the_other_way(text: str, depths: list[int]) -> None:
    assert levels(text, direction(text)) == depths


def test_brackets_are_mirrored_and_marks_turned_but_words_and_numbers_are_not() -> None:
    assert [mirrored(text) for text in ("(", ").", "«", "1,2", "שלום", "a(")] == [")", ".(", "»", "1,2", "שלום", "a("]
