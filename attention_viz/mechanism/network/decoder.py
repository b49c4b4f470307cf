"""Decoder layer: reads what is already written (causal), then the given sequence (cross-attention)."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor, nn

from attention_viz.mechanism.dropout import Dropout
from attention_viz.mechanism.masks import Lengths, causal_mask
from attention_viz.mechanism.network.layer import Activation, FeedForward, activation_name, copied_norm
from attention_viz.mechanism.network.multihead import MultiHeadAttention


class DecoderLayer(nn.Module):
    """One layer of a decoder: the queries come from the sequence being written, the keys and values from the given one.

    Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.1; norm_first: Xiong et al. 2020, arXiv 2002.04745.
    """

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        d_hidden: int,
        *,
        activation: Activation = "relu",
        norm_first: bool = False,
        bias: bool = True,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.norm_first = norm_first
        self.own = MultiHeadAttention(d_model, n_heads, bias=bias, dropout=dropout, generator=generator)
        self.cross = MultiHeadAttention(d_model, n_heads, bias=bias, dropout=dropout, generator=generator)
        self.feed_forward = FeedForward(d_model, d_hidden, activation, bias=bias, dropout=dropout, generator=generator)
        self.own_norm = nn.LayerNorm(d_model, bias=bias)
        self.cross_norm = nn.LayerNorm(d_model, bias=bias)
        self.feed_forward_norm = nn.LayerNorm(d_model, bias=bias)
        self.dropout = Dropout(dropout, generator)

    def forward(self, written: Tensor, given: Tensor, valid: Lengths | None = None) -> tuple[Tensor, Tensor, Tensor]:
        """Every written token after reading those before it and all of the given sequence.

        written : (batch, query, d_model); given : (batch, key, d_model); valid : real keys of the given sequence
        returns : written (batch, query, d_model), its own weights (batch, head, query, query),
                  its weights on the given sequence (batch, head, query, key): a rectangle
        """
        before = causal_mask(written.shape[1]).to(written.device)
        if self.norm_first:
            read, own = self.own(self.own_norm(written), mask=before)
            written = written + self.dropout(read)  # (batch, query, d_model)
            read, cross = self.cross(self.cross_norm(written), given, valid=valid)
            written = written + self.dropout(read)
            return written + self.dropout(self.feed_forward(self.feed_forward_norm(written))), own, cross
        read, own = self.own(written, mask=before)
        written = self.own_norm(written + self.dropout(read))  # (batch, query, d_model)
        read, cross = self.cross(written, given, valid=valid)
        written = self.cross_norm(written + self.dropout(read))
        return self.feed_forward_norm(written + self.dropout(self.feed_forward(written))), own, cross

    @classmethod
    def from_torch(cls, module: nn.TransformerDecoderLayer) -> Self:
        """The same layer as torch's own, with a copy of its weights; always (batch, token, width)."""
        attention, wide = module.self_attn, module.linear1
        made = cls(
            attention.embed_dim,
            attention.num_heads,
            wide.out_features,
            activation=activation_name(module.activation),
            norm_first=module.norm_first,
            bias=wide.bias is not None,
            dropout=module.dropout1.p,
            generator=torch.Generator(),  # the first weights are replaced: torch's global generator is not used
        )
        made.own = MultiHeadAttention.from_torch(attention)
        made.cross = MultiHeadAttention.from_torch(module.multihead_attn)
        made.feed_forward = FeedForward.from_torch(module)
        made.own_norm, made.cross_norm = copied_norm(module.norm1), copied_norm(module.norm2)
        made.feed_forward_norm = copied_norm(module.norm3)
        made.dropout.generator = None
        return made.to(wide.weight.device).train(module.training)
