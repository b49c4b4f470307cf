"""The attention function itself: the head outputs, and each row's log-sum-exp, in memory of a few rows at a time."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import cut

CELLS = 1 << 22
"""Mask or score entries per batch row and head that are made at once: bounds the memory beside queries, keys, values."""

BAND = 256
"""Query rows taken together in a sliding window: few enough that the band is narrow, many enough that calls are few."""

_flash = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu


def run(call: AttentionCall, dropout: float = 0.0) -> tuple[torch.Tensor, torch.Tensor]:
    """What the heads read: ((batch, query, head, d_value), (batch, head, query) lse float32)."""
    return _fast(call) if _is_fast(call, dropout) else _by_rows(call, dropout)


def _is_fast(call: AttentionCall, dropout: float) -> bool:
    """Whether torch's CPU kernel computes this: it knows no softcap, and gives the lse no gradient."""
    return (
        call.queries.device.type == "cpu"
        and call.softcap is None
        and call.queries.shape[-1] == call.values.shape[-1]
        and dropout == 0.0
        and not torch.is_grad_enabled()
    )


def _fast(call: AttentionCall) -> tuple[torch.Tensor, torch.Tensor]:
    if call.mask.kind != "rule" and call.bias is None:
        causal = call.mask.kind == "causal"
        output, lse = _flash(call.queries, call.keys, call.values, 0.0, causal, scale=call.scale)
    else:
        output, lse = _fast_by_rows(call)
    if call.sinks is not None:
        sinks = call.sinks.float()[:, None]
        output = output * torch.sigmoid(lse - sinks).unsqueeze(-1).to(output.dtype)  # what the sink leaves of each row
        lse = torch.logaddexp(lse, sinks)
    return output.transpose(1, 2).contiguous(), lse


def _fast_by_rows(call: AttentionCall) -> tuple[torch.Tensor, torch.Tensor]:
    output, lse = _empty(call)
    for queries, keys in _strips(call, 1 if call.bias is None else call.n_heads):
        added = call.mask.additive(queries, keys, call.queries.dtype)
        if call.bias is not None:
            added = added + cut(call.bias, queries, keys)
        output[:, :, queries], lse[:, :, queries] = _flash(
            call.queries[:, :, queries],
            call.keys[:, :, keys],
            call.values[:, :, keys],
            attn_mask=added,
            scale=call.scale,
        )
    return output, lse


def _by_rows(call: AttentionCall, dropout: float) -> tuple[torch.Tensor, torch.Tensor]:
    output, lse = [], []
    groups = call.n_heads // call.values.shape[1]
    for queries, keys in _strips(call, call.n_heads):
        scores = call.scores(queries, keys)
        total = torch.logsumexp(scores, -1)
        if call.sinks is not None:
            total = torch.logaddexp(total, call.sinks.float()[:, None])
        total = total.masked_fill(total == -torch.inf, 0.0)
        weights = torch.dropout((scores - total.unsqueeze(-1)).exp(), dropout, dropout > 0)
        values = call.values[:, :, None, keys]  # (batch, key head, 1, key, d_value)
        read = (
            torch.unflatten(weights.to(values.dtype), 1, (-1, groups)) @ values
        )  # (batch, key head, group, query, d_value)
        output.append(read.flatten(1, 2).transpose(1, 2))
        lse.append(total)
    return torch.cat(output, 1).contiguous(), torch.cat(lse, 2)


def _strips(call: AttentionCall, heads: int) -> Iterator[tuple[slice, slice]]:
    """Query rows taken together, and the keys they can read."""
    n_queries, n_keys, reach = call.queries.shape[2], call.mask.n_keys, call.mask.reach
    width = n_keys if reach is None else min(n_keys, BAND + 2 * reach)
    rows = max(16, min(n_queries if reach is None else BAND, CELLS // (heads * width)))
    for start in range(0, n_queries, rows):
        queries = slice(start, min(start + rows, n_queries))
        yield queries, call.mask.span(queries)


def _empty(call: AttentionCall) -> tuple[torch.Tensor, torch.Tensor]:
    """(batch, head, query, d_value) and (batch, head, query), to be filled strip by strip."""
    batch, heads, n_queries, _ = call.queries.shape
    by_token = call.values.new_empty(batch, n_queries, heads, call.values.shape[-1])
    lse = call.queries.new_empty(batch, heads, n_queries, dtype=torch.float32)
    return by_token.transpose(1, 2), lse
