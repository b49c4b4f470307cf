"""Flow pictures: matrices and curves of the page Flow, as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from attention_viz.attention import Attention
from attention_viz.ui.flow.attribution_tables import MIXINGS
from attention_viz.ui.flow.flow_controls import DRAWN
from attention_viz.ui.wording import say, tell
from attention_viz.view import chart
from attention_viz.view.chart import Curve
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.experiments import Faithfulness, Mixing


def by_layer(attention: Attention, rolled: np.ndarray, query: int) -> str:
    """What one token draws from each input token, a row for every layer.

    rolled : (layer, key), rows sum to 1
    """
    return number_table(
        rolled,
        name=say("Rollout to “{token}”, layer by layer", token=attention.query_tokens.labels[query]),
        rows=[say("Layer {layer}", layer=each + 1) for each in range(len(rolled))],
        columns=attention.key_tokens.labels,
        colours="weights",
    )


def cells(
    attention: Attention, values: np.ndarray, name: str, query: int, largest: float = 1.0, *, signed: bool = False
) -> str:
    """A (query, key) matrix with its tokens, the chosen row framed; of a long text that row alone.

    largest : the number that has the strongest colour; of signed values the largest one has it
    """
    whole = len(values) <= DRAWN
    colours = {"colours": "signed"} if signed else {"colours": "weights", "largest": largest or 1.0}
    return number_table(
        values if whole else values[query],
        name=name,
        rows=attention.query_tokens.labels if whole else (),
        columns=attention.key_tokens.labels,
        row=query if whole else None,
        **colours,
    )


def side_by_side(*figures: str) -> str:
    """Figures in a row, as far as the width allows."""
    return f'<div style="display:flex;flex-wrap:wrap;gap:0 2rem">{"".join(figures)}</div>'


def effects(found: Faithfulness) -> str:
    """How far the answer moves without each token, as a strip; empty where a token was not left out."""
    return number_table(
        found.effects,
        name=say("How far the answer moves without each token"),
        columns=found.tokens.labels,
        colours="weights",
        largest=float(np.nanmax(found.effects)) or 1.0,
    )


def mixing_chart(found: Mixing) -> str:
    """The mean context-mixing ratio of every layer, by each method."""
    curves = [
        Curve(tell(message), [(layer + 1.0, float(each.mean())) for layer, each in enumerate(getattr(found, name))])
        for name, message in MIXINGS.items()
    ]
    drawn = chart.chart(
        curves,
        name=say("How much of a token comes from others, mean over the tokens"),
        across=say("Layer"),
        up=say("share from others"),
        high=1.0,
    )
    return chart.STYLE + drawn
