"""Projection: the linear module that takes the heads' outputs back into the model, found by what it is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from torch import nn

from attention_viz.errors import InputError
from attention_viz.sources import Arithmetic, Source


def by_head(projection: nn.Module | None, n_heads: int) -> np.ndarray:
    """The weights of an output projection, head by head: (head, d_value, d_model) float32."""
    if projection is None:
        raise InputError(
            "The output projection of this layer is not known: no linear module is given the heads' outputs as they are. Choose another model."
        )
    weight = projection.get_parameter("weight").detach().float().cpu()
    rows = weight.T if isinstance(projection, nn.Linear) else weight  # a Conv1D keeps (input, output)
    return rows.reshape(n_heads, -1, rows.shape[-1]).numpy()


def find_projections(
    source: Source, n_tokens: tuple[int, int], linears: Sequence[tuple[str, torch.Tensor]]
) -> list[str]:
    """Which linear module takes the outputs of each layer's heads?

    source   : the weights of a text, and what they were computed from
    n_tokens : queries and keys of that text
    linears  : (name, input) of every linear module, in the order in which they ran on that text
    returns  : one name per layer; "" where no linear module is given just that, and of a layer without attention
    """
    if not isinstance(source, Arithmetic):
        return [""] * len(source.heads)
    try:
        outputs = [_heads_output(source, layer, n_tokens) for layer in range(len(source.heads))]
    except InputError:  # the model's own code does not show its values
        return [""] * len(source.heads)
    return list(_names(outputs, linears))


def _heads_output(source: Source, layer: int, n_tokens: tuple[int, int]) -> torch.Tensor | None:
    """What all heads of a layer put out, side by side: (query, head x d_value); None = it has no heads."""
    assert isinstance(source, Arithmetic)
    if source.heads[layer] == 0:
        return None
    queries, keys = (slice(0, n) for n in n_tokens)
    outputs = [
        source.tile(layer, head, queries, keys) @ source.values(layer, head) for head in range(source.heads[layer])
    ]
    return torch.from_numpy(np.concatenate(outputs, axis=-1))


def _names(outputs: Iterable[torch.Tensor | None], linears: Sequence[tuple[str, torch.Tensor]]) -> Iterator[str]:
    """The layers follow each other, and so do their projections; a model that repeats its layers repeats the names."""
    start = 0
    for output in outputs:
        places = (place for place in range(start, len(linears)) if _same(linears[place][1], output))
        place = next(places, None)
        yield "" if place is None else linears[place][0]
        start = start if place is None else place + 1


def _same(given: torch.Tensor, output: torch.Tensor | None) -> bool:
    """given : (text, query, d) or (text x query, d), of which the first text counts."""
    if output is None:
        return False
    rows = given.reshape(-1, given.shape[-1])[: len(output)].float().cpu()
    return rows.shape == output.shape and torch.allclose(rows, output, rtol=0, atol=1e-4 * float(output.abs().max()))
