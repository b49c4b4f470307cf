"""Prose: the text itself, each token coloured by the attention that it receives."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from attention_viz.attention import Attention, Tokens
from attention_viz.drawing import ROUNDING
from attention_viz.errors import Message
from attention_viz.filters import can_be_read, check_threshold, kept, readers, received
from attention_viz.palettes import ink_on
from attention_viz.plots import wording
from attention_viz.plots.fonts import width
from attention_viz.plots.labels import written
from attention_viz.plots.lines import may_break
from attention_viz.plots.look import Look
from attention_viz.plots.scale import scale_of
from attention_viz.plots.sheet import POINTS, SMALL, Box, Sheet
from attention_viz.plots.wording import Translate

MOST_TOKENS = 2_000
"""Tokens beyond which the rest of a text is left out, and the picture says so."""
SIZE = 12.0
"""Of the font, in points."""
ROOM, LINE, HIGH = 6.5, 0.32, 0.26
"""Width of the text, from one line to the next, and height of a coloured token, in inches."""
PAD, SPACE, PARAGRAPH, HEADING = 0.045, 0.05, 0.14, 0.26
"""Ground beside a token, space between two words, between two texts, and height of a heading, in inches."""
LONGEST = 60
"""Columns of the longest token; a longer one is cut in the middle."""


@dataclass(frozen=True)
class Word:
    """A token on its place: x, y of its upper left corner and its width, in inches; text in the font of the file `path`.

    piece : goes on with the word before it
    """

    position: int
    text: str
    path: str
    piece: bool
    x: float
    y: float
    width: float


@dataclass(frozen=True)
class Paragraphs:
    """The words of one side of the attention, how wide and how far down they reach, in inches."""

    tokens: Tokens
    words: tuple[Word, ...]
    width: float
    foot: float


def plot_text(
    attention: Attention,
    layer: int,
    head: int,
    *,
    queries: Collection[int] = (),
    scale: str = "root",
    theme: str = "light",
    palette: str = "blue",
    exclude: Collection[str] = (),
    renormalise: bool = False,
    pairs: str = "all",
    threshold: float = 0.0,
    title: str | None = None,
    translate: Translate = str,
) -> Figure:
    """Which tokens of the text does this head read? Each on the colour of the attention weight that it receives.

    queries   : positions from 0 of those who read, framed; what several give is summed. () = the mean over all queries
    threshold : tokens that receive less are not coloured
    The other options are those of `plot_head`, but for a root scale, on which faint weights are seen; a sum above 1 is
    coloured up to the highest. Where the tokens that read are others than those that are read, their text stands above. Tokens
    that none of those who read can read have no colour. A long text is drawn up to its 2,000th token, and the picture says so.
    Raises SelectionError as `plot_head` does, and where a query does not exist.
    """
    check_threshold(threshold)
    look = Look(scale, theme, exclude, renormalise, title, translate, palette, pairs)  # the threshold is one of sums
    weights = received(look.seen(attention), layer, head, queries, pairs)
    rows = readers(attention, queries, pairs)
    readable = can_be_read(attention, layer, rows) | (not rows.any())  # all, where nobody reads
    colours = scale_of(_reaching(scale, weights), weights)
    above, read = _sides(attention)
    body = Box(0.3, 0.85, max(above.width, read.width), read.foot)
    notes = [
        _meaning(len(set(queries))),
        *_cut_note(attention),
        *wording.share_note(attention, layer, head, exclude, renormalise),
        *wording.part_note(pairs, 0),
        *wording.faint_note(threshold),
        *(
            []
            if readable.all()
            else [Message("Without a colour: tokens that cannot be read (later ones, outside a window, padding).")]
        ),
    ]
    sheet = Sheet(look, body, 0, notes, colours)
    axes = sheet.axes(body)
    axes.set(xlim=(0, body.width), ylim=(body.height, 0))  # inches
    painted = look.colours(colours.norm(np.where(weights < threshold, 0, weights)))  # (key, channel)
    coloured = np.flatnonzero(kept(attention.key_tokens, exclude) & readable).tolist()
    _write(sheet, axes, read, {key: painted[key] for key in coloured})
    if above is not read:
        _write(sheet, axes, above, None)
        _head(sheet, axes, above, wording.query_axis())
        _head(sheet, axes, read, wording.key_axis())
    _frame(sheet, axes, above, queries)
    sheet.title(axes, body, look.heading(wording.title(layer, head)), above=0.25)
    sheet.colour_bar(ScalarMappable(colours.norm, look.colours), colours)
    return sheet.figure


def _reaching(scale: str, weights: np.ndarray) -> str:
    """What several queries give together may be more than 1: then colours reach up to the highest."""
    return {"unit": "peak", "root": "root_peak"}.get(scale, scale) if weights.max(initial=0) > 1 + ROUNDING else scale


def _meaning(queries: int) -> Message:
    if queries == 0:
        return Message("Colours: the attention weight that a token receives, mean over queries.")
    if queries == 1:
        return Message("Colours: the attention weight that a token receives from the framed one.")
    return Message(
        "Colours: the attention weight that a token receives from the {n} framed ones together.", {"n": queries}
    )


def _cut_note(attention: Attention) -> list[Message]:
    k = max(attention.shape)
    return [Message("The first {n} of {k} are drawn.", {"n": MOST_TOKENS, "k": k})] if k > MOST_TOKENS else []


def _sides(attention: Attention) -> tuple[Paragraphs, Paragraphs]:
    """Those who read and those who are read: the same words where the text reads itself, else one below the other."""
    if attention.query_tokens == attention.key_tokens:
        read = paragraphs(attention.key_tokens, 0.0)
        return read, read
    above = paragraphs(attention.query_tokens, HEADING)
    return above, paragraphs(attention.key_tokens, above.foot + PARAGRAPH + HEADING)


def paragraphs(tokens: Tokens, top: float) -> Paragraphs:
    """Where does each token stand? In lines as long as the room, one paragraph per text. top : of the first line, in inches"""
    words: list[Word] = []
    x, y = 0.0, top
    for part in _unbroken(tokens, range(min(len(tokens), MOST_TOKENS))):
        fits = [_measured(tokens, position) for position in part]
        first = part[0]
        gap = SPACE if x > 0 and spaced(tokens, first) else 0.0
        if first > 0 and tokens.segments[first] != tokens.segments[first - 1]:
            x, y = 0.0, y + LINE + PARAGRAPH
        elif x > 0 and x + gap + sum(each.width for each in fits) > ROOM:
            x, y = 0.0, y + LINE
        else:
            x += gap
        for word in fits:
            if x > 0 and x + word.width > ROOM:
                x, y = 0.0, y + LINE
            words.append(replace(word, x=x, y=y))
            x += word.width
    return Paragraphs(tokens, tuple(words), max(each.x + each.width for each in words), y + HIGH)


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


def _measured(tokens: Tokens, position: int) -> Word:
    """A token as it is written, with the ground beside it, and not yet on its place."""
    token = tokens.labels[position]
    piece = token.startswith("##") and len(token) > 2
    text, path = written(token[2:] if piece else token, LONGEST)
    return Word(position, text, path, piece, 0.0, 0.0, width(text, path, SIZE) / POINTS + 2 * PAD)


def _write(sheet: Sheet, axes: Axes, side: Paragraphs, grounds: Mapping[int, np.ndarray] | None) -> None:
    """Words on their grounds, (red, green, blue, opacity); those without one are quieter. Pieces of words are underlined.

    grounds : None = the side has none
    """
    for word in side.words:
        ground = None if grounds is None else grounds.get(word.position)
        artist = axes.text(word.x + PAD, word.y + HIGH / 2, "", va="center_baseline")
        sheet.set_drawn(artist, word.text, word.path, SIZE, quiet=grounds is not None and ground is None)
        if ground is not None:
            axes.add_patch(Rectangle((word.x, word.y), word.width, HIGH, facecolor=ground, linewidth=0))
            artist.set_color(ink_on(*ground[:3]))
        if word.piece:
            ends = [word.x + PAD, word.x + word.width - PAD]
            axes.plot(ends, [word.y + HIGH - 0.03] * 2, color=artist.get_color(), linewidth=0.6)


def _head(sheet: Sheet, axes: Axes, side: Paragraphs, words: Message) -> None:
    """What a text is, above it."""
    artist = axes.text(0, side.words[0].y - 0.08, "", va="bottom")
    sheet.set_text(artist, sheet.look.say(words), SMALL, quiet=True)


def _frame(sheet: Sheet, axes: Axes, side: Paragraphs, queries: Collection[int]) -> None:
    """Round the tokens that read."""
    for word in side.words:
        if word.position in queries:
            axes.add_patch(sheet.frame(word.x + 0.01, word.y + 0.01, word.width - 0.02, HIGH - 0.02))
