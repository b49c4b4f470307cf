"""Every character is drawn by a font that has it, or as its code point."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.plots.typesetting.font_files import font_files, glyphs
from attention_viz.plots.typesetting.fonts import MARKS, file_for, in_sentence, spell, width

LATIN, CHINESE = font_files()


def test_the_two_files_are_there_and_say_what_they_are() -> None:
    for path, name in ((LATIN, "DejaVu Sans"), (CHINESE, "Noto Sans CJK SC")):
        with TTFont(path, lazy=True) as font:
            assert font["name"].getDebugName(1).startswith(name)


def test_the_glyphs_of_a_file_are_those_its_character_table_lists() -> None:
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            assert glyphs(path) == frozenset(font.getBestCmap())


@pytest.mark.parametrize("text", ["tired", "##ing", "naïve", "Ωμέγα", "привет", "שלום", "مرحبا", "→", "😀", ""])
def test_latin_and_its_neighbours_are_set_in_the_first_font(text: str) -> None:
    assert file_for(text) == LATIN


@pytest.mark.parametrize("text", ["注意力", "第 3 层，第 4 个头", "猫\n", "ひらがな", "한국어"])
def test_chinese_japanese_and_korean_are_set_in_the_second(text: str) -> None:
    assert file_for(text) == CHINESE
    assert "U+" not in in_sentence(text)[0]


@pytest.mark.parametrize(
    ("token", "drawn"),
    [
        (" ", ["␣"]),
        ("\t", ["⇥"]),
        ("a\n", ["a", "↵"]),
        ("\0", ["U+0000"]),
        ("\u200d", ["U+200D"]),
        ("\u202e", ["U+202E"]),
        ("\ud800", ["U+D800"]),
        ("\u3164", ["U+3164"]),
        ("🧠", ["U+1F9E0"]),
        ("ไ", ["U+0E44"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("\u0301", ["◌\u0301"]),
        ("$\\frac{", list("$\\frac{")),
    ],
)
def test_what_shows_nothing_gets_a_mark_and_what_no_font_has_its_code_point(token: str, drawn: list[str]) -> None:
    assert spell(token, LATIN, marks=True) == drawn


def test_a_mark_that_the_font_lacks_is_the_code_point_of_what_it_stands_for() -> None:
    assert spell("\n", CHINESE, marks=True) == ["U+000A"]


def test_spaces_and_line_ends_of_a_sentence_stay() -> None:
    assert in_sentence("two words\nin two lines") == ("two words\nin two lines", LATIN)


@given(text=st.text(max_size=30), marks=st.booleans())
def test_whatever_is_drawn_has_a_glyph(text: str, marks: bool) -> None:
    path = file_for(text)
    drawn = set("".join(spell(text, path, marks)))
    assert {ord(character) for character in drawn - (set() if marks else set(MARKS))} <= glyphs(path)


def test_widths_are_those_of_the_fonts_own_table() -> None:
    with TTFont(LATIN, lazy=True) as font:
        advance = font["hmtx"]["m"][0] / font["head"].unitsPerEm
    assert width("m" * 20, LATIN, 10) == pytest.approx(200 * advance, rel=0.02)
    assert width("中" * 20, CHINESE, 10) == pytest.approx(200, rel=0.02)


@pytest.mark.slow
def test_the_package_of_the_chinese_font_is_found_without_running_it() -> None:
    import subprocess
    import sys

    program = "import sys, attention_viz.plots.typesetting.font_files as fonts; fonts.font_files(); print('mplfonts' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert run.stdout.strip() == "False"
