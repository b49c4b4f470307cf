"""Activations: inputs and outputs of the modules around the attention of one layer, while the model read one text.

These are the model's own numbers, with which those computed step by step are compared. A copy of the network that shares
its weights runs once, with transformers' eager attention; the model itself is not touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from attention_viz.attending import check_attends
from attention_viz.errors import InputError, TextError
from attention_viz.models.anatomy.log import Log, ModuleRun, plain
from attention_viz.models.engine.recording import Layer
from attention_viz.models.engine.reference import body_of, called_with, twin
from attention_viz.models.engine.replay import LayerArithmetic
from attention_viz.models.engine.ways import RecordedWay
from attention_viz.models.model import Model

EXACT = 1e-5
"""Relative difference up to which two numbers are the same one, rounded at different steps."""

EXACT_OF_HALVES = {torch.float16: 1e-2, torch.bfloat16: 5e-2}
"""The same for models in half precision, of 3 or 2 significant digits."""

MOST_TOKENS = 1024
"""Eager attention takes memory that grows with the square of the tokens."""


@dataclass(frozen=True, eq=False)
class Activations:
    """The attention of one layer on one text, as the model computed it.

    weights    : (head, query, key) after the softmax; scores: before it, -inf where masked, or None where not known
    linears    : linear modules that ran inside the attention before its heads were concatenated
    projection : the output projection, or None where it is not known
    before     : normalisations that ran before the attention, nearest first; after: those after the projection
    tables     : embedding tables read before the first layer: words, positions, segments
    embedded   : the normalisation right after them, or None
    first      : (token, d_model) input of the first layer, or None
    exact      : relative rounding error of this model's numbers
    """

    weights: Tensor
    scores: Tensor | None
    linears: tuple[ModuleRun, ...]
    projection: ModuleRun | None
    before: tuple[ModuleRun, ...]
    after: tuple[ModuleRun, ...]
    tables: tuple[ModuleRun, ...]
    embedded: ModuleRun | None
    first: Tensor | None
    exact: float = EXACT

    @property
    def nbytes(self) -> int:
        """Bytes held beside the weights of the model, each storage once."""
        runs = [*self.linears, *self.before, *self.after, *self.tables]
        runs += [each for each in (self.projection, self.embedded) if each is not None]
        kept = [
            self.weights,
            self.scores,
            self.first,
            *(tensor for each in runs for tensor in (each.input, each.output)),
        ]
        storages = [each.untyped_storage() for each in kept if each is not None]
        return sum({each.data_ptr(): each.nbytes() for each in storages}.values())


def record(model: Model, inputs: Mapping[str, Tensor], layer: int, part: str | None = None) -> Activations:
    """What did the model itself compute around this layer's attention?

    inputs : of one text, as `Model.inputs` gives them for this part; one forward pass of a copy of the model
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
    check_attends([each.n_heads for each in way.layers[part]], layer)
    network, wanted = body_of(twin(model.network, "eager")), way.layers[part][layer]
    names = {id(module): name for name, module in body_of(way.network).named_modules()}
    module = network.get_submodule(names[id(wanted.module)])
    log, outputs = _forward(network, module, inputs)
    earlier = sum(each.module is wanted.module for each in way.layers[part][:layer])  # a model may repeat one layer
    if earlier >= len(log.calls):
        raise InputError(
            "These inputs leave the map {part} unread. Make them for it: model.inputs(text, part={name}).",
            part=part,
            name=repr(part),
        )
    projection = None if wanted.projection is None else names.get(id(wanted.projection))
    start, call = log.calls[earlier]
    attention = call.again(Layer(module, wanted.place, wanted.n_heads))
    return _activations(log, network, attention, start, log.find(projection, start), _first(outputs, part))


def _forward(network: PreTrainedModel, attention: nn.Module, inputs: Mapping[str, Tensor]) -> tuple[Log, Any]:
    """One forward pass: the modules that ran, and the network's outputs."""
    log = Log()
    with torch.no_grad():
        log.listen(network, attention)
        called, arguments = called_with(network, inputs)
        return log, called(**arguments, output_hidden_states=True)


def _activations(
    log: Log,
    network: PreTrainedModel,
    attention: LayerArithmetic,
    start: int,
    end: int | None,
    first: Tensor | None,
) -> Activations:
    """start : number of events before the attention ran; end : the event of its output projection, where it is known"""
    tables, embedded = _tables(log, network, start)
    return Activations(
        weights=plain(attention.weights),
        scores=None if attention.scores is None else _masked(plain(attention.scores)),
        linears=log.linears(slice(start, end)),
        projection=None if end is None else log.run(end),
        before=log.norms(reversed(range(start)), 1),
        after=() if end is None else log.norms(range(end, len(log.events)), 2),
        tables=tables,
        embedded=embedded,
        first=first,
        exact=EXACT_OF_HALVES.get(network.dtype, EXACT),
    )


def _tables(log: Log, network: PreTrainedModel, start: int) -> tuple[tuple[ModuleRun, ...], ModuleRun | None]:
    """The embedding tables read together, last before the attention, and the normalisation right after them."""
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
    return tuple(log.run(place) for place in range(first, stop)), next(iter(following), None)


def _shares(module: nn.Module, table: nn.Module) -> bool:
    """Whether a module reads this table: an encoder-decoder has several modules on one."""
    return isinstance(module, nn.Embedding) and module.weight is table.weight


def _first(outputs: Any, part: str) -> Tensor | None:
    """(token, d_model) input of the first layer of this part; None where the model does not return it."""
    names = ("decoder_hidden_states",) if part in ("decoder", "cross") else ("hidden_states", "encoder_hidden_states")
    states = next((outputs[name] for name in names if outputs.get(name)), None)
    return None if states is None else plain(states[0])


def tolerance(own: Tensor, exact: float = EXACT) -> float:
    """The absolute difference that rounding explains: `exact` times the largest number, at least 1."""
    finite = own[own.isfinite()]
    return exact * max(1.0, float(finite.abs().max())) if finite.numel() else exact


def _masked(scores: Tensor) -> Tensor:
    """Scores with -inf where masked; models add the lowest number of their type instead."""
    return scores.masked_fill(scores <= torch.finfo(torch.float16).min / 2, -torch.inf)


def _check_length(inputs: Mapping[str, Tensor]) -> None:
    n_tokens = max(each.shape[1] for each in inputs.values())
    if n_tokens > MOST_TOKENS:
        raise TextError(
            "This text has {n:,} tokens; the steps round a head are shown up to {most:,}. Shorten it by {over:,}.",
            n=n_tokens,
            most=MOST_TOKENS,
            over=n_tokens - MOST_TOKENS,
        )
