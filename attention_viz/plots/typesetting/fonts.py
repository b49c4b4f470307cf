"""Fonts: which characters a figure can draw, and with which file.

A text is set in the font that has the most of its characters: one that was asked for, those of `font_files`, or, for
characters that none of these has, one of the computer's own. What no font has is written as its code point (U+1F9E0), never
as a box, and characters that show nothing get a visible mark.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from matplotlib.font_manager import FontProperties, get_font
from matplotlib.ft2font import LoadFlags

from attention_viz.plots.typesetting.font_files import family, font_files, font_of_the_system, glyphs

POINTS = 72
"""An inch, in points."""

MARKS = {" ": "␣", "\t": "⇥", "\n": "↵", "\u2581": "␣"}
"""Characters that show nothing, and what stands for them in a token; last the one by which tokenizers write a space, as the live
view shows it."""

UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"}
UNSEEN_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols by category that are nevertheless blank: Hangul fillers and the empty braille pattern."""

JOINERS = "\u200c\u200d"
"""Zero width non-joiner and joiner: Persian and the scripts of India spell words with them."""
JOINING: tuple[str, ...] = (
    "ARABIC",
    "SYRIAC",
    "MONGOLIAN",
    "DEVANAGARI",
    "BENGALI",
    "GURMUKHI",
    "GUJARATI",
    "ORIYA",
    "TAMIL",
    "TELUGU",
)
JOINING += ("KANNADA", "MALAYALAM", "SINHALA", "KHMER", "MYANMAR", "TIBETAN")
"""Scripts whose letters are joined, or stacked; so their characters' names begin."""

DOTTED_CIRCLE = "◌"


def file_for(text: str, preferred: str | None = None) -> str:
    """Which font file draws the most of this text, and then of the marks for its blanks? The earlier of equal ones.

    preferred : a font file that is tried first
    """
    blanks = set(text) & set(MARKS)
    letters = {each for each in text if not _unseen(each)} - blanks

    def drawn(path: str) -> tuple[int, int]:
        has = glyphs(path)
        return sum(ord(each) in has for each in letters), sum(ord(MARKS[each]) in has for each in blanks)

    return max(font_files(preferred) + elsewhere(letters, preferred), key=drawn)


def elsewhere(letters: Iterable[str], preferred: str | None = None) -> tuple[str, ...]:
    """Which fonts of this computer have those of the letters that the usual files lack?"""
    usual = [glyphs(path) for path in font_files(preferred)]
    lacking = sorted(each for each in letters if not any(ord(each) in has for has in usual))
    return tuple(dict.fromkeys(path for path in map(font_of_the_system, lacking) if path is not None))


def lacking(text: str, path: str) -> bool:
    """Has the text visible characters that this font file has not, so that they stand as their code points?"""
    return any(ord(each) not in glyphs(path) for each in text if each not in MARKS and not _unseen(each))


def spell(text: str, path: str, marks: bool = False) -> list[str]:
    """How is each character drawn with this font? One short string for each base character with its combining marks.

    marks : also show spaces, tabs and line ends, as in a token; else they stay what they are, as in a sentence
    Of what shows nothing, a joiner stays where it is part of the spelling: after a letter of a script that joins letters.
    """
    drawn: list[str] = []
    for before, character in pairwise(["", *text]):
        joins = character in JOINERS and is_named(before, JOINING) and ord(character) in glyphs(path)
        shape = character if joins else _shape(character, path, marks)
        combines = unicodedata.category(character)[0] == "M" and shape == character
        if not combines and not (joins and drawn):
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


def is_named(character: str, names: tuple[str, ...]) -> bool:
    """Whether Unicode's name of this character begins with one of these, such as "ARABIC LETTER"; "" has no name."""
    return character != "" and unicodedata.name(character, "").startswith(names)


def _unseen(character: str) -> bool:
    """It shows nothing, and has no mark that stands for it."""
    blank = unicodedata.category(character) in UNSEEN_CATEGORIES or character in UNSEEN_LETTERS
    return blank and character not in MARKS


def in_sentence(text: str, preferred: str | None = None) -> tuple[str, str]:
    """A sentence as it is drawn, and the font file for it, `preferred` where it has as much of it as any other."""
    path = file_for(text, preferred)
    return "".join(spell(text, path)), path


def properties(path: str, size: float) -> FontProperties:
    """The font of this file at this size in points; an SVG names it, while matplotlib opens the file."""
    return FontProperties(family=[family(path)], fname=path, size=size)


def width(drawn: str, path: str, size: float) -> float:
    """How wide is a drawn text, in points?"""
    font = get_font(path)  # matplotlib keeps one for each thread
    font.set_size(size, 72)
    font.set_text(drawn, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64
