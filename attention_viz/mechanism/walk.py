"""Walk: the arithmetic of one head for one query, step by step, from plain numbers wherever they come from.

Symbols: x a token (d_model wide), q, k, v its query, key and value in this head (d_head wide), a the weights.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from attention_viz.errors import InputError, SelectionError
from attention_viz.mechanism.masks import masked_scores
from attention_viz.mechanism.normalisers import masked_softmax
from attention_viz.mechanism.parts import Map, Norm, Parts
from attention_viz.mechanism.shapes import require_numbers, require_positive
from attention_viz.mechanism.steps import Notes, Walk


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
    require_positive("temperature", temperature)
    notes = Notes()
    x = notes.write("input", ("d_model",), "x", tokens[query])
    read = tokens
    if parts.norm is not None and parts.norm_first:
        read = notes.write("normed_input", ("token", "d_model"), r"x' = \mathrm{LayerNorm}(x)", parts.norm.of(tokens))
    q, k, v = _project(
        notes, read[query], read if memory is None else memory, parts, head, read is not tokens, memory is not None
    )
    weights = _weigh(notes, q, k, mask, scaled, temperature)
    context = _mix(notes, weights, v)
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
        _normalise(notes, total, norm, "e", "x")
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


def _weigh(notes: Notes, q: Tensor, k: Tensor, mask: Tensor | None, scaled: bool, temperature: float) -> Tensor:
    products = notes.write("products", ("key", "d_head"), r"q_i \, k_{j,i}", q * k)
    notes.write(
        "order",
        ("key", "d_head"),
        r"i \text{ by } q_i \, k_{j,i}",
        products.argsort(dim=-1, descending=True, stable=True),
    )
    scores = notes.write("scores", ("key",), r"s_j = q \cdot k_j = \sum_i q_i \, k_{j,i}", products.sum(-1))
    divisor = (math.sqrt(len(q)) if scaled else 1.0) * temperature
    formula = r"\frac{s_j}{" + (r"\sqrt{d}" if scaled else "") + (r"\, T" if temperature != 1 else "") + "}"
    formula = formula if scaled or temperature != 1 else "s_j"
    s = notes.write("scaled", ("key",), "z_j = " + formula, scores / divisor)
    z = notes.write("masked", ("key",), r"z_j = -\infty \text{ where } j \text{ is hidden}", masked_scores(s, mask))
    largest = notes.write("largest", (), r"m = \max_j z_j", z.max())
    shifted = notes.write("shifted", ("key",), r"z_j - m", z - largest)
    exponentials = notes.write("exponentials", ("key",), r"e_j = \exp(z_j - m)", shifted.exp())
    total = notes.write("sum", (), r"Z = \sum_j e_j", exponentials.sum())
    return notes.write("weights", ("key",), r"a_j = \frac{e_j}{Z}", exponentials / total)


def _mix(notes: Notes, weights: Tensor, v: Tensor) -> Tensor:
    weighted = notes.write("weighted_values", ("key", "d_head"), r"a_j v_j", weights[:, None] * v)
    return notes.write("context", ("d_head",), r"c = \sum_j a_j v_j", weighted.sum(0))


def _contexts(x: Tensor, read: Tensor, parts: Parts, mask: Tensor | None) -> Tensor:
    """What every head reads for this query, as the model computes it: (head, d_head)."""
    q, k, v = (
        each.of(tokens).unflatten(-1, (parts.n_heads, -1)).transpose(0, 1)  # (head, token, d_head)
        for each, tokens in ((parts.query, x[None]), (parts.key, read), (parts.value, read))
    )
    scores = q @ k.mT / math.sqrt(q.shape[-1])  # (head, 1, key)
    return (masked_softmax(scores, None if mask is None else mask[None]) @ v).squeeze(1)


def _leave(notes: Notes, x: Tensor, contexts: Tensor, parts: Parts) -> None:
    concatenated = notes.write("concatenated", ("d_model",), "[c^1 ; c^2 ; ...]", contexts.flatten())
    projected = notes.write(
        "projected", ("d_model",), "o = W_o [c^1 ; c^2 ; ...]" + _bias(parts.output, "o"), parts.output.of(concatenated)
    )
    residual = notes.write("residual", ("d_model",), "r = x + o", x + projected)
    if parts.norm is not None and not parts.norm_first:
        _normalise(notes, residual, parts.norm, "r", "y")


def _normalise(notes: Notes, vector: Tensor, norm: Norm, symbol: str, result: str) -> None:
    mean = notes.write("mean", (), rf"\mu = \frac{{1}}{{d}} \sum_i {symbol}_i", vector.mean())
    deviation = notes.write(
        "deviation",
        (),
        rf"\sigma = \sqrt{{\frac{{1}}{{d}} \sum_i ({symbol}_i - \mu)^2 + \epsilon}}",
        ((vector - mean).square().mean() + norm.eps).sqrt(),
    )
    unit = notes.write("normed", ("d_model",), rf"n = \frac{{{symbol} - \mu}}{{\sigma}}", (vector - mean) / deviation)
    bias = r" + \beta" if norm.bias is not None else ""
    output = unit * norm.weight if norm.bias is None else unit * norm.weight + norm.bias
    notes.write("output", ("d_model",), rf"{result} = \gamma \odot n" + bias, output)


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
