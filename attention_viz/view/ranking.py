"""Ranking: which heads read the pinned link, for a browser that does not hold all weights."""

from __future__ import annotations

import itertools
import json
import math

from attention_viz.attention import Attention
from attention_viz.errors import SelectionError
from attention_viz.measures.links import rank_heads
from attention_viz.selection import Selection
from attention_viz.view.block import Progress
from attention_viz.view.plan import comes_whole


def is_ranked_here(attention: Attention, selection: Selection) -> bool:
    """Whether a link is pinned whose heads the browser cannot rank from the weights that it holds."""
    return bool(selection.queries and selection.keys) and not comes_whole(attention)


def ranking(attention: Attention, selection: Selection, text: str, progress: Progress | None = None) -> bytes:
    """The ranking of all heads as JSON, which js/links/links.js reads.

    text  : names the text, as frames do
    heads : [layer, head, weight, at_distance] each, the strongest first; at_distance is null where there is none.
            Empty where the mask lets no pinned query read a pinned key
    """
    queries, keys = zip(*itertools.product(selection.queries, selection.keys), strict=True)
    try:
        ranked = rank_heads(attention, queries, keys, direction=selection.direction, progress=progress)
    except SelectionError:  # of tokens that are there, only what the mask keeps apart is refused
        ranked = []
    heads = [[each.layer, each.head, each.weight, _number(each.at_distance)] for each in ranked]
    link = {"queries": selection.queries, "keys": selection.keys, "direction": selection.direction}
    return json.dumps({"text": text, **link, "heads": heads}).encode("ascii")


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return None if math.isnan(value) else value
