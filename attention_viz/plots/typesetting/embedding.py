"""Embedding: the letters of a font file that a picture needs, as files take them."""

from __future__ import annotations

import base64
import io
from collections import defaultdict
from functools import lru_cache

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter, load_font
from fontTools.ttLib import TTFont, newTable
from matplotlib.figure import Figure
from matplotlib.text import Text

from attention_viz.plots.typesetting.font_files import family

OPENTYPE_POSTSCRIPT = b"OTTO"
"""How a font file with PostScript outlines begins (OpenType specification, "Organization of an OpenType font")."""

MAX_ERROR = 0.001
"""By which an outline may move when it is approximated, in parts of the font's size: a hundredth of a point in print."""

NOT_DRAWN = ["FFTM"]
"""Tables that say when a font was made; fontTools does not know how to cut them."""

AS_MEASURED = "text{white-space:pre;unicode-bidi:plaintext}"
"""Blanks stay, and each text runs the way of its first letter, as matplotlib measured it."""


def is_postscript(font: bytes) -> bool:
    return font.startswith(OPENTYPE_POSTSCRIPT)


def as_truetype(content: bytes) -> bytes:
    """The same glyphs in the same order with TrueType outlines: quadratic curves for cubic ones.

    content : a font file with PostScript outlines
    """
    font = TTFont(io.BytesIO(content), recalcTimestamp=False)
    outlines, order = font.getGlyphSet(), font.getGlyphOrder()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, MAX_ERROR * font["head"].unitsPerEm, reverse_direction=True))
        glyphs[name] = pen.glyph()
    for table in {"CFF ", "VORG"} & set(font.keys()):
        del font[table]
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, glyphs
    _describe(font)
    file = io.BytesIO()
    font.save(file, reorderTables=False)
    return file.getvalue()


def _describe(font: TTFont) -> None:
    """The tables that say how the outlines are kept."""
    font.sfntVersion = "\0\1\0\0"
    limits = font["maxp"]
    limits.tableVersion = 0x00010000
    limits.maxZones = 1
    for name in (
        "maxTwilightPoints",
        "maxStorage",
        "maxFunctionDefs",
        "maxInstructionDefs",
        "maxStackElements",
        "maxSizeOfInstructions",
    ):
        setattr(limits, name, 0)
    font["post"].formatType = 3.0
    for name, glyph in font["glyf"].glyphs.items():
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = font["hmtx"][name][0], getattr(glyph, "xMin", 0)


def with_fonts(svg: str, figure: Figure) -> str:
    """The picture with the letters of its words embedded, so that it looks the same where the fonts are not installed."""
    faces = "".join(_face(path, letters) for path, letters in sorted(_used(figure).items()))
    before, tag, after = svg.partition("<defs>")
    return f'{before}{tag}\n  <style type="text/css">{faces}{AS_MEASURED}</style>{after}'


def _used(figure: Figure) -> dict[str, str]:
    """Of each font file the letters that stand in the figure, in order."""
    letters: dict[str, set[str]] = defaultdict(set)
    for artist in figure.findobj(Text):
        path = artist.get_fontproperties().get_file()
        if isinstance(path, str):
            letters[path] |= set(artist.get_text()) - {"\n"}
    return {path: "".join(sorted(each)) for path, each in letters.items() if each}


@lru_cache(maxsize=64)
def _face(path: str, letters: str) -> str:
    """The rule of CSS that holds these letters of a font."""
    options = Options(notdef_outline=True, ignore_missing_unicodes=True)
    options.drop_tables += NOT_DRAWN
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    file = io.BytesIO()
    with load_font(path, options) as font:
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(file, reorderTables=False)
    encoded = base64.b64encode(file.getvalue()).decode()
    return f"@font-face{{font-family:'{family(path)}';src:url(data:font/woff;base64,{encoded}) format('woff')}}"
