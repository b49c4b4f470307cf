"""Norm shares: how much of each token's new vector comes from each token, layer by layer, so that it can be followed through
them as rollout follows weights (norms: Kobayashi et al. 2021, arXiv 2109.07152; followed: Modarressi et al. 2022, arXiv 2205.03286).
"""

from __future__ import annotations

import numpy as np

from attention_viz.attention import Attention
from attention_viz.experiments.interventions.hooked_model import Inputs
from attention_viz.experiments.mixing import LayerAddition, layer_additions
from attention_viz.experiments.norms import normalised_norms
from attention_viz.models import Model


def norm_shares(model: Model, text: str, second: str | None = None) -> np.ndarray:
    """Which share of each token's vector after a layer's attention comes from each token before it?

    returns : (layer, query, key) float64, rows sum to 1
    share(i, j) = length(i, j) / sum over j; the length is that of what all heads add to i from j, for j = i with the token's
    own vector from the residual connection, after the layer normalisation; its biases belong to no token.
    Raises as `mixing` does. Source: Kobayashi et al. 2021, section 3.2.
    """
    return norm_shares_of(model, model.attend(text, second), model.reader.encode(text, second).inputs)


def norm_shares_of(model: Model, attention: Attention, inputs: Inputs) -> np.ndarray:
    """The same for what is already read. inputs : of the network, which `attention` was read from"""
    return np.stack([_shares(attention, added) for added in layer_additions(model, attention, inputs)])


def _shares(attention: Attention, added: LayerAddition) -> np.ndarray:
    """(query, key)"""
    own = added.normalised(added.from_itself + added.entering)  # (token, d_model)
    lengths = normalised_norms(attention, added.layer, added.gain) / added.spread
    np.fill_diagonal(lengths, np.linalg.norm(own, axis=-1))
    shares: np.ndarray = lengths / np.maximum(lengths.sum(-1, keepdims=True), np.finfo(float).tiny)
    return shares
