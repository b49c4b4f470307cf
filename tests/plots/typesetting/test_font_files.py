"""Scripts that the usual fonts lack are set in a font of the computer, and only fonts that can be drawn are taken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from attention_viz import Attention
from attention_viz.plots import plot_head
from attention_viz.plots.typesetting import font_files
from attention_viz.plots.typesetting.fonts import file_for, spell
from plots.reading import assert_legible, words

NAMASTE = "नमस्ते"


def made_font(path: Path, letters: str, name: str) -> Path:
    """A font file in which each of these letters is a square."""
    pen = TTGlyphPen(None)
    for step, corner in enumerate([(0, 0), (0, 700), (500, 700), (500, 0)]):
        (pen.lineTo if step else pen.moveTo)(corner)
    pen.closePath()
    square = pen.glyph()
    names = [".notdef", *(f"uni{ord(letter):04X}" for letter in letters)]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(names)
    font.setupCharacterMap({ord(letter): f"uni{ord(letter):04X}" for letter in letters})
    font.setupGlyf(dict.fromkeys(names, square))
    font.setupHorizontalMetrics(dict.fromkeys(names, (600, 0)))
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name.replace(" ", "")})
    font.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    font.setupPost()
    font.save(path)
    return path


@pytest.fixture
def fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A computer whose fonts lie in this folder."""

    def forget() -> None:
        font_files._files_of_the_system.cache_clear()
        font_files.font_of_the_system.cache_clear()

    monkeypatch.setattr(font_files, "findSystemFonts", lambda: [str(path) for path in tmp_path.iterdir()])
    forget()
    yield tmp_path
    forget()


def test_devanagari_is_set_in_the_font_of_the_computer_that_has_it(fonts: Path) -> None:
    made_font(fonts / "Other-Regular.ttf", "xyz", "Other")
    path = made_font(fonts / "NotoSansDevanagari-Regular.ttf", NAMASTE, "Made Devanagari")
    assert file_for(NAMASTE) == str(path)
    figure = plot_head(Attention.from_weights(np.eye(2), [NAMASTE, "cat"]), 0, 0)
    assert [label.get_fontname() for label in figure.axes[0].get_yticklabels()] == ["Made Devanagari", "DejaVu Sans"]
    assert words(figure).count(NAMASTE) == 2
    assert "code points" not in " ".join(words(figure))
    assert_legible(figure)


def test_without_such_a_font_code_points_stay_and_the_picture_says_how_to_get_one(fonts: Path) -> None:
    figure = plot_head(Attention.from_weights(np.eye(2), ["न", "cat"]), 0, 0)
    assert words(figure).count("U+0928") == 2
    assert "paper=av.Paper(font=...) names one." in " ".join(words(figure)).replace("\n", " ")


def test_sans_serif_and_upright_goes_before_other_styles(fonts: Path) -> None:
    for name in ("Aaa-Italic", "NotoSerifDevanagari-Regular", "NotoSansDevanagari-Bold", "NotoSansDevanagari-Regular"):
        made_font(fonts / f"{name}.ttf", NAMASTE, name)
    assert Path(file_for(NAMASTE)).stem == "NotoSansDevanagari-Regular"


def test_files_that_are_no_fonts_and_fonts_of_boxes_are_passed_over(fonts: Path) -> None:
    (fonts / "NotoSansBroken-Regular.ttf").write_bytes(b"no font")
    made_font(fonts / "LastResort.ttf", NAMASTE, "Last Resort")
    assert file_for("न") == font_files.font_files()[0]
    path = made_font(fonts / "NotoSansDevanagari-Regular.ttf", NAMASTE, "Made Devanagari")
    font_files._files_of_the_system.cache_clear()
    font_files.font_of_the_system.cache_clear()
    assert file_for("न") == str(path)


def test_a_joiner_stays_where_it_is_part_of_the_spelling() -> None:
    latin = font_files.font_files()[0]
    assert "".join(spell("می\u200cخواهم", latin)) == "می\u200cخواهم"
    assert "".join(spell("a\u200cb", latin)) == "aU+200Cb"


def test_marks_that_no_font_has_stand_as_code_points_of_their_own() -> None:
    assert spell("स्", font_files.font_files()[0]) == ["U+0938", "U+094D"]
