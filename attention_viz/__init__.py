"""Look inside the attention of pretrained models: weights, pictures and rankings, without Streamlit.

>>> import attention_viz as av
>>> model = av.load_model()
>>> attention = model.attend("The cat sat down because it was tired.")
>>> av.plot_head(attention, layer=2, head=3)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from attention_viz.attention import Attention, DenseSource, Source, Tokens
from attention_viz.errors import AttentionVizError
from attention_viz.filters import TopToken, removed_share, top_attended
from attention_viz.means import mean_heads
from attention_viz.measures.links import HeadLink, rank_heads
from attention_viz.selection import Selection
from attention_viz.words import merge_words

if TYPE_CHECKING:
    from attention_viz.models import Model, load_model
    from attention_viz.plots import Paper, plot_head, plot_heads, plot_layers, plot_lines, plot_text, plot_top
    from attention_viz.view.show import show

_LATER = {
    "Model": "attention_viz.models",
    "Paper": "attention_viz.plots",
    "load_model": "attention_viz.models",
    "plot_head": "attention_viz.plots",
    "plot_heads": "attention_viz.plots",
    "plot_layers": "attention_viz.plots",
    "plot_lines": "attention_viz.plots",
    "plot_text": "attention_viz.plots",
    "plot_top": "attention_viz.plots",
    "show": "attention_viz.view.show",
}
"""Names whose modules import torch or matplotlib or read files: loaded when first used, so that `import attention_viz` is quick."""

__all__ = [
    "Attention",
    "AttentionVizError",
    "DenseSource",
    "HeadLink",
    "Model",
    "Paper",
    "Selection",
    "Source",
    "Tokens",
    "TopToken",
    "load_model",
    "mean_heads",
    "merge_words",
    "plot_head",
    "plot_heads",
    "plot_layers",
    "plot_lines",
    "plot_text",
    "plot_top",
    "rank_heads",
    "removed_share",
    "show",
    "top_attended",
]


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(importlib.import_module(_LATER[name]), name)
    raise AttributeError(f"module 'attention_viz' has no attribute '{name}'")
