"""Mixing: how much of a token's new vector comes from other tokens, and how much from itself.

Weights alone say almost everything comes from others; the residual connection and the normalisation keep most of the
token itself (Kobayashi et al. 2021, arXiv 2109.07152).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from attention_viz.attending import check_unbroken
from attention_viz.attention import Attention
from attention_viz.brief import brief
from attention_viz.errors import ModelError
from attention_viz.experiments.interventions.hooked_model import HookedModel, Inputs
from attention_viz.experiments.norms import check_length, vectors
from attention_viz.models import Model


@dataclass(frozen=True, eq=False)
class Mixing:
    """The share of others in each token after each layer's attention, 0 = itself alone, 1 = others alone.

    All (layer, token) float64, from the simplest measure to the full one:
    weights, weights_residual : mean weights over heads; with the residual taken as equal to them (rollout's assumption)
    norms, norms_residual     : lengths of what is added; with the token's own vector from the residual connection
    full                      : with the layer normalisation that follows too
    """

    weights: np.ndarray
    weights_residual: np.ndarray
    norms: np.ndarray
    norms_residual: np.ndarray
    full: np.ndarray

    __repr__ = brief


def mixing(model: Model, text: str, second: str | None = None) -> Mixing:
    """How much of each token comes from other tokens, layer by layer?

    ratio(i) = |from others| / (|from others| + |from itself|), each the length of a sum of vectors; the biases behind the
    heads and in the normalisation belong to neither. Two forward passes.
    Raises ModelError for a model that does not add the residual and normalise right after the attention, as BERT does,
    InputError for one with layers that have no attention.
    Source: Kobayashi et al. 2021, sections 3.2 and 4 (context-mixing ratio).
    """
    attention = model.attend(text, second)
    rows = []
    for added in layer_additions(model, attention, model.reader.encode(text, second).inputs):
        others, own = added.from_all - added.from_itself, added.from_itself
        kept = own + added.entering
        share = attention.weights(added.layer).mean(0).diagonal()  # (token,), the weight on itself
        rows.append(
            (
                1 - share,
                (1 - share) / 2,
                _ratio(others, own),
                _ratio(others, kept),
                _ratio(added.normalised(others), added.normalised(kept)),
            )
        )
    return Mixing(*(np.array(column, dtype=float) for column in zip(*rows, strict=True)))


@dataclass(frozen=True, eq=False)
class LayerAddition:
    """What a layer's attention adds to each token, and how the sum is normalised. All float64.

    layer       : from 0
    from_all    : (token, d_model) what the heads add, from all tokens; from_itself: from the token itself
    entering    : (token, d_model) what comes past the attention by the residual connection
    gain        : (d_model,) of the layer normalisation
    spread      : (token, 1) the standard deviation by which it divides
    """

    layer: int
    from_all: np.ndarray
    from_itself: np.ndarray
    entering: np.ndarray
    gain: np.ndarray
    spread: np.ndarray

    def normalised(self, vectors: np.ndarray) -> np.ndarray:
        """A part of each token's sum, as it stands after the normalisation without its bias: (token, d_model)."""
        scaled: np.ndarray = self.gain / self.spread * (vectors - vectors.mean(-1, keepdims=True))
        return scaled


def layer_additions(model: Model, attention: Attention, inputs: Inputs) -> Iterator[LayerAddition]:
    """The same for every layer, from the first. inputs : of the network, which `attention` was read from

    One forward pass. Raises as `mixing` does.
    """
    check_length(attention)
    check_unbroken(attention.source.heads)
    entering, ran = _watched(model, inputs)
    for layer in range(attention.n_layers):
        sums = _sums(attention, layer)
        norm, into = _following(ran, entering[layer], sums[0], model.name)
        spread = np.sqrt(into.var(-1, keepdims=True) + norm.eps)
        yield LayerAddition(layer, *sums, entering[layer], _array(norm.weight), spread)


def _ratio(others: np.ndarray, own: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(others, axis=-1), np.linalg.norm(own, axis=-1)
    shares: np.ndarray = lengths[0] / np.maximum(lengths[0] + lengths[1], np.finfo(float).tiny)
    return shares


def _sums(attention: Attention, layer: int) -> tuple[np.ndarray, np.ndarray]:
    """What the heads add to each token: from all tokens, and from itself; (token, d_model) float64 each."""
    added = vectors(attention, layer).astype(float)  # (key, head, d_model)
    weights = attention.weights(layer).astype(float)  # (head, query, key)
    own = np.einsum("ht,thm->tm", np.diagonal(weights, axis1=1, axis2=2), added)
    return np.einsum("hqk,khm->qm", weights, added, optimize=True), own


Normalised = tuple[nn.LayerNorm, np.ndarray]
"""A layer normalisation, and what went into it: (token, d_model)."""


def _watched(model: Model, inputs: Inputs) -> tuple[list[np.ndarray], list[Normalised]]:
    """What goes into each layer, (token, d_model), and each layer normalisation with what went into it, as they ran."""
    hooked = HookedModel(model)
    ran: list[Normalised] = []

    def note(module: nn.Module, args: Sequence[Any]) -> None:
        assert isinstance(module, nn.LayerNorm)
        ran.append((module, _array(args[0][0])))

    for module in hooked.network.modules():  # the hooked is this call's own, so its hooks need not be taken off
        if isinstance(module, nn.LayerNorm):
            module.register_forward_pre_hook(note)
    with torch.no_grad():
        outputs = hooked.run(inputs, body=True, states=True).outputs
    return [_array(each[0]) for each in outputs.hidden_states], ran


def _following(ran: Sequence[Normalised], entering: np.ndarray, added: np.ndarray, name: str) -> Normalised:
    """The normalisation that was given the layer's input plus what the heads added plus one bias for all tokens; none if
    the layer's input is normalised too, for then it is the unnormalised sum that goes on."""
    same_shape = [each for each in ran if each[1].shape == entering.shape]
    before = any(_close(into - entering, into) for _, into in same_shape)
    for norm, into in same_shape:
        bias = into - entering - added
        if not before and _close(bias - bias[0], into):
            return norm, into
    raise ModelError(
        "{name} does not normalise right after adding the attention to its input, so the context-mixing ratio is not defined for it. Choose a model of BERT's family.",
        name=name,
    )


def _close(difference: np.ndarray, size: np.ndarray) -> bool:
    return bool(np.abs(difference).max() < 1e-4 * max(1.0, float(np.abs(size).max())))


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().float().cpu().numpy().astype(float)
