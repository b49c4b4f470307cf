"""A tiny Transformer: symbols in, for each of them a predicted symbol out.

Symbols: T tokens of a sequence, S symbols that exist.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from attention_viz.errors import InputError
from attention_viz.mechanism.masks import Lengths, causal_mask
from attention_viz.mechanism.network.layer import Activation, EncoderLayer
from attention_viz.mechanism.network.linear import embedding, linear
from attention_viz.mechanism.network.positions import Positions
from attention_viz.mechanism.shapes import require_at_least


class Transformer(nn.Module):
    """Embedding times sqrt(d_model), plus position; encoder layers; a linear decoder to the symbols.

    longest    : the most tokens of a sequence
    positional : False leaves the position vectors out
    causal     : each token reads only itself and those before it
    generator  : for the first weights and the dropout; None = torch's global one
    With norm_first, the last layer's output is normalised once more, as nothing after it would.
    """

    def __init__(
        self,
        n_symbols: int,
        longest: int,
        *,
        d_model: int = 32,
        n_heads: int = 4,
        n_layers: int = 1,
        d_hidden: int = 64,
        activation: Activation = "relu",
        norm_first: bool = True,
        positional: bool = True,
        causal: bool = False,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        for name, count in {"n_symbols": n_symbols, "longest": longest, "n_layers": n_layers}.items():
            require_at_least(name, count)
        self.embed = Embed(n_symbols, d_model, longest, positional=positional, dropout=dropout, generator=generator)
        self.layers = nn.ModuleList(
            EncoderLayer(
                d_model,
                n_heads,
                d_hidden,
                activation=activation,
                norm_first=norm_first,
                dropout=dropout,
                generator=generator,
            )
            for _ in range(n_layers)
        )
        self.norm = nn.LayerNorm(d_model) if norm_first else None
        self.decode = linear(d_model, n_symbols, generator=generator)
        self.causal = causal

    def forward(self, symbols: Tensor, valid: Lengths | None = None) -> tuple[Tensor, tuple[Tensor, ...]]:
        """A score for every symbol at every place, and what every head read.

        symbols : (batch, token) whole numbers from 0 to n_symbols - 1; valid : real tokens of each sequence
        returns : logits (batch, token, n_symbols), weights of each layer (batch, head, query, key)
        """
        tokens, weights = self.encode(symbols, valid)  # (batch, token, d_model)
        return self.decode(tokens), weights

    def encode(self, symbols: Tensor, valid: Lengths | None = None) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The tokens after the last layer, (batch, token, d_model), and the weights of each layer."""
        tokens = self.embed(symbols)  # (batch, token, d_model)
        mask = causal_mask(symbols.shape[1]).to(symbols.device) if self.causal else None
        weights = []
        for layer in self.layers:
            tokens, read = layer(tokens, mask, valid)  # (batch, token, d_model), (batch, head, query, key)
            weights.append(read)
        return tokens if self.norm is None else self.norm(tokens), tuple(weights)

    def training_logits(self, given: Tensor, wanted: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The logits that the loss compares with the wanted symbols."""
        return self.forward(given)

    def predict(self, given: Tensor, length: int) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The likeliest symbol at every place, (batch, token), and the weights; as many symbols as were given."""
        if length != given.shape[1]:
            raise InputError(
                "This network answers {n} symbols with {n}, not with {length}.", n=given.shape[1], length=length
            )
        logits, weights = self(given)
        return logits.argmax(-1), weights


class Embed(nn.Module):
    """One vector per symbol times sqrt(d_model), plus the position's vector: (batch, token) -> (batch, token, d_model)."""

    def __init__(
        self,
        n_symbols: int,
        d_model: int,
        longest: int,
        *,
        positional: bool = True,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.table = embedding(n_symbols, d_model, generator)
        self.positions = Positions(d_model, longest, dropout=dropout, generator=generator) if positional else None

    def forward(self, symbols: Tensor) -> Tensor:
        require_symbols(symbols, self.table.num_embeddings)
        tokens = self.table(symbols) * math.sqrt(self.table.embedding_dim)  # (batch, token, d_model)
        return tokens if self.positions is None else self.positions.forward(tokens)


def require_symbols(symbols: Tensor, n_symbols: int) -> None:
    """Refuses anything but (batch, token) whole numbers that name a symbol."""
    if symbols.dtype not in (torch.int64, torch.int32) or symbols.ndim != 2 or symbols.numel() == 0:
        raise InputError(
            "The symbols have the shape {shape} and are {dtype}. Give (batch, token) whole numbers, at least one.",
            shape=tuple(symbols.shape),
            dtype=symbols.dtype,
        )
    if bool(((symbols < 0) | (symbols >= n_symbols)).any()):
        raise InputError(
            "The symbols go from {low} to {high}; this network knows {n} of them, from 0 to {last}.",
            low=int(symbols.min()),
            high=int(symbols.max()),
            n=n_symbols,
            last=n_symbols - 1,
        )
