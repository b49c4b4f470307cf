"""Linear maps and embedding tables, initialised from a given generator, so that torch's global one stays as it is."""

from __future__ import annotations

import torch
from torch import nn


def linear(d_in: int, d_out: int, bias: bool = True, generator: torch.Generator | None = None) -> nn.Linear:
    """x -> x W^T + b, with W initialised as by Glorot and Bengio (2010) and b = 0; generator None = torch's global one."""
    layer = nn.Linear(d_in, d_out, bias=bias, device="meta").to_empty(device="cpu")
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    if bias:
        nn.init.zeros_(layer.bias)
    return layer


def embedding(n_symbols: int, d_model: int, generator: torch.Generator | None = None) -> nn.Embedding:
    """One vector per symbol, of variance 1 / d_model, so that times sqrt(d_model) each number has variance 1."""
    table = nn.Embedding(n_symbols, d_model, device="meta").to_empty(device="cpu")
    nn.init.normal_(table.weight, std=d_model**-0.5, generator=generator)
    return table


def copied(weight: torch.Tensor, bias: torch.Tensor | None) -> nn.Linear:
    """A linear map with its own copy of these numbers: weight (out, in), bias (out,) or none."""
    d_out, d_in = weight.shape
    layer = nn.Linear(d_in, d_out, bias=bias is not None, dtype=weight.dtype, device="meta").to_empty(device="cpu")
    with torch.no_grad():
        layer.weight.copy_(weight)
        if bias is not None:
            layer.bias.copy_(bias)
    return layer
