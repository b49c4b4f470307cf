"""Ribbons: what passes from the tokens of a text up to one of them, cut down to what can be drawn, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_viz.flow_edges import token_flow

MOST_TOKENS = 40
"""Tokens that are drawn side by side; of a longer text those through which most passes."""
MOST_KEPT = 1_000
"""Edges that are kept of one reading."""
MOST_RIBBONS = 400
"""Ribbons that are drawn of one reading, the strongest."""
FAINTEST = 0.002
"""Share of all that passes below which no ribbon is drawn: it would be thinner than a tenth of a pixel."""


@dataclass(frozen=True, eq=False)
class Ribbons:
    """The strongest edges of one reading.

    edges  : (edge, 3) layer, query and key, from 0, the strongest first
    shares : (edge,) of all that reaches the chosen token
    through : (layer + 1, token) what passes through each token, input tokens first
    """

    edges: np.ndarray
    shares: np.ndarray
    through: np.ndarray

    @property
    def nbytes(self) -> int:
        return self.edges.nbytes + self.shares.nbytes + self.through.nbytes

    @property
    def inputs(self) -> np.ndarray:
        """What comes from each input token: (token,)."""
        row: np.ndarray = self.through[0]
        return row


def strongest(edges: np.ndarray) -> Ribbons:
    """The edges that may be drawn. edges : (layer, query, key), see `flow_edges`; each layer sums to 1, or all is 0"""
    flat = edges.ravel()
    n = min(MOST_KEPT, flat.size)
    kept = np.argpartition(-flat, n - 1)[:n]
    kept = kept[flat[kept] >= FAINTEST]
    kept = kept[np.argsort(-flat[kept], kind="stable")]
    return Ribbons(np.stack(np.unravel_index(kept, edges.shape), axis=1), flat[kept], token_flow(edges))


def drawn_tokens(readings: Sequence[Ribbons], n: int, query: int) -> list[int]:
    """Which tokens are drawn, by their positions: all, or those through which most passes in any reading, and the query."""
    if n <= MOST_TOKENS:
        return list(range(n))
    if not readings:
        return sorted({*range(MOST_TOKENS - 1), max(query, MOST_TOKENS - 1)})
    most = np.max([each.through[:-1].max(axis=0) for each in readings], axis=0)
    most[query] = np.inf
    return sorted(map(int, np.argsort(-most, kind="stable")[:MOST_TOKENS]))


def plain(ribbons: Ribbons, tokens: Sequence[int]) -> dict[str, Any]:
    """What the browser draws of one reading.

    tokens  : the positions that are drawn
    edges   : [layer, query, key, share], the strongest first; layer from 0, query and key by their place among `tokens`
    through : a row for the inputs and for each layer, a number for each of `tokens`
    drawn   : the share of all that passes that the ribbons hold, mean over the layers; least: of the thinnest ribbon
    """
    place = {position: i for i, position in enumerate(tokens)}
    edges = [
        [layer, place[query], place[key], round(share, 6)]
        for (layer, query, key), share in zip(ribbons.edges.tolist(), ribbons.shares.tolist(), strict=True)
        if query in place and key in place
    ][:MOST_RIBBONS]
    return {
        "edges": edges,
        "through": [[round(each, 6) for each in row] for row in ribbons.through[:, list(tokens)].tolist()],
        "drawn": sum(share for *_, share in edges) / (len(ribbons.through) - 1),
        "least": edges[-1][3] if edges else 0.0,
    }
