"""Attention calls of every kind, with numbers drawn at random, and what torch's own softmax makes of them."""

from __future__ import annotations

from typing import Any

import torch

from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import Mask

BATCH, HEADS, KEY_HEADS, QUERIES, KEYS, D_HEAD = 2, 6, 3, 17, 23, 8
"""No two are equal; heads share key heads in pairs."""

KINDS = ("plain", "padded", "causal", "bias", "softcap", "sinks", "everything")


def draw(kind: str = "plain", n_queries: int = QUERIES, n_keys: int = KEYS, **changes: Any) -> AttentionCall:
    """A call of one of KINDS. The lse is left to who needs it."""
    torch.manual_seed(3)
    shapes = ((BATCH, HEADS, n_queries, D_HEAD), (BATCH, KEY_HEADS, n_keys, D_HEAD), (BATCH, KEY_HEADS, n_keys, D_HEAD))
    queries, keys, values = (torch.randn(shape) for shape in shapes)
    every = kind == "everything"
    options = {
        "mask": _mask(kind, n_queries, n_keys),
        "scale": 0.7,
        "bias": torch.randn(1, HEADS, n_queries, n_keys) if kind == "bias" or every else None,
        "softcap": 1.5 if kind == "softcap" or every else None,
        "sinks": torch.randn(HEADS) if kind == "sinks" or every else None,
    }
    return AttentionCall(queries, keys, values, **(options | changes))


def _mask(kind: str, n_queries: int, n_keys: int) -> Mask:
    if kind in ("padded", "everything"):
        readable = torch.ones(BATCH, 1, 1, n_keys, dtype=torch.bool)
        readable[1, :, :, -5:] = False
        return Mask.of_tensor(readable.expand(-1, -1, n_queries, -1))
    return Mask.plain(n_keys, causal=kind == "causal", device="cpu")


def expected(call: AttentionCall) -> tuple[torch.Tensor, torch.Tensor]:
    """((batch, head, query, key) weights, (batch, query, head, d) outputs), spelt with torch.softmax on whole matrices."""
    groups = call.queries.shape[1] // call.keys.shape[1]
    keys, values = (each.repeat_interleave(groups, 1) for each in (call.keys, call.values))
    n_queries, n_keys = call.queries.shape[2], keys.shape[2]
    scores = torch.einsum("bhqd,bhkd->bhqk", call.queries, keys) * call.scale
    if call.softcap is not None:
        scores = call.softcap * torch.tanh(scores / call.softcap)
    if call.bias is not None:
        scores = scores + call.bias
    scores = scores.masked_fill(~call.mask.readable(slice(0, n_queries), slice(0, n_keys)), -torch.inf)
    if call.sinks is not None:
        sinks = call.sinks.view(1, -1, 1, 1).expand(len(scores), -1, n_queries, 1)
        scores = torch.cat([scores, sinks], -1)
    weights = torch.softmax(scores, -1)[..., :n_keys]
    return weights, torch.einsum("bhqk,bhkd->bqhd", weights, values)
