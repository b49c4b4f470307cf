"""Look: the part of a Selection that the view shows and changes."""

from __future__ import annotations

from typing import Any

from attention_viz.attention import Attention
from attention_viz.selection import Selection
from attention_viz.sources import nearest

FIELDS = (
    "layer",
    "head",
    "view",
    "queries",
    "kept",
    "scale",
    "palette",
    "exclude",
    "renormalise",
    "pairs",
    "average",
    "sort",
    "threshold",
    "k",
)
"""Fields of a Selection that js/look.js knows by the same names; both count from 0."""


def look_of(selection: Selection) -> dict[str, Any]:
    """What a selection says to the view."""
    return {name: getattr(selection, name) for name in FIELDS}


def within(selection: Selection, attention: Attention) -> Selection:
    """The same look without what this attention lacks, as the view draws it: a layer without weights, pinned tokens, other
    heads, one direction of a pair. They may have been chosen in a longer text, in word pieces, in a larger model, of two texts."""
    heads = attention.source.heads
    layer = nearest(heads, selection.layer)
    return selection.at(
        layer=layer,
        head=min(selection.head, heads[layer] - 1),
        queries=tuple(query for query in selection.queries if query < attention.shape[0]),
        pairs=selection.pairs if is_pair(attention) else "all",
        kept=tuple((layer, head) for layer, head in selection.kept if layer < len(heads) and head < heads[layer]),
    )


def is_pair(attention: Attention) -> bool:
    """Whether each of two texts reads, and is read."""
    return all(set(tokens.segments) >= {0, 1} for tokens in (attention.query_tokens, attention.key_tokens))
