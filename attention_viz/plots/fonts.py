"""Fonts: which characters a figure can draw, and with which file.

Two files, both opened by path, so that a figure looks the same on every machine: DejaVu Sans, which matplotlib carries, and
Noto Sans CJK SC, which the package mplfonts carries. A text is set in the first that has all of its characters. What
neither has is written as its code point (U+1F9E0), never as a box, and characters that show nothing get a visible mark.

The caches below hold values that depend on nothing but files of the installation, and never change.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from functools import lru_cache
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import FT2Font, LoadFlags

MARKS = {" ": "␣", "\t": "⇥", "\n": "↵", "\u2581": "␣"}
"""Characters that show nothing, and what stands for them in a token; last the one by which tokenizers write a space, as the live
view shows it."""

UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
UNSEEN_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols by category that are nevertheless blank: Hangul fillers and the empty braille pattern."""

DOTTED_CIRCLE = "◌"


@lru_cache(maxsize=1)
def font_files() -> tuple[str, ...]:
    """Which font files are figures set in? In the order they are tried; without mplfonts only the first."""
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    package = importlib.util.find_spec("mplfonts")  # finds its folder and runs none of it
    if package is None or package.origin is None:
        return (str(latin),)
    chinese = Path(package.origin).parent / "fonts" / "NotoSansCJKsc-Regular.otf"
    return (str(latin), str(chinese)) if chinese.is_file() else (str(latin),)


@lru_cache(maxsize=4)
def glyphs(path: str) -> frozenset[int]:
    """Which code points does this font file draw?"""
    return frozenset(FT2Font(path).get_charmap())


def file_for(text: str) -> str:
    """Which font file draws the most of this text, and then of the marks for its blanks? The earlier of equal ones."""
    blanks = set(text) & set(MARKS)
    letters = {each for each in text if not _unseen(each)} - blanks

    def drawn(path: str) -> tuple[int, int]:
        has = glyphs(path)
        return sum(ord(each) in has for each in letters), sum(ord(MARKS[each]) in has for each in blanks)

    return max(font_files(), key=drawn)


def spell(text: str, path: str, marks: bool = False) -> list[str]:
    """How is each character drawn with this font? One short string for each base character with its combining marks.

    marks : also show spaces, tabs and line ends, as in a token; else they stay what they are, as in a sentence
    """
    drawn: list[str] = []
    for character in text:
        shape = _shape(character, path, marks)
        if unicodedata.category(character)[0] != "M":
            drawn.append(shape)
        elif drawn:
            drawn[-1] += shape
        else:
            drawn.append(DOTTED_CIRCLE + shape)  # a mark that combines with nothing
    return drawn


def _shape(character: str, path: str, marks: bool) -> str:
    if not marks and character in MARKS:
        return character
    mark = MARKS.get(character, character)
    return f"U+{ord(character):04X}" if _unseen(character) or ord(mark) not in glyphs(path) else mark


def _unseen(character: str) -> bool:
    """It shows nothing, and has no mark that stands for it."""
    blank = unicodedata.category(character) in UNSEEN_CATEGORIES or character in UNSEEN_LETTERS
    return blank and character not in MARKS


def in_sentence(text: str) -> tuple[str, str]:
    """A sentence as it is drawn, and the font file for it."""
    path = file_for(text)
    return "".join(spell(text, path)), path


def properties(path: str, size: float) -> FontProperties:
    """The font of this file at this size in points."""
    return FontProperties(fname=path, size=size)


def width(drawn: str, path: str, size: float) -> float:
    """How wide is a drawn text, in points?"""
    font = get_font(path)  # matplotlib keeps one for each thread
    font.set_size(size, 72)
    font.set_text(drawn, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64
