"""Token units: the attention in the units that were chosen: word pieces, words, or words of Chinese text."""

from __future__ import annotations

from attention_viz.attention import Attention
from attention_viz.selection import Selection
from attention_viz.words import merge_words, segment_chinese


def in_units(attention: Attention, selection: Selection) -> Attention:
    """The attention with one row and one column per unit of the selection."""
    if selection.units == "words":
        return merge_words(attention)
    if selection.units == "segmented":
        return merge_words(attention, segment_chinese)
    return attention
