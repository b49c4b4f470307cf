"""Flow: how much of each input token reaches a token of a higher layer, through all layers between.

Rollout multiplies the layers, max-flow asks how much fits through them at once (Abnar & Zuidema 2020, arXiv 2005.00928).
Both mean over the heads and assume the same residual share everywhere; Kobayashi et al. 2021 measure it, and it differs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from attention_viz.attending import check_head, check_layer, check_unbroken
from attention_viz.attention import Attention
from attention_viz.errors import InputError, SelectionError

FLOW_LIMIT = 256
"""Tokens that max-flow is run on at most: one query costs one flow through layers * n^2 edges per token."""

SCALE = 2**30
"""Capacities are whole numbers of 1 / SCALE, the finest that scipy's 32-bit flow holds."""

Layers = np.ndarray | Sequence[np.ndarray] | Attention
"""(layer, head, query, key), a sequence of (head, query, key) where layers differ in heads, or what a model reads."""


@dataclass(frozen=True, eq=False)
class _Read(Sequence[np.ndarray]):
    """The layers of an attention, each read when it is asked for."""

    attention: Attention
    layers: range

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, place: int) -> np.ndarray: ...
    @overload
    def __getitem__(self, place: slice) -> _Read: ...
    def __getitem__(self, place: int | slice) -> np.ndarray | _Read:
        if isinstance(place, slice):
            return _Read(self.attention, self.layers[place])
        return self.attention.weights(self.layers[place])


def _layers(weights: Layers) -> np.ndarray | Sequence[np.ndarray]:
    """Layers that follow one upon the other. Raises InputError where others lie between them."""
    check_unbroken(_heads(weights))
    return _Read(weights, range(weights.n_layers)) if isinstance(weights, Attention) else weights


def _heads(weights: Layers) -> Sequence[int]:
    """The number of heads of each layer."""
    if isinstance(weights, _Read):
        return [weights.attention.heads_of(layer) for layer in weights.layers]
    return weights.source.heads if isinstance(weights, Attention) else [len(layer) for layer in weights]


def upto(weights: Layers, query: int, layer: int) -> np.ndarray | Sequence[np.ndarray]:
    """The layers up to one. Raises SelectionError where it, or a token of it, is not there."""
    layers = _layers(weights)
    check_layer(layers, layer)
    n = np.shape(layers[0])[-1]
    if not 0 <= query < n:
        raise SelectionError(
            "There is no token index {query}; the text has {n} tokens. Choose 0 to {last}.",
            query=query,
            n=n,
            last=n - 1,
        )
    return layers[: layer + 1]


def rollout(weights: Layers, residual: float = 0.5) -> np.ndarray:
    """How much does each token of each layer draw from each input token?

    weights  : an Attention; (layer, head, query, key); or a sequence of (head, query, key) where layers differ in heads
    residual : the share of a token that comes past the attention, by the residual connection; 0 to 1
    returns  : (layer, query, key) float64, rows sum to 1; the last layer's rows speak of the model's output
    A(l) = residual I + (1 - residual) mean over heads of W(l), rows divided by their sum; rollout(l) = A(l) rollout(l - 1).
    Raises InputError where queries and keys are two texts, and where a layer has no attention (no heads): what lies
    between the layers that have would be left out. Source: section 3, equation 1.
    """
    layers = augmented(weights, residual)
    rolled = [layers[0]]
    for layer in layers[1:]:
        rolled.append(layer @ rolled[-1])  # (query, key)
    return np.stack(rolled)


def rollout_head(weights: Layers, layer: int, head: int, residual: float = 0.5) -> np.ndarray:
    """How much do the tokens draw from each input token, if the last step goes through this head alone?

    returns : (query, key) float64, rows sum to 1; the layers below are the mean over their heads
    rollout(l, h) = A(l, h) rollout(l - 1). Source: appendix.
    """
    layers = _layers(weights)
    check_head(_heads(layers), layer, head)
    last = augmented([layers[layer][head : head + 1]], residual)[0]
    return np.asarray(last if layer == 0 else last @ rollout(layers[:layer], residual)[-1])


def augmented(weights: Layers, residual: float) -> np.ndarray:
    """The mean over heads with the residual connection in it: (layer, query, key) float64, rows sum to 1.

    A row that is all zero (padding) keeps to itself; without a residual it stays zero.
    """
    if not 0 <= residual <= 1:
        raise InputError("The residual share is {residual}; choose a number from 0 to 1.", residual=residual)
    layers = _layers(weights)
    if len(layers) == 0:
        raise InputError("There is no layer to follow the attention through. Give at least one.")
    means = np.stack([np.asarray(layer).mean(axis=0) for layer in layers], dtype=float)
    if means.shape[-1] != means.shape[-2]:
        raise InputError(
            "There are {queries} queries and {keys} keys; only self-attention leads from layer to layer. Choose the encoder or the decoder alone.",
            queries=means.shape[-2],
            keys=means.shape[-1],
        )
    mixed = residual * np.eye(means.shape[-1]) + (1 - residual) * means
    sums = mixed.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(mixed, sums, out=np.zeros_like(mixed), where=sums > 0))


def max_flow(
    weights: Layers,
    query: int,
    layer: int,
    residual: float = 0.5,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """How much of each input token can reach this token of this layer, if every weight is a pipe of that width?

    weights  : as for `rollout`
    query    : the token of layer `layer` (both from 0) at which the flow is drawn off
    progress : called with (tokens done, tokens); what it raises stops the work
    returns  : (key,) float64, max-flow from each input token, divided by their sum as in the paper's code
    Capacities are rounded to 1 / SCALE, so before the division each flow is within (layer * n + 1) * n / (2 * SCALE)
    of the exact one: 9e-5 in the worst case at 12 layers and 128 tokens, 1e-8 as a rule.
    Raises InputError above FLOW_LIMIT tokens. Source: section 3, "attention flow".
    """
    layers = upto(weights, query, layer)
    n = np.shape(layers[0])[-1]
    return pooled_flow(layers, np.eye(n)[query], layer, residual, progress)


def pooled_flow(
    weights: Layers,
    readout: np.ndarray,
    layer: int,
    residual: float = 0.5,
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """How much of each input token can reach an answer that is read from several tokens of this layer?

    readout : (token,), at least 0, sums to 1: the share of the answer that is read from each token, the pipe's width
    All else as for `max_flow`, which reads from one token.
    """
    given = _layers(weights)
    check_layer(given, layer)
    check_length(np.shape(given[0])[-1])
    layers = augmented(given[: layer + 1], residual)
    n = layers.shape[-1]
    if readout.shape != (n,) or (readout < 0).any():
        raise InputError("Give one share of the answer for each of the {n} tokens, each at least 0.", n=n)
    graph, source = capacity_graph(layers, readout)
    flows = np.empty(n)
    for key in range(n):
        flows[key] = maximum_flow(graph, source, key).flow_value / SCALE
        if progress is not None:
            progress(key + 1, n)
    total = flows.sum()
    return flows / total if total > 0 else flows


def capacity_graph(layers: np.ndarray, readout: np.ndarray) -> tuple[csr_array, int]:
    """Every token of every layer as a node, input tokens first, edges going down; the last node reads the top layer.

    layers  : (layer, query, key), as `augmented` gives them; readout : (token,), as for `pooled_flow`
    returns : (node, node) capacities in units of 1 / SCALE, and the number of the last node
    """
    n_layers, n, _ = layers.shape
    source = (n_layers + 1) * n
    widths = np.rint(layers * SCALE).astype(np.int32)
    widths[-1, readout <= 0] = 0  # from a token that nobody reads nothing is drawn
    layer, down, across = np.nonzero(widths)
    read = np.flatnonzero(readout > 0)
    capacities = np.concatenate([widths[layer, down, across], np.rint(readout[read] * SCALE).astype(np.int32)])
    above = np.concatenate([(layer + 1) * n + down, np.full(len(read), source)])
    below = np.concatenate([layer * n + across, n_layers * n + read])
    return csr_array((capacities, (above, below)), shape=(source + 1, source + 1)), source


def check_length(n: int) -> None:
    """Raises InputError for a text beyond FLOW_LIMIT."""
    if n > FLOW_LIMIT:
        raise InputError(
            "This text has {n} tokens; max-flow is computed up to {limit}, because its time grows with the cube of the tokens. Shorten the text by {over}, or use rollout.",
            n=n,
            limit=FLOW_LIMIT,
            over=n - FLOW_LIMIT,
        )
