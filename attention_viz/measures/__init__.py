"""Measures: what one head does, in numbers. Arrays in, arrays out; the axes are always (..., query, key).

A row that is all zero is padding, not a query: it counts in no mean. Where nothing is left to count, a measure is NaN.
"""

from __future__ import annotations

from attention_viz.measures.changes import aligned, change, ranked_changes
from attention_viz.measures.head_table import HeadTable, Progress, summary, table
from attention_viz.measures.likeness import clusters, jensen_shannon, nearest_pairs, place
from attention_viz.measures.links import HeadLink, rank_heads
from attention_viz.measures.ranks import chance_bound, rank_correlation
from attention_viz.measures.relations import RELATIONS, relations
from attention_viz.measures.shares import (
    cls_share,
    mean_distance,
    next_share,
    other_segment_share,
    own_segment_share,
    previous_share,
    punctuation_share,
    rest_sep,
    same_token_share,
    self_share,
    sep_sep,
    sep_share,
    share,
    stop_share,
)
from attention_viz.measures.spread import confidence, entropy, queries_read, smooth, uniform_entropy
from attention_viz.measures.strongest import Link, strongest_links
from attention_viz.measures.sums import COLUMNS

__all__ = [
    "COLUMNS",
    "RELATIONS",
    "HeadLink",
    "HeadTable",
    "Link",
    "Progress",
    "aligned",
    "chance_bound",
    "change",
    "cls_share",
    "clusters",
    "confidence",
    "entropy",
    "jensen_shannon",
    "mean_distance",
    "nearest_pairs",
    "next_share",
    "other_segment_share",
    "own_segment_share",
    "place",
    "previous_share",
    "punctuation_share",
    "queries_read",
    "rank_correlation",
    "rank_heads",
    "ranked_changes",
    "relations",
    "rest_sep",
    "same_token_share",
    "self_share",
    "sep_sep",
    "sep_share",
    "share",
    "smooth",
    "stop_share",
    "strongest_links",
    "summary",
    "table",
    "uniform_entropy",
]
