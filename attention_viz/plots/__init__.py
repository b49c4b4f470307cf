"""Plots: values as matplotlib Figures, for print, notebooks and downloads. pyplot is never touched."""

from attention_viz.plots.head import plot_head
from attention_viz.plots.heads import plot_heads
from attention_viz.plots.layers import plot_layers
from attention_viz.plots.layout.paper import Paper
from attention_viz.plots.lines import plot_lines
from attention_viz.plots.text_heatmap import plot_text
from attention_viz.plots.top import plot_top

__all__ = ["Paper", "plot_head", "plot_heads", "plot_layers", "plot_lines", "plot_text", "plot_top"]
