"""Encoder layer: attention, then a small network per token, each added to what was there (residual) and normalised."""

from __future__ import annotations

from typing import Literal, Self

import torch
from torch import Tensor, nn

from attention_viz.errors import InputError
from attention_viz.mechanism.dropout import Dropout
from attention_viz.mechanism.masks import Lengths
from attention_viz.mechanism.network.linear import copied, linear
from attention_viz.mechanism.network.multihead import MultiHeadAttention
from attention_viz.mechanism.shapes import require_at_least

Activation = Literal["relu", "gelu"]


class FeedForward(nn.Module):
    """What each token makes of what it has read, by itself: W2 act(W1 x + b1) + b2 (Vaswani et al. 2017, eq. 2)."""

    def __init__(
        self,
        d_model: int,
        d_hidden: int,
        activation: Activation = "relu",
        *,
        bias: bool = True,
        dropout: float = 0.0,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        require_at_least("d_hidden", d_hidden)
        if activation not in ("relu", "gelu"):
            raise InputError("The activation is {activation}. Choose relu or gelu.", activation=activation)
        self.activation = activation
        self.wide = linear(d_model, d_hidden, bias, generator)
        self.narrow = linear(d_hidden, d_model, bias, generator)
        self.dropout = Dropout(dropout, generator)

    def forward(self, tokens: Tensor) -> Tensor:
        wide = self.wide(tokens)  # (batch, token, d_hidden)
        active = nn.functional.relu(wide) if self.activation == "relu" else nn.functional.gelu(wide)
        narrow: Tensor = self.narrow(self.dropout(active))  # (batch, token, d_model)
        return narrow

    @classmethod
    def from_torch(cls, module: nn.TransformerEncoderLayer | nn.TransformerDecoderLayer) -> Self:
        """The feed-forward part of one of torch's layers, with a copy of its weights."""
        wide, narrow = module.linear1, module.linear2
        made = cls(
            wide.in_features,
            wide.out_features,
            activation_name(module.activation),
            dropout=module.dropout.p,
            generator=torch.Generator(),
        )
        made.wide, made.narrow = copied(wide.weight, wide.bias), copied(narrow.weight, narrow.bias)
        made.dropout.generator = None
        return made


class EncoderLayer(nn.Module):
    """One layer of an encoder.

    norm_first : normalise before each part (as GPT-2 does) instead of after it (as the first Transformer and BERT do)
    dropout    : on the weights, inside the feed-forward network, and on the output of both parts, while learning
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
        self.attention = MultiHeadAttention(d_model, n_heads, bias=bias, dropout=dropout, generator=generator)
        self.feed_forward = FeedForward(d_model, d_hidden, activation, bias=bias, dropout=dropout, generator=generator)
        self.attention_norm = nn.LayerNorm(d_model, bias=bias)
        self.feed_forward_norm = nn.LayerNorm(d_model, bias=bias)
        self.dropout = Dropout(dropout, generator)

    def forward(
        self, tokens: Tensor, mask: Tensor | None = None, valid: Lengths | None = None
    ) -> tuple[Tensor, Tensor]:
        """Every token after reading the others.

        tokens, mask, valid : as in MultiHeadAttention, (batch, token, d_model)
        returns : tokens (batch, token, d_model), weights (batch, head, query, key)
        """
        if self.norm_first:
            read, weights = self.attention(self.attention_norm(tokens), mask=mask, valid=valid)
            tokens = tokens + self.dropout(read)  # (batch, token, d_model)
            return tokens + self.dropout(self.feed_forward(self.feed_forward_norm(tokens))), weights
        read, weights = self.attention(tokens, mask=mask, valid=valid)
        tokens = self.attention_norm(tokens + self.dropout(read))  # (batch, token, d_model)
        return self.feed_forward_norm(tokens + self.dropout(self.feed_forward(tokens))), weights

    @classmethod
    def from_torch(cls, module: nn.TransformerEncoderLayer) -> Self:
        """The same layer as torch's own, with a copy of its weights; always (batch, token, width).

        Raises InputError where its activation is neither relu nor gelu.
        """
        attention, wide = module.self_attn, module.linear1
        made = cls(
            attention.embed_dim,
            attention.num_heads,
            wide.out_features,
            activation=activation_name(module.activation),
            norm_first=module.norm_first,
            bias=wide.bias is not None,
            dropout=module.dropout1.p,
            generator=torch.Generator(),
        )
        made.attention = MultiHeadAttention.from_torch(attention)
        made.feed_forward = FeedForward.from_torch(module)
        made.attention_norm, made.feed_forward_norm = copied_norm(module.norm1), copied_norm(module.norm2)
        made.dropout.generator = None
        return made.to(wide.weight.device).train(module.training)


def copied_norm(norm: nn.LayerNorm) -> nn.LayerNorm:
    """A LayerNorm with its own copy of these numbers."""
    made = nn.LayerNorm(norm.normalized_shape, eps=norm.eps, bias=norm.bias is not None, dtype=norm.weight.dtype)
    made.load_state_dict(norm.state_dict())
    return made


def activation_name(activation: object) -> Activation:
    """Which activation one of torch's layers uses, as a name."""
    if activation is nn.functional.relu or isinstance(activation, nn.ReLU):
        return "relu"
    if activation is nn.functional.gelu or (isinstance(activation, nn.GELU) and activation.approximate == "none"):
        return "gelu"
    raise InputError("This layer's activation is {activation}. Only relu and gelu are known.", activation=activation)
