"""Preferred keys: which words of the vocabulary a query of the first layer would have scored highest in a key's place."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from attention_viz.attending import check_head
from attention_viz.brief import brief
from attention_viz.errors import ModelError, SelectionError
from attention_viz.experiments.decomposition.parts import kind_of_table
from attention_viz.experiments.token_positions import check_token
from attention_viz.models import Model
from attention_viz.models.engine import interface
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.recording import PassEnded, Recorder, recording
from attention_viz.models.engine.reference import body_of, called_with, twin

AT_ONCE = 4096
"""Words of the vocabulary that are read in one pass, each as a text of its own."""

SHOWN = 10
ROUNDING = 1e-3


@dataclass(frozen=True)
class PreferredWord:
    """A piece of the vocabulary, and its score before the softmax."""

    text: str
    score: float


@dataclass(frozen=True, eq=False)
class PreferredKeys:
    """Which words a query prefers in the place of one key.

    words : highest score first, special tokens and unused pieces left out beside the key that is there
    own   : the key that is there; rank: its place among all of them, from 1; n: how many there are
    """

    words: tuple[PreferredWord, ...]
    own: PreferredWord
    rank: int
    n: int

    __repr__ = brief


def preferred_keys(
    model: Model,
    text: str,
    head: int,
    query: int,
    key: int,
    *,
    layer: int = 0,
    second: str | None = None,
    shown: int = SHOWN,
) -> PreferredKeys:
    """Which words of the vocabulary would this query have preferred as its key, in the first layer?

    head, query, key : from 0; second : as `Model.attend` takes it
    In the first layer a key depends on its own word and place alone, so every word of the vocabulary can be put there and scored by
    the same query: exact. The first layer of the whole vocabulary is computed, not more.
    Raises SelectionError above the first layer, where a key depends on the whole text, and for what does not exist; ModelError for
    a model whose first layer reads more than the word and its place.
    """
    if layer != 0:
        raise SelectionError(
            "Above layer 1 a key is made of the whole text, so that no single word could stand in its place; layer {layer} was asked for. Ask for layer 1 (index 0).",
            layer=layer + 1,
        )
    check_head(model.heads, 0, head)
    encoded = model.encode(text, second)
    for token in (query, key):
        check_token(token, len(encoded.tokens))
    copy = _Copy.of(model)
    first = copy.first_layer(encoded.inputs)
    wanted = first.call.queries[0, head, query].float()  # (d_head,)
    inputs = _in_place(model, encoded.inputs, first.positions, key)
    scores = torch.cat([_scores(copy.first_layer(each).call, head, wanted) for each in inputs])  # (word,)
    number = int(encoded.inputs["input_ids"][0, key])
    _check_own(model.name, float(scores[number]), _own_score(first.call, head, query, key))
    return _ranked(model, scores, number, shown)


@dataclass(frozen=True, eq=False)
class _FirstLayer:
    """What the first attention was given, and the places that were looked up in a table, if there is one."""

    call: AttentionCall
    positions: torch.Tensor | None


@dataclass(frozen=True, eq=False)
class _Copy:
    """A copy of the body that shares the weights, and its first attention module. A pass over it ends there."""

    body: PreTrainedModel
    module: nn.Module

    @classmethod
    def of(cls, model: Model) -> _Copy:
        """Raises ModelError where queries and keys cannot be seen."""
        way = model.way
        if way.name != "capture":
            raise ModelError(
                "{name} computes attention in its own code, where its queries and keys cannot be seen. Choose another model, such as one of BERT's family.",
                name=model.name,
            )
        body, first = body_of(twin(model.network, interface.NAME)), way.layers[model.parts[0]][0].module
        names = (name for name, module in body_of(way.network).named_modules() if module is first)
        return cls(body, body.get_submodule(next(names)))

    def first_layer(self, inputs: Mapping[str, torch.Tensor]) -> _FirstLayer:
        called, arguments = called_with(self.body, inputs)
        recorder, looked_up = Recorder(total=1, wanted=[self.module]), []
        with ExitStack() as hooks, torch.inference_mode(), recording(recorder), suppress(PassEnded):
            for name, table in self.body.named_modules():
                if isinstance(table, nn.Embedding) and kind_of_table(name) == "positions":
                    hooks.callback(table.register_forward_pre_hook(lambda _, args: looked_up.append(args[0])).remove)
            called(**arguments)
        return _FirstLayer(recorder.records[0][1], looked_up[0] if looked_up else None)


def _in_place(
    model: Model, inputs: dict[str, torch.Tensor], positions: torch.Tensor | None, key: int
) -> Iterator[dict[str, torch.Tensor]]:
    """The vocabulary as texts of one token, in the key's place and segment."""
    place = key if positions is None else int(positions.reshape(-1)[key])
    accepts: Any = inspect.signature(model.way.body.network.forward).parameters
    for start in range(0, model.reader.vocabulary, AT_ONCE):
        words = torch.arange(start, min(start + AT_ONCE, model.reader.vocabulary))[:, None]
        given = {"input_ids": words}
        if "position_ids" in accepts:
            given["position_ids"] = torch.full_like(words, place)
        if "token_type_ids" in inputs:
            given["token_type_ids"] = inputs["token_type_ids"][:, key : key + 1].expand(len(words), 1)
        yield given


def _scores(call: AttentionCall, head: int, wanted: torch.Tensor) -> torch.Tensor:
    """(word,)"""
    return call.scale * (call.keys[:, call.key_head(head), 0].float() @ wanted)


def _own_score(call: AttentionCall, head: int, query: int, key: int) -> float:
    return call.scale * float(call.queries[0, head, query].float() @ call.keys[0, call.key_head(head), key].float())


def _check_own(name: str, one: float, other: float) -> None:
    """Raises ModelError where the word that is there does not get the score that it has in the text."""
    if abs(one - other) > ROUNDING * max(1.0, abs(other)):
        raise ModelError(
            "In {name} a key of the first layer depends on more than its word and its place, so that no word can be put there by itself. Choose a model of BERT's or GPT-2's family.",
            name=name,
        )


def _ranked(model: Model, scores: torch.Tensor, own: int, shown: int) -> PreferredKeys:
    special = set(model.reader.tokenizer.all_special_ids)
    order = [each for each in scores.argsort(descending=True).tolist() if each == own or _counts(model, each, special)]
    here, *named = (PreferredWord(model.reader.word(each), float(scores[each])) for each in (own, *order[:shown]))
    return PreferredKeys(tuple(named), here, order.index(own) + 1, len(order))


def _counts(model: Model, number: int, special: set[int]) -> bool:
    written = model.reader.tokenizer.convert_ids_to_tokens(number)
    return number not in special and isinstance(written, str) and not written.startswith("[unused")
