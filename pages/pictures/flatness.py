"""Flatness: one layer of the model in use, head by head, beside the mean of its heads."""

import numpy as np
import torch

from attention_viz.measures import uniform_entropy
from attention_viz.mechanism import entropy, head_divergence
from attention_viz.ui.lessons.lesson_settings import Settings, Shown
from attention_viz.ui.wording import say
from attention_viz.view.beside import beside
from attention_viz.view.number_table import number_table

MOST = 24
"""Tokens that are drawn of a longer text."""


def show(settings: Settings) -> Shown:
    """Every head of one layer on the text that all pages share, and their mean."""
    attention = settings.text_and_model().attention
    layer = settings.count("layer", say("Layer"), 1, attention.n_layers, 1) - 1
    weights = torch.from_numpy(np.array(attention.weights(layer)))  # (head, query, key)
    mean = weights.mean(0)
    spread = entropy(weights).mean(-1)  # (head,)
    flat = float(entropy(mean).mean())
    hide = settings.switch("hidden", say("Hide the mean"))
    figures = [
        number_table(
            each[:MOST, :MOST].numpy(),
            name=say("head {n}: {entropy} nats", n=head + 1, entropy=f"{float(spread[head]):.2f}"),
            colours="weights",
            legend=False,
        )
        for head, each in enumerate(weights)
    ]
    whole = number_table(
        mean[:MOST, :MOST].numpy(),
        name=say("mean of all heads: {entropy} nats", entropy="?" if hide else f"{flat:.2f}"),
        colours="weights",
        hidden=torch.ones_like(mean[:MOST, :MOST], dtype=torch.bool).numpy() if hide else None,
    )
    return Shown(
        whole + beside(*figures),
        {
            "layer": layer + 1,
            "n_heads": len(weights),
            "mean_entropy": flat,
            "head_entropy": float(spread.mean()),
            "flatter": float(head_divergence(weights).mean()),
            "sharpest": int(spread.argmin()) + 1,
            "sharpest_entropy": float(spread.min()),
            "uniform": float(uniform_entropy(attention.readable(layer)).mean()),
        },
    )
