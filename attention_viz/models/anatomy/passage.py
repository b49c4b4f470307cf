"""Passage: what passed through the modules round one attention block while the model read one text.

The model's own numbers, to be set beside those that are worked out step by step. A second network on the same weights
runs once, with transformers' eager attention; the model itself is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from attention_viz.errors import InputError, TextError
from attention_viz.models.engine.recording import Layer
from attention_viz.models.engine.reference import body_of, called_with, twin
from attention_viz.models.engine.replay import ModuleCall
from attention_viz.models.engine.ways import RecordedWay
from attention_viz.models.model import Model
from attention_viz.sources import check_attends

EXACT = 1e-5
"""How far a number may be from the model's own, of its size, and still be the same one, rounded elsewhere on its way."""

EXACT_OF_HALVES = {torch.float16: 1e-2, torch.bfloat16: 5e-2}
"""The same for models that compute in numbers of 3 or 2 digits."""

MOST_TOKENS = 1024
"""Eager attention takes memory that grows with the square of the tokens."""


@dataclass(frozen=True, eq=False)
class Ran:
    """One module that ran: what it was given and what it gave, (token, width) float32; of a table, both what it gave."""

    name: str
    module: nn.Module
    given: Tensor
    gave: Tensor


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


def record(model: Model, inputs: Mapping[str, Tensor], layer: int, part: str = "self") -> Passage:
    """What did the model itself compute round this layer's attention?

    inputs : of one text, as `Model.inputs` gives them for this part; one pass of a twin of the model
    Raises InputError for a model that gives out its weights alone, SelectionError for a layer without attention,
    TextError above MOST_TOKENS.
    """
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
    log = _Log()
    with torch.no_grad():
        log.listen(network, module)
        called, arguments = called_with(network, inputs)
        outputs = called(**arguments, output_hidden_states=True)
    start, call = log.calls[run]
    seen = call.again(Layer(module, wanted.place, wanted.n_heads))
    joined = None if wanted.projection is None else names.get(id(wanted.projection))
    end = log.find(joined, start)
    tables, embedded = _tables(log, network, start)
    return Passage(
        weights=_plain(seen.weights),
        scores=None if seen.scores is None else _hidden(_plain(seen.scores)),
        linears=log.linears(slice(start, end)),
        projection=None if end is None else log.ran(end),
        before=log.norms(reversed(range(start)), 1),
        after=() if end is None else log.norms(range(end, len(log.events)), 2),
        tables=tables,
        embedded=embedded,
        first=_first(outputs, part),
        exact=EXACT_OF_HALVES.get(network.dtype, EXACT),
    )


@dataclass
class _Log:
    """What ran in a pass, in its order: linear modules, tables and normalisations; and each run of one attention module.

    events : (name, module, given, gave); calls : (how many events came before, what the attention was given)
    """

    events: list[tuple[str, nn.Module, Any, Any]] = field(default_factory=list)
    calls: list[tuple[int, ModuleCall]] = field(default_factory=list)

    def listen(self, network: PreTrainedModel, attention: nn.Module) -> None:
        """For good: the network is this call's own."""
        attention.register_forward_pre_hook(
            lambda _, args, kwargs: self.calls.append((len(self.events), ModuleCall(args, kwargs))), with_kwargs=True
        )
        for name, module in network.named_modules():
            if isinstance(module, (nn.Linear, Conv1D, nn.Embedding)) or _is_norm(module):
                module.register_forward_hook(
                    lambda module, args, output, name=name: self.events.append((name, module, args[:1], output))
                )

    def ran(self, index: int) -> Ran:
        name, module, given, gave = self.events[index]
        numbers = given and torch.is_tensor(given[0]) and given[0].is_floating_point()
        return Ran(name, module, _plain(given[0] if numbers else gave), _plain(gave))

    def find(self, name: str | None, start: int) -> int | None:
        """Where a module ran first, from an event on."""
        places = (index for index in range(start, len(self.events)) if self.events[index][0] == name)
        return next(places, None)

    def linears(self, span: slice) -> tuple[Ran, ...]:
        places = range(*span.indices(len(self.events)))
        return tuple(self.ran(place) for place in places if isinstance(self.events[place][1], (nn.Linear, Conv1D)))

    def norms(self, places: Iterable[int], most: int) -> tuple[Ran, ...]:
        """The first normalisations over the whole width that are met; those of single heads are passed over."""
        found: list[Ran] = []
        for place in places:
            _, module, given, _ = self.events[place]
            if _is_norm(module) and given and given[0].ndim <= 3:
                found.append(self.ran(place))
            if len(found) == most:
                break
        return tuple(found)


def _is_norm(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    return "norm" in type(module).__name__.lower() and isinstance(weight, Tensor) and weight.ndim == 1


def _tables(log: _Log, network: PreTrainedModel, start: int) -> tuple[tuple[Ran, ...], Ran | None]:
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
    return None if states is None else _plain(states[0])


def tolerance(own: Tensor, exact: float = EXACT) -> float:
    """What rounding explains: `exact`, of 1 or of the largest number if that is larger."""
    finite = own[own.isfinite()]
    return exact * max(1.0, float(finite.abs().max())) if finite.numel() else exact


def _plain(tensor: Tensor) -> Tensor:
    """Of the only text of the pass, in float32."""
    plain = tensor.detach().cpu().float()
    return plain[0] if plain.ndim > 2 else plain


def _hidden(scores: Tensor) -> Tensor:
    """Scores in which what is hidden has minus infinity; models add the lowest number of their type instead."""
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
