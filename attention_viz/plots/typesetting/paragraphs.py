"""Paragraphs: where each token of a text stands, in lines that run the way of their script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from attention_viz.attention import Tokens
from attention_viz.characters import Direction
from attention_viz.plots.typesetting.bidi import levels, mirrored, visual_order
from attention_viz.plots.typesetting.font_files import glyphs
from attention_viz.plots.typesetting.fonts import POINTS, is_named, lacking, width
from attention_viz.plots.typesetting.labels import written
from attention_viz.plots.typesetting.wrapping import may_break

MOST_TOKENS = 2_000
"""Tokens beyond which the rest of a text is left out."""
SIZE = 12.0
"""Of the font, in points."""
TEXT_WIDTH, LINE, HIGH = 6.5, 0.32, 0.26
"""Usual width of the text, from one line to the next, and height of a coloured token, in inches."""
PAD, SPACE, PARAGRAPH = 0.045, 0.05, 0.14
"""Ground beside a token, space between two words, and between two texts, in inches."""
LONGEST = 60
"""Columns of the longest token; a longer one is cut in the middle."""
CURSIVE = ("ARABIC LETTER", "SYRIAC LETTER", "NKO LETTER", "MANDAIC LETTER", "MONGOLIAN LETTER", "ADLAM")
"""Scripts whose letters are joined into words, as their characters' names begin."""
JOINER = "\u200d"
OBJECT = "\ufffc"
"""What a token that is no part of the text counts as when its place in a line is sought: something without a direction."""


@dataclass(frozen=True)
class Word:
    """A token on its place: x, y of its upper left corner and its width, in inches; text in the font of the file `path`.

    piece : goes on with the word before it
    coded : some of its characters have no font and stand as their code points
    space : so many inches between it and the token before it in its line
    """

    position: int
    text: str
    path: str
    piece: bool
    coded: bool
    width: float
    space: float = 0.0
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Paragraphs:
    """The words of one side of the attention, how wide and how far down they reach, in inches."""

    tokens: Tokens
    words: tuple[Word, ...]
    width: float
    foot: float

    def down_to(self, foot: float) -> Paragraphs:
        """Those of the words that stand above this height."""
        return replace(self, words=tuple(word for word in self.words if word.y + HIGH <= foot))


def paragraphs(tokens: Tokens, top: float, available: float = TEXT_WIDTH, preferred: str | None = None) -> Paragraphs:
    """Where does each token stand? In lines as long as `available` inches, one paragraph per text.

    top : of the first line, in inches; preferred: a font file to try first
    A text whose first letter runs right to left has lines that do, from the right edge; words and numbers of the other
    direction run their own way in them (UAX 9).
    """
    lines = list(_lines(tokens, available, preferred))
    widest = max(sum(word.space + word.width for word in line) for line in lines)
    words: list[Word] = []
    y = top - LINE
    for segment, group in groupby(lines, key=lambda line: tokens.segments[line[0].position]):
        way = tokens.directions[segment]
        depths = _depths(tokens, segment, way)
        y += PARAGRAPH * bool(words)
        for line in group:
            y += LINE
            words += _placed(line, depths, way, widest, y)
    return Paragraphs(tokens, tuple(sorted(words, key=lambda word: word.position)), widest, y + HIGH)


def _lines(tokens: Tokens, available: float, preferred: str | None) -> Iterator[list[Word]]:
    """The words in their order, broken where a line or a text ends."""
    line: list[Word] = []
    x = 0.0
    for part in _unbroken(tokens, range(min(len(tokens), MOST_TOKENS))):
        first = part[0]
        words = [_measured(tokens, position, preferred) for position in part]
        space = SPACE if line and spaced(tokens, first) else 0.0
        ends = first > 0 and tokens.segments[first] != tokens.segments[first - 1]
        if line and (ends or x + space + sum(word.width for word in words) > available):
            yield line
            line, x, space = [], 0.0, 0.0
        for word in words:
            if line and x + space + word.width > available:
                yield line
                line, x, space = [], 0.0, 0.0
            line.append(replace(word, space=space))
            x, space = x + space + word.width, 0.0
    yield line


def _placed(
    line: Sequence[Word], depths: dict[int, tuple[int, int]], way: Direction, available: float, y: float
) -> list[Word]:
    """The words of a line from left to right; one that runs right to left ends at the right edge.

    depths : of each token, how deep the space before it and it itself are embedded
    """
    parts = [
        part
        for word in line
        for part in ((None, word.space, depths[word.position][0]), (word, word.width, depths[word.position][1]))
    ]
    x = 0.0 if way == "ltr" else available - sum(length for _, length, _ in parts)
    placed = []
    for index in visual_order([depth for *_, depth in parts]):
        word, length, depth = parts[index]
        if word is not None:
            placed.append(replace(word, text=mirrored(word.text) if depth % 2 else word.text, x=x, y=y))
        x += length
    return placed


def _depths(tokens: Tokens, segment: int, way: Direction) -> dict[int, tuple[int, int]]:
    """Of each token of a text, how deep the space before it and it itself are embedded. way : of the whole text"""
    places, text = {}, ""
    for position, letters in zip(_positions(tokens, segment), _letters(tokens, segment), strict=True):
        gap = " " * (text != "" and spaced(tokens, position))
        places[position] = (len(text), len(text) + len(gap))
        text += gap + letters
    found = levels(text, way)
    return {position: (found[gap], found[place]) for position, (gap, place) in places.items()}


def _positions(tokens: Tokens, segment: int) -> list[int]:
    return [position for position, each in enumerate(tokens.segments[:MOST_TOKENS]) if each == segment]


def _letters(tokens: Tokens, segment: int) -> list[str]:
    """What each token of a text counts as when directions are sought."""
    return [
        OBJECT if tokens.special[position] else tokens.surfaces[position] or OBJECT
        for position in _positions(tokens, segment)
    ]


def _unbroken(tokens: Tokens, positions: Sequence[int]) -> Iterator[list[int]]:
    """Tokens between which a line is not broken: the pieces of a word, and the comma after it."""
    part: list[int] = []
    for position in positions:
        if part and (spaced(tokens, position) or _may_part(tokens, position)):
            yield part
            part = []
        part.append(position)
    yield part


def _may_part(tokens: Tokens, position: int) -> bool:
    before, after = tokens.surfaces[position - 1], tokens.surfaces[position]
    if tokens.segments[position - 1] != tokens.segments[position] or not before or not after:
        return True
    return may_break(before[-1], after[0])


def spaced(tokens: Tokens, position: int) -> bool:
    """Has the text a space before this token? Where the places of tokens are not known, all have one but pieces of words."""
    if position == 0 or tokens.special[position] or tokens.special[position - 1]:
        return True
    before, (start, stop) = tokens.spans[position - 1], tokens.spans[position]
    return start > before[1] if stop > 0 else not tokens.texts[position].startswith("##")


def _joined(tokens: Tokens, position: int) -> bool:
    """Do letters of a script that joins them meet before this token, so that they keep the forms that they have in the word?"""
    if not 0 < position < len(tokens) or spaced(tokens, position):
        return False
    before, after = tokens.surfaces[position - 1][-1:], tokens.surfaces[position][:1]
    return is_named(before, CURSIVE) and is_named(after, CURSIVE)


def _measured(tokens: Tokens, position: int, preferred: str | None) -> Word:
    """A token as it is written, with the ground beside it, and not yet on its place."""
    token = tokens.labels[position]
    piece = token.startswith("##") and len(token) > 2
    token = token[2:] if piece else token
    text, path = written(token, preferred, LONGEST)
    if ord(JOINER) in glyphs(path):
        text = JOINER * _joined(tokens, position) + text + JOINER * _joined(tokens, position + 1)
    return Word(position, text, path, piece, lacking(token, path), width(text, path, SIZE) / POINTS + 2 * PAD)
