"""Embedded metadata: what a picture or a page says about itself, read back without drawing or running it."""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterator
from itertools import islice

MOST_BYTES = 12 * 2**20
"""What a file says about itself at most: two texts of the longest, every character of them escaped, and their tokens."""
DEEPEST = 100
"""Brackets within brackets in a string of a PDF; we write none."""
MOST_MARKS = 4_000_000
"""Brackets and escapes in such a string; the longest texts take half as many."""
MOST_PARTS = 100_000
"""Parts of a PNG that are looked through."""
PNG = b"\x89PNG\r\n\x1a\n"
IN_SVG = re.compile(rb"<dc:description>([^<]*)</dc:description>")
IN_PAGE = re.compile(rb'<meta name="attention-viz" content="([^"]*)">')
IN_PDF = re.compile(rb"/Keywords\s*\(")
LONG_REFERENCE = re.compile(rb"&#[xX]?[0-9a-fA-F]{10}")
"""A character by its number, of more digits than any has: Python refuses to read one of thousands."""
PDF_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
PDF_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b""}


def page_metadata(facts: str) -> str:
    """The line that a page carries in its head."""
    return f'<meta name="attention-viz" content="{html.escape(facts)}">'


def embedded_metadata(content: bytes) -> str | None:
    """The JSON that `picture` or a saved page wrote about itself; None in another file."""
    if content.startswith(PNG):
        return next((text for name, text in _texts_of_png(content) if name == "Description"), None)
    if content.startswith(b"%PDF"):
        return _keywords(content)
    found = IN_PAGE.search(content) or IN_SVG.search(content)
    if found is None or len(found[1]) > MOST_BYTES or LONG_REFERENCE.search(found[1]):
        return None
    return html.unescape(found[1].decode("utf-8", "replace"))


def _texts_of_png(content: bytes) -> Iterator[tuple[str, str]]:
    """(keyword, text) of what is written beside the pixels; what is compressed is left alone."""
    place = len(PNG)
    for _ in range(MOST_PARTS):
        if place + 8 > len(content):
            return
        length, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        name, _, text = body.partition(b"\0")
        if kind == b"tEXt":
            yield name.decode("latin-1"), text.decode("latin-1")
        elif kind == b"iTXt" and text.startswith(b"\0\0"):
            yield name.decode("latin-1"), text[2:].split(b"\0", 2)[-1].decode("utf-8", "replace")
        place += 12 + length


def _keywords(content: bytes) -> str | None:
    """The keywords of a PDF as matplotlib writes them: one string between brackets, with escapes."""
    found = IN_PDF.search(content)
    if found is None:
        return None
    string = content[found.end() : _end_of_string(content, found.end())]
    return PDF_ESCAPE.sub(_unescaped, string).decode("latin-1")


def _end_of_string(content: bytes, start: int) -> int:
    """Where the bracket is closed that was opened before `start`; `start`, where that is nowhere."""
    depth = 1
    for each in islice(re.finditer(rb"\\.|[()]", content[start : start + MOST_BYTES], re.DOTALL), MOST_MARKS):
        depth += {b"(": 1, b")": -1}.get(each[0], 0)
        if not 0 < depth < DEEPEST:
            return start + each.start()
    return start


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return bytes([int(found[1], 8) & 255])
    return PDF_LETTERS.get(found[2], found[2])
