"""Flow edges: what passes along every edge between two layers on its way from the input tokens to one token.

An edge of layer l leads from a token below it, the key, to one of it, the query. All arrays are (layer, query, key), at least
0. In each of them what flows into a token flows out of it: the edges into token i of layer l sum to those out of it into
layer l + 1, and those of any one layer sum to what reaches the chosen token.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse.csgraph import maximum_flow

from attention_viz.flow import Layers, augmented, capacity_graph, check_length, upto

ORDERS = 8
"""Orders of the tokens in which maximum flows are looked for."""


def path_edges(layers: np.ndarray, query: int) -> np.ndarray:
    """What do all paths weigh that lead through each edge to one token of the last layer?

    layers  : (layer, query, key), at least 0; a path weighs the product of its edges
    query   : the token at which the paths end, from 0
    returns : (layer, query, key) float64; each layer sums to the weight of all paths, 1 where the rows of `layers` do.
              The edges out of an input token sum to row `query` of the product of the layers
    """
    from_inputs = [np.ones(layers.shape[-1])]
    for layer in layers[:-1]:
        from_inputs.append(layer @ from_inputs[-1])  # (token,)
    to_query, edges = np.eye(layers.shape[-1])[query], np.empty(layers.shape)
    for place in reversed(range(len(layers))):
        edges[place] = to_query[:, None] * layers[place] * from_inputs[place]
        to_query = to_query @ layers[place]
    return edges


def rollout_edges(weights: Layers, query: int, layer: int, residual: float = 0.5) -> np.ndarray:
    """Which share of a token comes through each edge, by rollout?

    weights, residual : as for `flow.rollout`; query, layer : the token of this layer that is followed, both from 0
    returns : as `path_edges`, up to `layer`; the edges out of the input tokens sum to the row of `flow.rollout`
    Source: Abnar & Zuidema 2020 (arXiv 2005.00928), section 3, equation 1, path by path.
    """
    return path_edges(augmented(upto(weights, query, layer), residual), query)


def max_flow_edges(
    weights: Layers,
    query: int,
    layer: int,
    residual: float = 0.5,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """How much flows along each edge, in the maximum flows from the input tokens to one token?

    All as for `flow.max_flow`, which is what the edges out of each input token sum to.
    returns : (layer, query, key) float64: the flows from every input token, each computed alone as in the paper, added
              and divided by the sum of their values. Together they may pass more along an edge than its width. How
              much a maximum flow carries is fixed; where several routes carry as much, one is taken, and tokens are tried
              in another order for each of ORDERS input tokens, so that none is preferred for its position.
    Source: Abnar & Zuidema 2020 (arXiv 2005.00928), section 3, "attention flow".
    """
    given = upto(weights, query, layer)
    check_length(np.shape(given[0])[-1])
    layers = augmented(given, residual)
    n = layers.shape[-1]
    orders = [np.random.default_rng(seed).permutation(n) for seed in range(min(ORDERS, n))]
    graphs = [capacity_graph(layers[:, order][:, :, order], np.eye(n)[query][order]) for order in orders]
    edges, total = np.zeros(layers.shape), 0.0
    for key in range(n):
        order, (graph, source) = orders[key % ORDERS], graphs[key % ORDERS]
        found = maximum_flow(graph, source, int(np.flatnonzero(order == key)[0]))
        above, below, passed = _edges_of(found.flow, source)
        np.add.at(edges, (above // n - 1, order[above % n], order[below % n]), passed)
        total += found.flow_value
        if progress is not None:
            progress(key + 1, n)
    return edges / total if total > 0 else edges


def token_flow(edges: np.ndarray) -> np.ndarray:
    """How much passes through each token? (layer + 1, token), input tokens first; each row sums to what the layers do."""
    return np.concatenate([edges[:1].sum(axis=1), edges.sum(axis=2)])


def _edges_of(flow: object, source: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The edges between layers along which something flows: the nodes above and below, and how much."""
    found = flow.tocoo()  # type: ignore[attr-defined]
    kept = (found.data > 0) & (found.row != source)
    return found.row[kept], found.col[kept], found.data[kept]
