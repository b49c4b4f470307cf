"""Heads taken away by plain forward hooks on BERT's own modules, in a copy of the network that runs eager attention."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from attention_viz import Model

TEXT = "the cat sat down because it was tired."
SECOND = "the sunrise was tired, it sat."
GEMMA_3N: dict[str, Any] = {
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "num_kv_shared_layers": 2,
    "layer_types": ["sliding_attention", "full_attention"] * 2,
    "sliding_window": 5,
    "activation_sparsity_pattern": [0.0] * 4,
    "intermediate_size": [40] * 4,
    "hidden_size_per_layer_input": 6,
    "vocab_size_per_layer_input": 17,
    "laurel_rank": 4,
}
"""Four vectors for each token; the last two layers read the keys of the first two."""


def eager(model: Model) -> Any:
    """The network again, with weights of its own."""
    network = copy.deepcopy(model.network)
    network.set_attn_implementation("eager")
    return network.eval()


def layers(network: Any) -> nn.ModuleList:
    return network.base_model.encoder.layer


def inputs(model: Model, *texts: str, masked: Sequence[int] = ()) -> dict[str, torch.Tensor]:
    given = dict(model.reader.encode(*texts).inputs)
    given["input_ids"] = given["input_ids"].clone()
    given["input_ids"][0, list(masked)] = model.reader.tokenizer.mask_token_id
    return given


def columns(network: Any, head: int) -> slice:
    d_head = network.config.hidden_size // network.config.num_attention_heads
    return slice(d_head * head, d_head * (head + 1))


def without(network: Any, heads: Sequence[tuple[int, int]], how: str) -> Any:
    """The network with these heads hooked away for good."""
    for layer, head in heads:
        attention, spot = layers(network)[layer].attention, columns(network, head)
        values: dict[str, torch.Tensor] = {}
        attention.self.value.register_forward_hook(lambda _m, _a, out, held=values: held.update(out=out))

        def change(_module: nn.Module, args: Any, spot: slice = spot, held: Mapping[str, torch.Tensor] = values) -> Any:
            given = args[0].clone()
            given[..., spot] = 0 if how == "zero" else held["out"][..., spot].mean(1, keepdim=True)
            return (given,)

        attention.output.dense.register_forward_pre_hook(change)
    return network


def cut(network: Any, links: Sequence[tuple[int, int, int, int]], how: str) -> Any:
    """The network with these links, (layer, head, query, key), hooked away for good; at most one of each head and query."""
    for layer, head, query, key in links:
        attention, spot = layers(network)[layer].attention, columns(network, head)
        seen: dict[str, torch.Tensor] = {}
        for name in ("query", "key", "value"):
            getattr(attention.self, name).register_forward_hook(
                lambda _m, _a, out, seen=seen, name=name, spot=spot: seen.update({name: out[0, :, spot]})
            )

        def change(
            _module: nn.Module,
            args: Any,
            place: tuple[int, int, slice] = (query, key, spot),
            seen: Mapping[str, torch.Tensor] = seen,
        ) -> Any:
            query, key, spot = place
            scores = seen["query"][query] @ seen["key"].T / seen["key"].shape[-1] ** 0.5
            weights = scores.softmax(-1)
            weights[key] = 0
            given = args[0].clone()
            given[0, query, spot] = (weights if how == "zero" else weights / weights.sum()) @ seen["value"]
            return (given,)

        attention.output.dense.register_forward_pre_hook(change)
    return network


def patched(network: Any, other: Mapping[str, torch.Tensor], heads: Sequence[tuple[int, int]]) -> Any:
    """The network with the outputs that these heads have on another text."""
    held: dict[int, torch.Tensor] = {}
    hooks = [
        each.attention.output.dense.register_forward_pre_hook(
            lambda _m, args, layer=layer: held.update({layer: args[0]})
        )
        for layer, each in enumerate(layers(network))
    ]
    with torch.no_grad():
        network(**other)
    for hook in hooks:
        hook.remove()
    for layer, head in heads:
        spot = columns(network, head)

        def change(_module: nn.Module, args: Any, layer: int = layer, spot: slice = spot) -> Any:
            given = args[0].clone()
            given[..., spot] = held[layer][..., spot]
            return (given,)

        layers(network)[layer].attention.output.dense.register_forward_pre_hook(change)
    return network


def gated(network: Any, gates: torch.Tensor) -> Any:
    """The network with each head's output times its gate; gates : (layer, head)."""
    for layer, row in enumerate(gates):
        widths = row.repeat_interleave(network.config.hidden_size // len(row))  # (head x d_head,)
        dense = layers(network)[layer].attention.output.dense
        dense.register_forward_pre_hook(lambda _m, args, widths=widths: (args[0] * widths,))
    return network


STEP = 1e-5


def slopes(model: Model, loss: Callable[[Any], float]) -> np.ndarray:
    """|dL / d gate| of every head by central differences: (layer, head)."""
    found = np.zeros((2, 3))
    for layer, head in np.ndindex(2, 3):
        sides = []
        for step in (STEP, -STEP):
            gates = torch.ones(2, 3, dtype=torch.float64)
            gates[layer, head] += step
            with torch.no_grad():
                sides.append(loss(gated(eager(model).double(), gates)))
        found[layer, head] = abs(sides[0] - sides[1]) / (2 * STEP)
    return found
