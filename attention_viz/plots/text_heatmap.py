"""Prose: the text itself, each token coloured by the attention that it receives."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from attention_viz.attention import Attention
from attention_viz.drawing import ROUNDING
from attention_viz.errors import Message
from attention_viz.filters import can_be_read, check_threshold, kept, readers, received
from attention_viz.palettes import ink_on
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.captions import Translate
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.measures import MARGIN, SMALL, Box
from attention_viz.plots.layout.paper import PAPER, Paper
from attention_viz.plots.layout.scale import scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.sizes import room_of
from attention_viz.plots.layout.style import Look
from attention_viz.plots.typesetting.paragraphs import HIGH, PAD, PARAGRAPH, ROOM, SIZE, Paragraphs, paragraphs

LEFT, HEADING = 0.3, 0.26
"""Space left of the text, and height of a heading, in inches."""


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
    paper: Paper = PAPER,
    ax: Axes | None = None,
) -> Figure:
    """Which tokens of the text does this head read? Each on the colour of the attention weight that it receives.

    queries   : positions from 0 of those who read, framed; what several give is summed. () = the mean over all queries
    threshold : tokens that receive less are not coloured
    The other options are those of `plot_head`, but for a root scale, on which faint weights are seen; a sum above 1 is
    coloured up to the highest. Where the tokens that read are others than those that are read, their text stands above. Tokens
    that none of those who read can read have no colour. A text in Hebrew, Arabic or the like runs from right to left. A long
    text is drawn up to its 2,000th token, or as far as it fits into `ax`, and the picture says so.
    Raises SelectionError as `plot_head` does, and where a query does not exist.
    """
    check_threshold(threshold)
    look = Look(
        scale, theme, exclude, renormalise, title, translate, palette, pairs, paper=paper
    )  # the threshold is one of sums
    room = room_of(look, ax)
    weights = received(look.seen(attention), layer, head, queries, pairs)
    rows = readers(attention, queries, pairs)
    readable = can_be_read(attention, layer, rows) | (not rows.any())  # all, where nobody reads
    colours = scale_of(_reaching(scale, weights), weights)
    wide, high = room.body((ROOM, 0.0), lambda: LEFT + MARGIN)
    above, read = _sides(attention, wide, look.font)
    reads_itself = above is read
    if room.within:
        above, read = above.down_to(high), read.down_to(high)
    else:
        wide, high = room.filled(LEFT, max(above.width, read.width)), read.foot
    body = Box(LEFT, 0.85, wide, high)
    notes = [
        _meaning(len(set(queries))),
        *_cut_note(attention, above, read),
        *captions.share_note(attention, layer, head, exclude, renormalise),
        *captions.part_note(pairs, 0),
        *captions.faint_note(threshold),
        *captions.font_notes([*above.words, *read.words], paper),
        *(
            []
            if readable.all()
            else [Message("Without a colour: tokens that cannot be read (later ones, outside a window, padding).")]
        ),
    ]
    sheet = sheet_in(room, look, body, 0, notes, colours)
    axes = sheet.axes(body)
    axes.set(xlim=(0, body.width), ylim=(body.height, 0))  # inches
    painted = look.colours(colours.norm(np.where(weights < threshold, 0, weights)))  # (key, channel)
    coloured = np.flatnonzero(kept(attention.key_tokens, exclude) & readable).tolist()
    _write(sheet, axes, read, {key: painted[key] for key in coloured})
    if not reads_itself:
        _write(sheet, axes, above, None)
        _head(sheet, axes, above, captions.query_axis())
        _head(sheet, axes, read, captions.key_axis())
    _frame(sheet, axes, above, queries)
    sheet.title(axes, body, look.heading(captions.title(layer, head)), above=0.25)
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


def _cut_note(attention: Attention, above: Paragraphs, read: Paragraphs) -> list[Message]:
    """Said where a side is not drawn to its end."""
    cut = max((above, read), key=lambda side: len(side.tokens) - len(side.words))
    n, k = len(cut.words), len(cut.tokens)
    return [Message("The first {n} of {k} are drawn.", {"n": n, "k": k})] if n < k else []


def _sides(attention: Attention, room: float, own: str | None) -> tuple[Paragraphs, Paragraphs]:
    """Those who read and those who are read: the same words where the text reads itself, else one below the other."""
    if attention.query_tokens == attention.key_tokens:
        read = paragraphs(attention.key_tokens, 0.0, room, own)
        return read, read
    above = paragraphs(attention.query_tokens, HEADING, room, own)
    return above, paragraphs(attention.key_tokens, above.foot + PARAGRAPH + HEADING, room, own)


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
            axes.plot(ends, [word.y + HIGH - 0.03] * 2, color=artist.get_color(), linewidth=0.6 * sheet.size)


def _head(sheet: Sheet, axes: Axes, side: Paragraphs, words: Message) -> None:
    """What a text is, above it."""
    for word in side.words[:1]:
        sheet.set_text(axes.text(0, word.y - 0.08, "", va="bottom"), sheet.look.say(words), SMALL, quiet=True)


def _frame(sheet: Sheet, axes: Axes, side: Paragraphs, queries: Collection[int]) -> None:
    """Round the tokens that read."""
    for word in side.words:
        if word.position in queries:
            axes.add_patch(sheet.frame(word.x + 0.01, word.y + 0.01, word.width - 0.02, HIGH - 0.02))
