"""Byte spelling: characters from the bytes that some tokenizers write in their place.

Three spellings are in use: a printable stand-in for each byte, "Ã©" for é and "Ġ" for a space (GPT-2's
`bytes_to_unicode`, and byte-level BPE since); the number of one byte, <0x0A> (SentencePiece's byte fallback); the
character with the number of the byte (ByT5).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

NUMBER = re.compile("<0x([0-9A-F]{2})>")

MARKS = str.maketrans({" ": "␣", "\t": "⇥", "\n": "↵", "\r": "↵"})
"""Blanks, as every picture shows them."""


def _bytes_by_character() -> dict[str, int]:
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in range(256)} | {chr(256 + place): byte for place, byte in enumerate(others)}


BYTES = _bytes_by_character()


def bytes_of(spelling: str) -> bytes | None:
    """The bytes that a spelling may stand for; None where it has a character that stands for none."""
    number = NUMBER.fullmatch(spelling)
    if number:
        return bytes([int(number[1], 16)])
    found = [BYTES.get(character) for character in spelling]
    return bytes(byte for byte in found if byte is not None) if None not in found else None


def may_be_bytes(spelling: str) -> bool:
    """Whether it is written otherwise than the characters it stands for, should it spell bytes."""
    return not spelling.isascii() or NUMBER.fullmatch(spelling) is not None


def decoded(spelling: str) -> str | None:
    """The characters that a spelling of bytes stands for; None where it spells no bytes, or a part of a character."""
    spelled = bytes_of(spelling)
    try:
        return None if spelled is None else spelled.decode("utf-8")
    except UnicodeDecodeError:
        return None


def label(spelling: str, surface: str, parts: Sequence[tuple[int, int]]) -> str:
    """A token as it is shown: characters where bytes are spelled, and the tokenizer's own spelling anywhere else.

    surface : the characters of the text that the token stands for, by which bytes are told from letters like Ã
    parts   : for each of them, which of how many tokens that share it this one is, from 1
    A character that several tokens share stands in each of them: "é(1/2)" and "é(2/2)". Blanks become marks.
    """
    whole = decoded(spelling)
    if whole is not None:
        return whole.translate(MARKS) if _alike(whole, surface) else spelling
    spelled = bytes_of(spelling)
    if spelled is None or len(parts) != len(surface) or all(n == 1 for _, n in parts):
        return spelling
    if spelled.strip() not in surface.encode("utf-8", "replace"):
        return spelling
    blanks = spelled[: len(spelled) - len(spelled.lstrip())].decode("ascii")
    shown = (f"{each}({part}/{n})" if n > 1 else each for each, (part, n) in zip(surface, parts, strict=True))
    return (blanks + "".join(shown)).translate(MARKS)


def _alike(first: str, second: str) -> bool:
    """The same letters, whatever a tokenizer makes of their case, accents and the blanks round them."""
    return _folded(first) == _folded(second)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text).casefold().strip()
    return "".join(character for character in apart if not unicodedata.combining(character))
