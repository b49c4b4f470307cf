"""One attention call of a model: what went into it, and any rectangle of the weights that came out of it.

A rectangle of one head costs that rectangle alone: weights = exp(scores - lse), where lse is the logarithm of the sum
of exp(scores) over the row (Milakov & Gimelshein 2018, arXiv 1805.02867; the fast kernels compute it on the way).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch

from attention_viz.models.engine.mask import Mask, cut


@dataclass(frozen=True, eq=False, repr=False)
class AttentionCall:
    """Everything that one attention function was given, and each row's normaliser.

    queries : (batch, head, query, d_head), after any rotation by position
    keys    : (batch, key head, key, d_head); neighbouring heads share a key head in equal groups
    values  : (batch, key head, key, d_value)
    scale   : factor of the dot products
    bias    : (batch or 1, head, query or 1, key) added to the scores, or None
    softcap : the scores are bent to stay between -softcap and softcap, or None
    sinks   : (head,) the score of a sink, which takes its share of each row and belongs to no token, or None
    lse     : (batch, head, query) float32, logarithm of each row's sum, the sink included; 0 where no key is readable
    """

    queries: torch.Tensor
    keys: torch.Tensor
    values: torch.Tensor
    mask: Mask
    scale: float
    bias: torch.Tensor | None = None
    softcap: float | None = None
    sinks: torch.Tensor | None = None
    lse: torch.Tensor | None = None

    @property
    def n_heads(self) -> int:
        return self.queries.shape[1]

    def key_head(self, head: int) -> int:
        """The key head that a head reads: its own, or its group's."""
        return head // (self.n_heads // self.keys.shape[1])

    def of_text(self, row: int) -> AttentionCall:
        """The same call seen by all heads on one text of the batch; the batch stays as an axis of length 1."""
        return replace(
            self,
            queries=self.queries[row : row + 1],
            keys=self.keys[row : row + 1],
            values=self.values[row : row + 1],
            mask=self.mask.row(row),
            bias=None if self.bias is None else _one(self.bias, 0, row),
            lse=None if self.lse is None else self.lse[row : row + 1],
        )

    def of(self, row: int, head: int) -> AttentionCall:
        """The same call seen by one head on one text of the batch; batch and head stay as axes of length 1."""
        text, key_head = self.of_text(row), self.key_head(head)
        return replace(
            text,
            queries=text.queries[:, head : head + 1],
            keys=text.keys[:, key_head : key_head + 1],
            values=text.values[:, key_head : key_head + 1],
            bias=None if text.bias is None else _one(text.bias, 1, head),
            sinks=None if text.sinks is None else text.sinks[head : head + 1],
            lse=None if text.lse is None else text.lse[:, head : head + 1],
        )

    def scores(self, queries: slice, keys: slice) -> torch.Tensor:
        """The scores before the softmax, -inf where masked: (batch, head, query, key) float32."""
        rows, columns = self.queries[:, :, queries], self.keys[:, :, keys]
        if columns.shape[1] != self.n_heads:
            columns = columns.repeat_interleave(self.n_heads // columns.shape[1], dim=1)  # (batch, head, key, d)
        scores = (rows.float() @ columns.float().transpose(-1, -2)).mul_(self.scale)  # (batch, head, query, key)
        if self.softcap is not None:
            scores = torch.tanh(scores / self.softcap) * self.softcap
        if self.bias is not None:
            scores = scores + cut(self.bias, queries, keys)
        return self.mask.hide(scores, queries, keys)

    def weights(self, queries: slice, keys: slice) -> torch.Tensor:
        """The weights after the softmax: (batch, head, query, key) float32; rows of padding are 0."""
        assert self.lse is not None
        return self.scores(queries, keys).sub_(self.lse[:, :, queries, None]).exp_()


def _one(tensor: torch.Tensor, axis: int, index: int) -> torch.Tensor:
    """One entry of an axis, kept as an axis of length 1; an axis of length 1 stands for all its entries."""
    return tensor if tensor.shape[axis] == 1 else tensor.narrow(axis, index, 1)
