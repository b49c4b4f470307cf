"""Dense: one forward pass that returns every weight of every head, as transformers computes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from attention_viz.errors import ModelError, TextError
from attention_viz.sources import DenseSource

MOST_BYTES = 4 << 30
"""Weights of one text beyond this would starve everybody else on the machine."""


def run(network: PreTrainedModel, inputs: dict[str, torch.Tensor]) -> tuple[Any, DenseSource]:
    """What does the network answer, and what do its heads read?

    inputs  : name of the argument -> (1, token) tensor on any device
    returns : the network's own output, and the weights after softmax of each layer as (head, query, key) float32
    Raises ModelError where the network returns no weights. Needs n_layers * n_heads * n_tokens^2 * 4 bytes.
    """
    _check_memory(network, inputs["input_ids"].shape[1])
    called = network.get_encoder() if network.config.is_encoder_decoder else network
    with torch.inference_mode():
        outputs = called(**{name: each.to(network.device) for name, each in inputs.items()}, output_attentions=True)
    layers = getattr(outputs, "attentions", None)
    n_tokens = inputs["input_ids"].shape[1]
    if not layers or any(layer is None for layer in layers):
        raise _no_weights(network)
    if any(layer.ndim != 4 or layer.shape[2:] != (n_tokens, n_tokens) for layer in layers):
        raise ModelError(
            "The model ({kind}) returns weights that are not one row and one column per token. Choose a model whose attention reaches every token.",
            kind=type(network).__name__,
        )
    return outputs, DenseSource(tuple(_frozen(layer[0]) for layer in layers))


def _no_weights(network: PreTrainedModel) -> ModelError:
    kind = type(network).__name__
    if network.config._attn_implementation != "eager":
        return ModelError(
            'The model ({kind}) computes attention without showing its weights. Load it again with attn_implementation="eager".',
            kind=kind,
        )
    return ModelError(
        "The model ({kind}) returns no attention weights. Choose a model that has attention in every layer.", kind=kind
    )


def _frozen(weights: torch.Tensor) -> np.ndarray:
    array = weights.detach().to("cpu", torch.float32).numpy()
    array.setflags(write=False)
    return array


def _check_memory(network: PreTrainedModel, n_tokens: int) -> None:
    config = network.config.get_text_config()
    heads = getattr(config, "num_attention_heads", 1)
    n_heads = max(heads) if isinstance(heads, (list, tuple)) else heads
    size = config.num_hidden_layers * n_heads * n_tokens**2 * 4
    if size > MOST_BYTES:
        raise TextError(
            "The weights of this text ({n:,} tokens) would take {size:.1f} GB; {most:.1f} GB are allowed. Shorten it to {fits:,} tokens.",
            n=n_tokens,
            size=size / 1e9,
            most=MOST_BYTES / 1e9,
            fits=int(n_tokens * (MOST_BYTES / size) ** 0.5),
        )
