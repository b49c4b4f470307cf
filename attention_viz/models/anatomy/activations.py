"""Passage: what passed through the modules round one attention block while the model read one text.

The model's own numbers, to be set beside those that are worked out step by step. A second network on the same weights
runs once, with transformers' eager attention; the model itself is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from attention_viz.attending import check_attends
from attention_viz.errors import InputError, SelectionError, TextError
from attention_viz.models.anatomy.log import Log, Ran, plain
from attention_viz.models.engine.recording import Layer
from attention_viz.models.engine.reference import body_of, called_with, twin
from attention_viz.models.engine.ways import RecordedWay
from attention_viz.models.model import Model

EXACT = 1e-5
"""How far a number may be from the model's own, of its size, and still be the same one, rounded elsewhere on its way."""

EXACT_OF_HALVES = {torch.float16: 1e-2, torch.bfloat16: 5e-2}
"""The same for models that compute in numbers of 3 or 2 digits."""

MOST_TOKENS = 1024
"""Eager attention takes memory that grows with the square of the tokens."""


@dataclass(frozen=True, eq=False)
class Passage:
    """One attention block on one text, as the model computed it.

    weights    : (head, query, key); scores: the same before the softmax, -inf where hidden, or None where not shown
    linears    : linear modules that ran inside the attention before its heads were joined
    projection : the linear module that joined the heads, or None where it is not known
    before     : normalisations that ran before the block, nearest first; after: those after the projection, nearest first
    tables     : what was looked up for the tokens before the first layer: words, positions, segments
    embedded   : the normalisation that followed them at once, or None
    first      : (token, d_model) what the first layer was given, or None
    exact      : how far rounding may take a number of this model from its own, of its size
    """

    weights: Tensor
    scores: Tensor | None
    linears: tuple[Ran, ...]
    projection: Ran | None
    before: tuple[Ran, ...]
    after: tuple[Ran, ...]
    tables: tuple[Ran, ...]
    embedded: Ran | None
    first: Tensor | None
    exact: float = EXACT

    @property
    def nbytes(self) -> int:
        """What is held in memory beside the weights of the model, in bytes, each piece once."""
        ran = [*self.linears, *self.before, *self.after, *self.tables]
        ran += [each for each in (self.projection, self.embedded) if each is not None]
        kept = [self.weights, self.scores, self.first, *(tensor for each in ran for tensor in (each.given, each.gave))]
        storages = [each.untyped_storage() for each in kept if each is not None]
        return sum({each.data_ptr(): each.nbytes() for each in storages}.values())


def record(model: Model, inputs: Mapping[str, Tensor], layer: int, part: str | None = None) -> Passage:
    """What did the model itself compute round this layer's attention?

    inputs : of one text, as `Model.inputs` gives them for this part; one pass of a twin of the model
    part   : one of `Model.parts`; None = the first
    Raises InputError for a model that gives out its weights alone, or inputs of another part; SelectionError for a part or
    layer that does not exist or has no attention, TextError above MOST_TOKENS.
    """
    part = model.part(part)
    way = model.way
    if not isinstance(way, RecordedWay):
        raise InputError(
            "{name} gives out its weights alone, so the steps before and after them cannot be shown. Choose a model of BERT's family.",
            name=model.name,
        )
    _check_length(inputs)
    network = body_of(twin(model.network, "eager"))
    body = body_of(way.network)
    names = {id(module): name for name, module in body.named_modules()}
    layers = way.layers[part]
    check_attends([each.n_heads for each in layers], layer)
    wanted = layers[layer]
    module = network.get_submodule(names[id(wanted.module)])
    run = sum(each.module is wanted.module for each in layers[:layer])  # a model that repeats its layers runs it often
    log = Log()
    with torch.no_grad():
        log.listen(network, module)
        called, arguments = called_with(network, inputs)
        outputs = called(**arguments, output_hidden_states=True)
    if run >= len(log.calls):
        raise InputError(
            "These inputs leave the map {part} unread. Make them for it: model.inputs(text, part={name}).",
            part=part,
            name=repr(part),
        )
    start, call = log.calls[run]
    seen = call.again(Layer(module, wanted.place, wanted.n_heads))
    joined = None if wanted.projection is None else names.get(id(wanted.projection))
    end = log.find(joined, start)
    tables, embedded = _tables(log, network, start)
    return Passage(
        weights=plain(seen.weights),
        scores=None if seen.scores is None else _hidden(plain(seen.scores)),
        linears=log.linears(slice(start, end)),
        projection=None if end is None else log.ran(end),
        before=log.norms(reversed(range(start)), 1),
        after=() if end is None else log.norms(range(end, len(log.events)), 2),
        tables=tables,
        embedded=embedded,
        first=_first(outputs, part),
        exact=EXACT_OF_HALVES.get(network.dtype, EXACT),
    )


def _tables(log: Log, network: PreTrainedModel, start: int) -> tuple[tuple[Ran, ...], Ran | None]:
    """The tables that were looked up together, nearest before the block, and the normalisation that followed at once."""
    table = network.get_input_embeddings()
    is_table = [isinstance(module, nn.Embedding) for _, module, _, _ in log.events]
    word = next((place for place in reversed(range(start)) if _shares(log.events[place][1], table)), None)
    if word is None:
        return (), None
    first, stop = word, word + 1
    while first > 0 and is_table[first - 1]:
        first -= 1
    while stop < start and is_table[stop]:
        stop += 1
    following = log.norms(range(stop, min(stop + 1, len(log.events))), 1)
    return tuple(log.ran(place) for place in range(first, stop)), next(iter(following), None)


def _shares(module: nn.Module, table: nn.Module) -> bool:
    """Whether a module looks up in this table: a model with two halves has several modules on one."""
    return isinstance(module, nn.Embedding) and module.weight is table.weight


def _first(outputs: Any, part: str) -> Tensor | None:
    """What the first layer of this part was given."""
    names = ("decoder_hidden_states",) if part in ("decoder", "cross") else ("hidden_states", "encoder_hidden_states")
    states = next((outputs[name] for name in names if outputs.get(name)), None)
    return None if states is None else plain(states[0])


def tolerance(own: Tensor, exact: float = EXACT) -> float:
    """What rounding explains: `exact`, of 1 or of the largest number if that is larger."""
    finite = own[own.isfinite()]
    return exact * max(1.0, float(finite.abs().max())) if finite.numel() else exact


def _hidden(scores: Tensor) -> Tensor:
    """Scores in which what is hidden has minus infinity; models add the lowest number of their type instead."""
    return scores.masked_fill(scores <= torch.finfo(torch.float16).min / 2, -torch.inf)


def _checked(layer: int, n: int) -> int:
    if not 0 <= layer < n:
        raise SelectionError(
            "There is no layer index {layer}; the model has {n} layers. Choose 0 to {last}.",
            layer=layer,
            n=n,
            last=n - 1,
        )
    return layer


def _check_length(inputs: Mapping[str, Tensor]) -> None:
    n_tokens = max(each.shape[1] for each in inputs.values())
    if n_tokens > MOST_TOKENS:
        raise TextError(
            "This text has {n:,} tokens; the steps round a head are shown up to {most:,}. Shorten it by {over:,}.",
            n=n_tokens,
            most=MOST_TOKENS,
            over=n_tokens - MOST_TOKENS,
        )
