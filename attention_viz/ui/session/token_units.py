"""Token units: the attention in the units that were chosen: word pieces, words, or words of Chinese text."""

from __future__ import annotations

import itertools

from attention_viz.attention import Attention, Tokens
from attention_viz.selection import Selection
from attention_viz.words import group_words, merge_words, segment_chinese


def in_units(attention: Attention, selection: Selection) -> Attention:
    """The attention with one row and one column per unit of the selection."""
    if selection.units == "words":
        return merge_words(attention)
    if selection.units == "segmented":
        return merge_words(attention, segment_chinese)
    return attention


def pieces_of(tokens: Tokens, units: str) -> list[range]:
    """The word pieces of each unit."""
    if units == "pieces":
        return [range(piece, piece + 1) for piece in range(len(tokens))]
    edges = group_words(tokens, segment_chinese if units == "segmented" else None).tolist()
    return [range(first, stop) for first, stop in itertools.pairwise(edges)]
