"""Sequence to sequence: an encoder reads the given symbols all at once, a decoder writes the answer one after another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attention_viz.mechanism.masks import Lengths
from attention_viz.mechanism.network.decoder import DecoderLayer
from attention_viz.mechanism.network.linear import linear
from attention_viz.mechanism.network.transformer import Embed, Transformer
from attention_viz.mechanism.shapes import require_at_least


@dataclass(frozen=True, eq=False)
class DecodingStep:
    """One step of decoding.

    step    : counts from 0
    symbols : (batch,), the symbols written in this step
    weights : of each layer, (batch, head, key): what this step's query read of the given sequence
    """

    step: int
    symbols: Tensor
    weights: tuple[Tensor, ...]


class EncoderDecoder(nn.Module):
    """A Transformer with both halves.

    longest    : the most symbols given or written
    start      : the symbol before the first written one; it is never an answer
    generator  : for the first weights and the dropout; None = torch's global one
    Source: Vaswani et al. 2017, arXiv 1706.03762, figure 1.
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
        norm_first: bool = True,
        positional: bool = True,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.start = n_symbols
        self.encoder = Transformer(
            n_symbols,
            longest,
            d_model=d_model,
            n_heads=n_heads,
            n_layers=n_layers,
            d_hidden=d_hidden,
            norm_first=norm_first,
            positional=positional,
            dropout=dropout,
            generator=generator,
        )
        self.embed = Embed(n_symbols + 1, d_model, longest, positional=positional, dropout=dropout, generator=generator)
        self.layers = nn.ModuleList(
            DecoderLayer(d_model, n_heads, d_hidden, norm_first=norm_first, dropout=dropout, generator=generator)
            for _ in range(n_layers)
        )
        self.norm = nn.LayerNorm(d_model) if norm_first else None
        self.decode = linear(d_model, n_symbols, generator=generator)

    def forward(self, given: Tensor, known: Tensor, valid: Lengths | None = None) -> tuple[Tensor, tuple[Tensor, ...]]:
        """The next symbol after each known one, and what it was read from.

        given   : (batch, key) symbols; known : (batch, query) symbols, the first is `start`
        returns : logits (batch, query, n_symbols), weights of each layer (batch, head, query, key): rectangles
        """
        return self._write(self.encoder.encode(given, valid)[0], known, valid)

    def training_logits(self, given: Tensor, wanted: Tensor) -> tuple[Tensor, tuple[Tensor, ...]]:
        """Logits for every wanted symbol given those before it (teacher forcing), all steps at once."""
        return self.forward(given, self._after_start(wanted)[:, :-1])

    def generate(self, given: Tensor, length: int, valid: Lengths | None = None) -> Iterator[DecodingStep]:
        """The answer by greedy decoding, one symbol a step; each step reads the symbols before it."""
        require_at_least("length", length)
        encoded, _ = self.encoder.encode(given, valid)  # (batch, key, d_model), once for all steps
        known = self._after_start(given[:, :0])  # (batch, 1)
        for step in range(length):
            logits, weights = self._write(encoded, known, valid)  # (batch, step + 1, n_symbols)
            symbols = logits[:, -1].argmax(-1)  # (batch,)
            known = torch.cat([known, symbols[:, None]], dim=1)
            yield DecodingStep(step, symbols, tuple(each[:, :, -1] for each in weights))

    def predict(self, given: Tensor, length: int) -> tuple[Tensor, tuple[Tensor, ...]]:
        """All of the answer, (batch, query), and what its steps read: of each layer (batch, head, query, key)."""
        steps = list(self.generate(given, length))
        weights = zip(*(step.weights for step in steps), strict=True)  # by layer
        return torch.stack([step.symbols for step in steps], dim=1), tuple(torch.stack(each, dim=2) for each in weights)

    def _write(self, encoded: Tensor, known: Tensor, valid: Lengths | None) -> tuple[Tensor, tuple[Tensor, ...]]:
        written = self.embed(known)  # (batch, query, d_model)
        weights = []
        for layer in self.layers:
            written, _, cross = layer(written, encoded, valid)  # cross: (batch, head, query, key)
            weights.append(cross)
        return self.decode(written if self.norm is None else self.norm(written)), tuple(weights)

    def _after_start(self, symbols: Tensor) -> Tensor:
        """(batch, 1 + token): the start symbol, then the symbols."""
        return nn.functional.pad(symbols, (1, 0), value=self.start)
