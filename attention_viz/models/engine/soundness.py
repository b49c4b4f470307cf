"""Soundness: are what a model gives out as attention really weights?

Weights are finite, none is below 0, and a row of them sums to 1, or to less where a sink takes its share or integer arithmetic
rounds down.
"""

from __future__ import annotations

import torch

from attention_viz.errors import ModelError
from attention_viz.models.engine.reference import N_TOKENS, STEPS, LayerReference, Reference

TOLERANCE = 1e-4
"""How far from 1 rounding may take the sum of a row of the trial texts."""

TOLERANCE_OF_HALVES = {torch.float16: 1e-2, torch.bfloat16: 5e-2}
"""The same for models that compute in numbers of 3 or 2 digits."""


def check(kind: str, reference: Reference) -> None:
    """Does this kind of model give out weights of query x key, in every layer that has any?

    Raises ModelError that says what was found instead.
    """
    if not reference.parts:
        raise ModelError(
            "The model ({kind}) returns no attention weights. Choose a model that has attention.",
            kind=kind,
        )
    for part, layers in reference.parts.items():
        for number, layer in enumerate(layers):
            if layer.weights.shape[2:] != (N_TOKENS, N_TOKENS):
                raise ModelError(
                    "The model ({kind}) returns weights that are not one row and one column per token. Choose a model whose attention reaches every token.",
                    kind=kind,
                )
            if layer.n_heads:
                _check_rows(kind, number, layer, _rows(reference, part, layer))


def _rows(reference: Reference, part: str, layer: LayerReference) -> torch.Tensor:
    """The rows of all heads that belong to no padding: (row, key) float32."""
    weights = layer.weights.float().cpu()
    texts = [weights[text, :, : reference.n_valid(part, text)[0]].flatten(0, 1) for text in range(len(weights))]
    return torch.cat(texts)


def _check_rows(kind: str, number: int, layer: LayerReference, rows: torch.Tensor) -> None:
    if not rows.isfinite().all():
        raise ModelError(
            "In layer {layer} the model ({kind}) computes attention that is not finite (NaN or infinite), already on a short text. Fetch the checkpoint again; one in float16 can be loaded in float32 instead.",
            layer=number + 1,
            kind=kind,
        )
    sums, tolerance = rows.sum(-1), TOLERANCE_OF_HALVES.get(layer.weights.dtype, TOLERANCE)
    low, high, least = float(sums.min()), float(sums.max()), float(rows.min())
    lowest = 0.0 if layer.sinks else 1 - tolerance - layer.steps * rows.shape[-1] / STEPS
    if least < -tolerance or high > 1 + tolerance or low < lowest:
        raise ModelError(
            "What the model ({kind}) returns as attention is no softmax over its tokens: in layer {layer} its rows sum to {low:.3g} up to {high:.3g}, and its lowest number is {least:.3g}; weights are at least 0 and sum to 1. Choose another model.",
            kind=kind,
            layer=number + 1,
            low=low,
            high=high,
            least=least,
        )
