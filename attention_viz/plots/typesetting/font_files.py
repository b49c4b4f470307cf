"""Font files: those that figures are usually set in, the one that was asked for, and the computer's own.

The usual ones are opened by path, so that a figure looks the same on every machine: DejaVu Sans, which matplotlib carries,
and Noto Sans CJK SC, which the package mplfonts carries. Scripts that neither has, such as Devanagari, are set in a font of
the computer, where there is one.

The caches below hold values that depend on nothing but files of the installation, and never change.
"""

from __future__ import annotations

import importlib.util
import os
from array import array
from bisect import bisect_left
from collections.abc import Set
from functools import cache, lru_cache
from pathlib import Path

import matplotlib
from matplotlib.font_manager import FontProperties, findfont, findSystemFonts
from matplotlib.ft2font import FaceFlags, FT2Font

from attention_viz.errors import SelectionError

NOT_LETTERS = ("lastresort", "adobeblank")
"""Fonts that draw a box for every character there is; how the names of their files begin."""


def font_files(preferred: str | None = None) -> tuple[str, ...]:
    """Which font files are figures set in? In the order they are tried, `preferred` first; without mplfonts only the first."""
    return _usual_files() if preferred is None else (preferred, *_usual_files())


@lru_cache(maxsize=1)
def _usual_files() -> tuple[str, ...]:
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    package = importlib.util.find_spec("mplfonts")  # finds its folder and runs none of it
    if package is None or package.origin is None:
        return (str(latin),)
    chinese = Path(package.origin).parent / "fonts" / "NotoSansCJKsc-Regular.otf"
    return (str(latin), str(chinese)) if chinese.is_file() else (str(latin),)


@lru_cache(maxsize=16)
def glyphs(path: str) -> Set[int]:
    """Which code points does this font file draw?"""
    return frozenset(FT2Font(path).get_charmap())


@lru_cache(maxsize=64)
def family(path: str) -> str:
    """What is the font of this file called? Without what would end a name in a style sheet."""
    return "".join(each for each in FT2Font(path).family_name if each.isalnum() or each in " -_")


@lru_cache(maxsize=64)
def named_font(font: str) -> str:
    """The file of the font that a user names: by its path, or by the family under which it is installed.

    Raises SelectionError where there is no such font, or the file cannot be read as one.
    """
    path = font if os.path.isfile(font) else _installed(font)
    if not _draws_outlines(path):
        raise SelectionError(
            "The file {font} cannot be read as a font with outlines; give a .ttf, .otf or .ttc file, or the name of a font that is installed.",
            font=font,
        )
    return path


def _installed(name: str) -> str:
    try:
        return str(findfont(FontProperties(family=[name]), fallback_to_default=False))
    except ValueError as missing:
        raise SelectionError(
            "There is no font {font} on this computer; give the name of one that is installed, or the path of a .ttf or .otf file.",
            font=name,
        ) from missing


@lru_cache(maxsize=4096)
def font_of_the_system(letter: str) -> str | None:
    """Which file of this computer's fonts draws this letter? None where none does."""
    return next((path for path in _files_of_the_system() if _holds(_covered(path), ord(letter))), None)


@lru_cache(maxsize=1)
def _files_of_the_system() -> tuple[str, ...]:
    """Fonts of this computer, those first that go best with the usual ones: sans serif, upright, of usual weight."""

    def order(path: str) -> tuple[bool, bool, bool, str]:
        stem = Path(path).stem.lower()
        return "notosans" not in stem, "sans" not in stem, "regular" not in stem, stem

    files = [path for path in findSystemFonts() if not Path(path).stem.lower().startswith(NOT_LETTERS)]
    return tuple(sorted(files, key=order))


@cache
def _covered(path: str) -> array[int]:
    """Code points in order, a few bytes each: a computer has hundreds of fonts. None for what cannot be drawn as outlines."""
    return array("I", sorted(FT2Font(path).get_charmap()) if _draws_outlines(path) else ())


def _holds(ordered: array[int], code: int) -> bool:
    place = bisect_left(ordered, code)
    return place < len(ordered) and ordered[place] == code


def _draws_outlines(path: str) -> bool:
    """Is this a font file, and not one of coloured pictures?"""
    try:
        return FaceFlags.SCALABLE in FT2Font(path).face_flags
    except RuntimeError:  # what FreeType says of a file that is no font
        return False
