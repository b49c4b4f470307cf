"""Text heatmap: the text itself, each token coloured by the attention that it receives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink
from attention_viz.drawing import ROUNDING
from attention_viz.errors import Message
from attention_viz.filters import can_be_read, kept, readers, received
from attention_viz.palettes import ink_on
from attention_viz.plots.cut_marks import cut_keys, cut_notes, dot, stripe
from attention_viz.plots.layout import captions
from attention_viz.plots.layout.dimensions import MARGIN, SMALL, Box
from attention_viz.plots.layout.extent import extent_of
from attention_viz.plots.layout.in_axes import sheet_in
from attention_viz.plots.layout.scale import scale_of
from attention_viz.plots.layout.sheet import Sheet
from attention_viz.plots.layout.style import ColourOptions, Style, takes
from attention_viz.plots.options import ScaleName
from attention_viz.plots.typesetting.fonts import POINTS
from attention_viz.plots.typesetting.paragraphs import HIGH, PAD, PARAGRAPH, SIZE, TEXT_WIDTH, Paragraphs, paragraphs

LEFT, HEADING = 0.3, 0.26
"""Space left of the text, and height of a heading, in inches."""
INSET = 0.01
"""How far in from the corner of a word its dot stands, in inches."""


@takes(ColourOptions, scale="root")
def plot_text(
    attention: Attention,
    layer: int,
    head: int,
    *,
    queries: Collection[int] = (),
    cuts: Sequence[CutLink] = (),
    ax: Axes | None = None,
    **options: Unpack[ColourOptions],
) -> Figure:
    """Which tokens of the text does this head read? Each token on the colour of the attention weight that it receives.

    queries   : positions from 0, framed; the weights of several are summed. () = the mean over all queries
    cuts      : links that are cut, as for `experiments.cut`: a token that none of the queries reads any more is striped,
                one that some of them read no more has a dot
    threshold : here, tokens that receive less are not coloured
    The usual scale is a root, on which low weights are seen; a sum above 1 is coloured up to the highest. In cross-attention
    the text of the queries stands above that of the keys. Keys that none of the queries can read have no colour. A text in
    Hebrew, Arabic or the like runs from right to left. A long text is drawn up to its 2,000th token, or as far as it fits into
    `ax`, and the picture says so.
    Raises SelectionError as `plot_head` does, and where a query does not exist.
    """
    style = Style(**options)
    seen = replace(style, threshold=0.0).seen(attention)  # the threshold is one of what a token receives
    extent = extent_of(style, ax)
    weights = received(seen, layer, head, queries, style.pairs)
    rows = readers(attention, queries, style.pairs)
    readable = can_be_read(attention, layer, rows) | (not rows.any())  # all, where no query is left
    colours = scale_of(_reaching(style.scale, weights), weights)
    wide, high = extent.body((TEXT_WIDTH, 0.0), lambda: LEFT + MARGIN)
    above, read = _sides(attention, wide, style.font)
    reads_itself = above is read
    if extent.within:
        above, read = above.down_to(high), read.down_to(high)
    else:
        wide, high = extent.filled(LEFT, max(above.width, read.width)), read.foot
    body = Box(LEFT, 0.85, wide, high)
    cut = cut_keys(attention, cuts, (layer, head), rows)
    notes = [
        _meaning(len(set(queries))),
        *_cut_note(attention, above, read),
        *captions.excluded_share_note(attention, layer, head, style),
        *captions.filters_note(replace(style, threshold=0.0)),
        *captions.uncoloured_note(style.threshold),
        *cut_notes(attention, cuts, [(layer, head)], cut.values()),
        *captions.font_notes([*above.words, *read.words], style),
        *(
            []
            if readable.all()
            else [Message("Without a colour: tokens that cannot be read (later ones, outside a window, padding).")]
        ),
    ]
    sheet = sheet_in(extent, style, body, 0, notes, colours)
    axes = sheet.axes(body)
    axes.set(xlim=(0, body.width), ylim=(body.height, 0))  # inches
    painted = style.colours(colours.norm(np.where(weights < style.threshold, 0, weights)))  # (key, channel)
    coloured = np.flatnonzero(kept(attention.key_tokens, style.exclude) & readable).tolist()
    _write(sheet, axes, read, {key: painted[key] for key in coloured})
    if not reads_itself:
        _write(sheet, axes, above, None)
        _heading(sheet, axes, above, captions.query_axis())
        _heading(sheet, axes, read, captions.key_axis())
    _frame_queries(sheet, axes, above, queries)
    _mark_keys(sheet, axes, read, cut)
    sheet.title(axes, body, style.heading(captions.title(layer, head)), above=0.25)
    sheet.colour_bar(ScalarMappable(colours.norm, style.colours), colours)
    return sheet.figure


def _reaching(scale: ScaleName, weights: np.ndarray) -> ScaleName:
    """The weights of several queries may sum to more than 1: then colours reach up to the highest."""
    peaks: dict[ScaleName, ScaleName] = {"unit": "peak", "root": "root_peak"}
    return peaks.get(scale, scale) if weights.max(initial=0) > 1 + ROUNDING else scale


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


def _sides(attention: Attention, available: float, preferred: str | None) -> tuple[Paragraphs, Paragraphs]:
    """Queries and keys: the same words in self-attention, else one text below the other."""
    if attention.query_tokens == attention.key_tokens:
        read = paragraphs(attention.key_tokens, 0.0, available, preferred)
        return read, read
    above = paragraphs(attention.query_tokens, HEADING, available, preferred)
    return above, paragraphs(attention.key_tokens, above.foot + PARAGRAPH + HEADING, available, preferred)


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
            axes.plot(ends, [word.y + HIGH - 0.03] * 2, color=artist.get_color(), linewidth=0.6 * sheet.factor)


def _heading(sheet: Sheet, axes: Axes, side: Paragraphs, words: Message) -> None:
    """What a text is, above it."""
    for word in side.words[:1]:
        sheet.set_text(axes.text(0, word.y - 0.08, "", va="bottom"), sheet.style.say(words), SMALL, quiet=True)


def _frame_queries(sheet: Sheet, axes: Axes, side: Paragraphs, queries: Collection[int]) -> None:
    """A frame round each of the chosen queries."""
    for word in side.words:
        if word.position in queries:
            axes.add_patch(sheet.frame(word.x + 0.01, word.y + 0.01, word.width - 0.02, HIGH - 0.02))


def _mark_keys(sheet: Sheet, axes: Axes, side: Paragraphs, cut: Mapping[int, bool]) -> None:
    """Stripes over tokens whose links are cut; a dot in the corner of those of which some are."""
    cut_words = [word for word in side.words if word.position in cut]
    for word in cut_words:
        if cut[word.position]:
            stripe(sheet, axes, word.x, word.y, word.width, HIGH)
    held = [word for word in cut_words if not cut[word.position]]
    dot(sheet, axes, [(word.x + word.width - INSET, word.y + INSET) for word in held], HIGH * POINTS)
