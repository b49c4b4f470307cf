"""Walk: the arithmetic of one head for one query, step by step, from plain numbers wherever they come from.

Symbols: x a token (d_model wide), q, k, v its query, key and value in this head (d_head wide), a the weights.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from attention_viz.errors import InputError, SelectionError
from attention_viz.mechanism.normalisers import masked_softmax
from attention_viz.mechanism.shapes import require_numbers
from attention_viz.mechanism.walkthrough.leaving import add, normalise, project
from attention_viz.mechanism.walkthrough.parts import Map, Norm, Parts
from attention_viz.mechanism.walkthrough.steps import Notes, Walk
from attention_viz.mechanism.walkthrough.weighing import Weighing, mix, weigh


def walk(
    tokens: Tensor,
    parts: Parts,
    head: int,
    query: int,
    mask: Tensor | None = None,
    memory: Tensor | None = None,
    *,
    scaled: bool = True,
    temperature: float = 1.0,
) -> Walk:
    """Everything one head computes for one query token, up to the block's output for that token.

    tokens : (token, d_model), the layer's input; head, query : count from 0
    mask   : boolean (key,), True where this query may read the key; None = all
    memory : (key, d_model), the sequence that is read in cross-attention; None = the tokens themselves
    scaled, temperature : scores / (sqrt(d_head) * temperature), or scores / temperature unscaled; this head alone, the
                          others stay as the model computes them
    Raises SelectionError where there is no such head or query, InputError where shapes do not fit.
    """
    _require(tokens, memory, parts, head, query, mask)
    how = Weighing(mask, None if scaled else 1.0, temperature)
    notes = Notes()
    x = notes.write("input", ("d_model",), "x", tokens[query])
    read = tokens
    if parts.norm is not None and parts.norm_first:
        read = notes.write("normed_input", ("token", "d_model"), r"x' = \mathrm{LayerNorm}(x)", parts.norm.of(tokens))
    q, k, v = _project(
        notes, read[query], read if memory is None else memory, parts, head, read is not tokens, memory is not None
    )
    context = mix(notes, weigh(notes, q, k, how), v)
    others = _contexts(read[query], read if memory is None else memory, parts, mask)  # (head, d_head)
    _leave(notes, x, others.index_copy(0, torch.tensor([head]), context[None]), parts)
    return Walk(tuple(notes.steps))


def walk_embedding(
    word: Tensor,
    position: Tensor | None = None,
    segment: Tensor | None = None,
    scale: float = 1.0,
    norm: Norm | None = None,
) -> Walk:
    """Where a token's first vector comes from: word (times scale) + position (+ segment), normalised in BERT.

    word, position, segment : (d_model,); the last step is the input of the first layer
    """
    notes = Notes()
    terms = ["w" if scale == 1 else rf"{scale:.4g} \, w"]
    total = notes.write("word", ("d_model",), "w", word) * scale
    for name, symbol, vector in (("position", "p", position), ("segment", "s", segment)):
        if vector is not None:
            if vector.shape != word.shape:
                raise InputError(
                    "The {name} has the shape {shape}, the word {word}. Give vectors of one width.",
                    name=name,
                    shape=tuple(vector.shape),
                    word=tuple(word.shape),
                )
            total = total + notes.write(name, ("d_model",), symbol, vector)
            terms.append(symbol)
    total = notes.write("sum", ("d_model",), "e = " + " + ".join(terms), total)
    if norm is not None:
        normalise(notes, total, norm, "e", "x")
    return Walk(tuple(notes.steps))


def _project(
    notes: Notes, x: Tensor, read: Tensor, parts: Parts, head: int, normed: bool, crossed: bool
) -> tuple[Tensor, Tensor, Tensor]:
    own, other = "x'" if normed else "x", "m" if crossed else "x'" if normed else "x"
    query, key, value = (each.head(head, parts.n_heads) for each in (parts.query, parts.key, parts.value))
    return (
        notes.write("query", ("d_head",), f"q = W_q {own}" + _bias(query, "q"), query.of(x)),
        notes.write("keys", ("key", "d_head"), f"k_j = W_k {other}_j" + _bias(key, "k"), key.of(read)),
        notes.write("values", ("key", "d_head"), f"v_j = W_v {other}_j" + _bias(value, "v"), value.of(read)),
    )


def _bias(part: Map, letter: str) -> str:
    return "" if part.bias is None else f" + b_{letter}"


def _contexts(x: Tensor, read: Tensor, parts: Parts, mask: Tensor | None) -> Tensor:
    """What every head reads for this query, as the model computes it: (head, d_head)."""
    q, k, v = (
        each.of(tokens).unflatten(-1, (parts.n_heads, -1)).transpose(0, 1)  # (head, token, d_head)
        for each, tokens in ((parts.query, x[None]), (parts.key, read), (parts.value, read))
    )
    scores = q @ k.mT / math.sqrt(q.shape[-1])  # (head, 1, key)
    return (masked_softmax(scores, None if mask is None else mask[None]) @ v).squeeze(1)


def _leave(notes: Notes, x: Tensor, contexts: Tensor, parts: Parts) -> None:
    residual = add(notes, x, project(notes, contexts, parts.output))
    if parts.norm is not None and not parts.norm_first:
        normalise(notes, residual, parts.norm, "r", "y")


def _require(tokens: Tensor, memory: Tensor | None, parts: Parts, head: int, query: int, mask: Tensor | None) -> None:
    for name, x, d_in in (("tokens", tokens, parts.query.d_in), ("memory", memory, parts.key.d_in)):
        if x is None:
            continue
        if x.ndim != 2 or x.shape[1] != d_in:
            raise InputError(
                "The {name} have the shape {shape}. Give (token, {width}).", name=name, shape=tuple(x.shape), width=d_in
            )
        require_numbers(name, x)
    n_keys = len(tokens if memory is None else memory)
    if not 0 <= head < parts.n_heads:
        raise SelectionError("There is no head {head}; this layer has {n}.", head=head + 1, n=parts.n_heads)
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
