"""Attention block: what one head computes for one query, step by step, up to the block's output.

Symbols: x a token (d_model wide), q, k, v its query, key and value in this head (d_head wide), a the weights.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from attention_viz.errors import InputError, SelectionError
from attention_viz.mechanism.normalisers import masked_softmax
from attention_viz.mechanism.shapes import require_numbers
from attention_viz.mechanism.walkthrough.block_output import add, normalise, project
from attention_viz.mechanism.walkthrough.head_output import SoftmaxSettings, attention_weights, weighted_sum
from attention_viz.mechanism.walkthrough.parameters import BlockParameters, LinearMap
from attention_viz.mechanism.walkthrough.steps import StepLog, Walkthrough


def walk(
    tokens: Tensor,
    parameters: BlockParameters,
    head: int,
    query: int,
    mask: Tensor | None = None,
    memory: Tensor | None = None,
    *,
    scaled: bool = True,
    temperature: float = 1.0,
) -> Walkthrough:
    """Everything one head computes for one query token, up to the block's output for that token.

    tokens : (token, d_model), the layer's input; head, query : count from 0
    mask   : boolean (key,), True where this query may read the key; None = all
    memory : (key, d_model), the sequence that is read in cross-attention; None = the tokens themselves
    scaled, temperature : scores / (sqrt(d_head) * temperature), or scores / temperature unscaled; this head alone, the
                          others stay as the model computes them
    Raises SelectionError where there is no such head or query, InputError where shapes do not fit.
    """
    _require(tokens, memory, parameters, head, query, mask)
    settings = SoftmaxSettings(mask, None if scaled else 1.0, temperature)
    log = StepLog()
    x = log.add("input", ("d_model",), "x", tokens[query])
    read = tokens
    if parameters.norm is not None and parameters.norm_first:
        read = log.add("normed_input", ("token", "d_model"), r"x' = \mathrm{LayerNorm}(x)", parameters.norm.of(tokens))
    q, k, v = _project(
        log, read[query], read if memory is None else memory, parameters, head, read is not tokens, memory is not None
    )
    context = weighted_sum(log, attention_weights(log, q, k, settings), v)
    others = _contexts(read[query], read if memory is None else memory, parameters, mask)  # (head, d_head)
    _add_block_output(log, x, others.index_copy(0, torch.tensor([head]), context[None]), parameters)
    return Walkthrough(tuple(log.steps))


def _project(
    log: StepLog, x: Tensor, read: Tensor, parameters: BlockParameters, head: int, normed: bool, crossed: bool
) -> tuple[Tensor, Tensor, Tensor]:
    own, other = "x'" if normed else "x", "m" if crossed else "x'" if normed else "x"
    query, key, value = (
        each.head(head, parameters.n_heads) for each in (parameters.query, parameters.key, parameters.value)
    )
    return (
        log.add("query", ("d_head",), f"q = W_q {own}" + _bias(query, "q"), query.of(x)),
        log.add("keys", ("key", "d_head"), f"k_j = W_k {other}_j" + _bias(key, "k"), key.of(read)),
        log.add("values", ("key", "d_head"), f"v_j = W_v {other}_j" + _bias(value, "v"), value.of(read)),
    )


def _bias(part: LinearMap, letter: str) -> str:
    return "" if part.bias is None else f" + b_{letter}"


def _contexts(x: Tensor, read: Tensor, parameters: BlockParameters, mask: Tensor | None) -> Tensor:
    """What every head reads for this query, as the model computes it: (head, d_head)."""
    q, k, v = (
        each.of(tokens).reshape(len(tokens), parameters.n_heads, -1).transpose(0, 1)  # (head, token, d_head)
        for each, tokens in ((parameters.query, x[None]), (parameters.key, read), (parameters.value, read))
    )
    scores = q @ k.mT / math.sqrt(q.shape[-1])  # (head, 1, key)
    return (masked_softmax(scores, None if mask is None else mask[None]) @ v).squeeze(1)


def _add_block_output(log: StepLog, x: Tensor, contexts: Tensor, parameters: BlockParameters) -> None:
    residual = add(log, x, project(log, contexts, parameters.output))
    if parameters.norm is not None and not parameters.norm_first:
        normalise(log, residual, parameters.norm, "r", "y")


def _require(
    tokens: Tensor, memory: Tensor | None, parameters: BlockParameters, head: int, query: int, mask: Tensor | None
) -> None:
    for name, x, d_in in (("tokens", tokens, parameters.query.d_in), ("memory", memory, parameters.key.d_in)):
        if x is None:
            continue
        if x.ndim != 2 or x.shape[1] != d_in:
            raise InputError(
                "The {name} have the shape {shape}. Give (token, {width}).", name=name, shape=tuple(x.shape), width=d_in
            )
        require_numbers(name, x)
    n_keys = len(tokens if memory is None else memory)
    if not 0 <= head < parameters.n_heads:
        raise SelectionError("There is no head {head}; this layer has {n}.", head=head + 1, n=parameters.n_heads)
    if not 0 <= query < len(tokens):
        raise SelectionError("There is no query token {query}; there are {n}.", query=query + 1, n=len(tokens))
    if mask is not None and (mask.dtype != torch.bool or tuple(mask.shape) != (n_keys,)):
        raise InputError(
            "The mask has the shape {shape} and is {dtype}. Give {n} booleans, True where the query may read the key.",
            shape=tuple(mask.shape),
            dtype=mask.dtype,
            n=n_keys,
        )
    if mask is not None and not bool(mask.any()):
        raise InputError("The query token {query} may not read any key. Leave it at least one.", query=query + 1)
