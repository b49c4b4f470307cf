"""Lines: a text file read line by line, whatever stands in it; no line is held that is too long to be a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Literal

from attention_viz.corpus.sources.item import Item
from attention_viz.errors import TextError

MOST_BYTES = 1_000_000
"""Bytes of one line, and of one text: a longer one is an error, and is skipped without being held."""

Split = Literal["line", "paragraph"]


def lines(file: IO[bytes]) -> Iterator[str | Item]:
    """Each line without its end, or what is wrong with it."""
    number = 0
    while line := file.readline(MOST_BYTES + 1):
        number += 1
        if len(line) > MOST_BYTES:
            skip_line(file, line)
            yield Item.broken(
                TextError(
                    "Line {number} has more than {most:,} bytes. Cut it into texts, one a line.",
                    number=number,
                    most=MOST_BYTES,
                )
            )
            continue
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as reason:
            yield Item.broken(
                TextError(
                    "Line {number} is not UTF-8 at byte {place}. Save the file as UTF-8.",
                    number=number,
                    place=reason.start,
                )
            )


def skip_line(file: IO[bytes], line: bytes) -> None:
    """Moves to the end of a line, a piece of it at a time."""
    while line and not line.endswith(b"\n"):
        line = file.readline(MOST_BYTES)


def texts_of_lines(file: IO[bytes], split: Split = "line") -> Iterator[Item]:
    """One text a line, or a paragraph: lines up to an empty one, joined by spaces. Empty lines are no texts."""
    if split == "line":
        yield from (each if isinstance(each, Item) else Item(each) for each in lines(file) if not _is_blank(each))
        return
    for block in blocks(lines(file)):
        broken = [each for each in block if isinstance(each, Item)]
        yield broken[0] if broken else Item(" ".join(map(str, block)))


def _is_blank(line: str | Item) -> bool:
    return isinstance(line, str) and not line.strip()


def blocks(given: Iterable[str | Item]) -> Iterator[list[str | Item]]:
    """Lines up to an empty one. A block that is too long is one error."""
    block: list[str | Item] = []
    size = 0
    for line in given:
        if isinstance(line, str) and not line.strip():
            if block:
                yield block
            block, size = [], 0
            continue
        size += len(line) if isinstance(line, str) else 0
        if size <= MOST_BYTES:
            block.append(line)
        elif not isinstance(block[0], Item):
            block = [
                Item.broken(
                    TextError("A text has more than {most:,} characters. Part texts by an empty line.", most=MOST_BYTES)
                )
            ]
    if block:
        yield block
