"""Encoded: one text or pair as tokens, ready for a model."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from attention_viz.brief import brief
from attention_viz.errors import Message
from attention_viz.tokens import Tokens

DECODER_PARTS = ("decoder", "cross")
"""The maps of attention whose queries are the decoder's tokens."""


@dataclass(frozen=True, eq=False)
class Encoded:
    """One text or pair, ready for the model.

    inputs   : name of the model's argument -> (1, token) tensor
    tokens   : the same tokens, to look at
    texts    : the segments' texts as they were read
    left_out : tokens of the text that did not fit
    decoder  : what the decoder of an encoder-decoder reads, where the text for it was given
    """

    inputs: dict[str, torch.Tensor]
    tokens: Tokens
    texts: tuple[str, ...]
    left_out: int
    notes: tuple[Message, ...]
    decoder: Encoded | None = None

    __repr__ = brief

    @property
    def n_tokens(self) -> int:
        """Tokens that the model reads, those of the decoder included."""
        return len(self.tokens) + (self.decoder.n_tokens if self.decoder else 0)

    @property
    def arguments(self) -> dict[str, torch.Tensor]:
        """Name of the model's argument -> (1, token) tensor, those of the decoder included."""
        return self.inputs | (self.decoder.inputs if self.decoder else {})
