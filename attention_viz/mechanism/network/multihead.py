"""Multi-head attention: several narrow attentions side by side instead of a wide one.

Symbols: d_model the width of a token, d_head = d_model / n_heads the width of a token in one head.
"""

from __future__ import annotations

import copy
from typing import Self

import torch
from torch import Tensor, nn

from attention_viz.errors import InputError
from attention_viz.mechanism.attend import attend
from attention_viz.mechanism.dropout import Dropout
from attention_viz.mechanism.heads import (
    fold_heads,
    head_width,
    merge_heads,
    repeat_for_heads,
    split_heads,
    unfold_heads,
)
from attention_viz.mechanism.masks import Lengths, allowed_keys
from attention_viz.mechanism.network.linear import copied, linear
from attention_viz.mechanism.scores import ScoreFunction, scaled_dot_scores
from attention_viz.mechanism.shapes import require_at_least, require_batched


class MultiHeadAttention(nn.Module):
    """Attention in `n_heads` heads of width d_model / n_heads, projected together.

    d_query, d_key, d_value : widths of the three inputs; None = d_model
    dropout   : share of the weights dropped in training
    generator : for the first weights and the dropout; None = torch's global one
    Raises InputError where the heads do not divide d_model.
    Source: Vaswani et al. 2017, arXiv 1706.03762, section 3.2.2.
    """

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        *,
        bias: bool = True,
        d_query: int | None = None,
        d_key: int | None = None,
        d_value: int | None = None,
        dropout: float = 0.0,
        scores: ScoreFunction = scaled_dot_scores,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.d_model, self.n_heads, self.d_head = d_model, n_heads, head_width(d_model, n_heads)
        d_query, d_key, d_value = _widths(d_model, d_query, d_key, d_value)
        self.query = linear(d_query, d_model, bias, generator)
        self.key = linear(d_key, d_model, bias, generator)
        self.value = linear(d_value, d_model, bias, generator)
        self.output = linear(d_model, d_model, bias, generator)
        self.dropout = Dropout(dropout, generator)
        self.scores = scores

    def forward(
        self,
        queries: Tensor,
        keys: Tensor | None = None,
        values: Tensor | None = None,
        mask: Tensor | None = None,
        valid: Lengths | None = None,
    ) -> tuple[Tensor, Tensor]:
        """What every query token reads.

        queries : (batch, query, d_query)
        keys    : (batch, key, d_key); None = the queries, self-attention
        values  : (batch, key, d_value); None = the keys
        mask    : boolean, (query, key) or (batch, query, key), True where the query may read the key
        valid   : number of real keys, (batch,) or (batch, query)
        returns : output (batch, query, d_model), weights (batch, head, query, key), whose rows sum to 1
        """
        q, k, v = self.project(queries, keys, values)  # (batch, head, token, d_head) each
        shape = (q.shape[0], q.shape[2], k.shape[2])
        allowed = allowed_keys(shape, mask, valid)  # broadcasts to (batch, query, key); None = all
        if allowed is not None:
            allowed = repeat_for_heads(allowed.expand(shape), self.n_heads)  # (batch * head, query, key)
        contexts, weights = attend(
            fold_heads(q),  # (batch * head, query, d_head)
            fold_heads(k),  # (batch * head, key, d_head)
            fold_heads(v),
            self.scores,
            allowed,
            dropout=self.dropout.now,
            generator=self.dropout.generator,
        )  # (batch * head, query, d_head), (batch * head, query, key)
        joined = merge_heads(unfold_heads(contexts, self.n_heads))  # (batch, query, d_model)
        return self.output(joined), unfold_heads(weights, self.n_heads)

    def project(
        self, queries: Tensor, keys: Tensor | None = None, values: Tensor | None = None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The query, key and value of every token in every head: three of (batch, head, token, d_head)."""
        keys = queries if keys is None else keys
        values = keys if values is None else values
        require_batched("queries", queries, self.query.in_features)
        require_batched("keys", keys, self.key.in_features)
        require_batched("values", values, self.value.in_features)
        q, k, v = self.query(queries), self.key(keys), self.value(values)  # (batch, token, d_model) each
        return split_heads(q, self.n_heads), split_heads(k, self.n_heads), split_heads(v, self.n_heads)

    def head_by_head(
        self,
        queries: Tensor,
        keys: Tensor | None = None,
        values: Tensor | None = None,
        mask: Tensor | None = None,
        valid: Lengths | None = None,
    ) -> list[tuple[Tensor, Tensor]]:
        """The same attention one head after another, nothing folded and nothing dropped, before the output projection.

        returns : for each head its output (batch, query, d_head) and its weights (batch, query, key)
        """
        q, k, v = self.project(queries, keys, values)  # (batch, head, token, d_head) each
        return [attend(q[:, head], k[:, head], v[:, head], self.scores, mask, valid) for head in range(self.n_heads)]

    def with_heads(self, n_heads: int) -> Self:
        """The same learned numbers cut into another number of heads, shared and not copied: one view beside eight."""
        made = copy.copy(self)
        made.n_heads, made.d_head = n_heads, head_width(self.d_model, n_heads)
        return made

    @classmethod
    def from_torch(cls, module: nn.MultiheadAttention) -> Self:
        """The same attention as torch's own module, with a copy of its weights; always (batch, token, width).

        Raises InputError where the module adds keys of its own (add_bias_kv, add_zero_attn).
        """
        if module.bias_k is not None or module.bias_v is not None or module.add_zero_attn:
            raise InputError("This module adds keys of its own (add_bias_kv or add_zero_attn). Build it without them.")
        bias = module.in_proj_bias is not None
        made = cls(
            module.embed_dim,
            module.num_heads,
            bias=bias,
            d_key=module.kdim,
            d_value=module.vdim,
            dropout=module.dropout,
            generator=torch.Generator(),  # the first weights are replaced: torch's global generator is not used
        )
        weights, biases = _torch_projections(module)
        made.query, made.key, made.value = (copied(w, b) for w, b in zip(weights, biases, strict=True))
        made.output = copied(module.out_proj.weight, module.out_proj.bias if bias else None)
        made.dropout.generator = None
        return made.to(module.out_proj.weight.device).train(module.training)


def _torch_projections(module: nn.MultiheadAttention) -> tuple[list[Tensor], list[Tensor | None]]:
    """torch stacks the three matrices when the widths are equal, and keeps three when they are not."""
    if module.in_proj_weight is not None:
        weights = list(module.in_proj_weight.chunk(3))
    else:
        assert module.q_proj_weight is not None
        assert module.k_proj_weight is not None
        assert module.v_proj_weight is not None
        weights = [module.q_proj_weight, module.k_proj_weight, module.v_proj_weight]
    biases: list[Tensor | None] = [None] * 3 if module.in_proj_bias is None else list(module.in_proj_bias.chunk(3))
    return weights, biases


def parameter_count(
    d_model: int,
    bias: bool = True,
    d_query: int | None = None,
    d_key: int | None = None,
    d_value: int | None = None,
) -> int:
    """How many numbers multi-head attention learns: 4 d_model^2, plus 4 d_model with biases.

    The number of heads does not enter: more heads are narrower heads. Inputs of other widths change their own matrix.
    """
    inputs = sum(_widths(d_model, d_query, d_key, d_value))
    return inputs * d_model + d_model**2 + (4 * d_model if bias else 0)


def _widths(d_model: int, d_query: int | None, d_key: int | None, d_value: int | None) -> tuple[int, int, int]:
    widths = tuple(d_model if width is None else width for width in (d_query, d_key, d_value))
    for name, width in zip(("d_query", "d_key", "d_value"), widths, strict=True):
        require_at_least(name, width)
    return widths[0], widths[1], widths[2]
