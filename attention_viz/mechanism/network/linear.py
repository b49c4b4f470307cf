"""Linear maps and tables, started from a generator of their own: building one leaves torch's shared chance untouched."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.utils import skip_init


def linear(d_in: int, d_out: int, bias: bool = True, generator: torch.Generator | None = None) -> nn.Linear:
    """x -> x W^T + b, with W as Glorot and Bengio (2010) start it and b = 0; generator None = torch's own chance."""
    layer = skip_init(nn.Linear, d_in, d_out, bias=bias)
    assert isinstance(layer, nn.Linear)
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


def embedding(n_symbols: int, d_model: int, generator: torch.Generator | None = None) -> nn.Embedding:
    """One vector per symbol, of variance 1 / d_model, so that times sqrt(d_model) each number has variance 1."""
    table = skip_init(nn.Embedding, n_symbols, d_model)
    assert isinstance(table, nn.Embedding)
    nn.init.normal_(table.weight, std=d_model**-0.5, generator=generator)
    return table


def copied(weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Linear:
    """A linear map with its own copy of these numbers: weight (out, in), bias (out,) or none."""
    layer = skip_init(nn.Linear, weight.shape[1], weight.shape[0], bias=bias is not None, dtype=weight.dtype)
    assert isinstance(layer, nn.Linear)
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer
