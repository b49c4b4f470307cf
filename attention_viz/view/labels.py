"""Labels: every sentence of the view, in English; a page passes them in its own language."""

from __future__ import annotations

LABELS = {
    "layer_head": "Layer {layer}, head {head}",
    "layer_title": "Layer {layer}, all heads",
    "head_name": "Head {head}",
    "view_head": "One head",
    "view_layer": "All heads of the layer",
    "pictures": "Picture",
    "overview": "All layers and heads. {name} is chosen; the arrow keys choose another.",
    "layers_down": "layer ↓",
    "heads_across": "head →",
    "query_axis": "query ↓",
    "key_axis": "key →",
    "link": "{query} → {key}  {weight}",
    "positions": "query {query}, key {key}",
    "rounded": "two digits until the exact weights are here",
    "pooled_max": "the highest of a group of tokens",
    "pooled_mean": "the mean of a group of tokens",
    "note_max": "{tokens} tokens in {rows} rows: each cell shows the highest weight of its group.",
    "note_mean": "{tokens} tokens in {rows} rows: each cell shows the mean weight of its group.",
    "strongest": "Strongest: {link}",
    "scale_unit": "weight, from 0 to 1, root scale",
    "scale_peak": "weight, from 0 to the highest shown ({peak}), root scale",
    "top_mean": "Top attended tokens, mean over queries",
    "top_query": "What “{query}” ({position}) attends to",
    "position": "Position",
    "token": "Token",
    "weight": "Weight",
}
"""What stands in braces is put in by the view; layers, heads and positions count from 1."""
