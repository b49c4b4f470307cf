"""Assembly: from a network and a tokenizer to a Model that was seen to work."""

from __future__ import annotations

import inspect as signatures
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.errors import Message, ModelError
from attention_viz.models.engine import ways
from attention_viz.models.engine.finite import check_parameters
from attention_viz.models.explained import Explained
from attention_viz.models.model import Model
from attention_viz.models.network import positions
from attention_viz.models.reader import Reader
from attention_viz.models.target import Target
from attention_viz.models.task import Task
from attention_viz.sources import Source

N_SEEN = 4
"""Tokens of the first short text that a model reads."""


@dataclass(frozen=True)
class Named:
    """What a model is called, where it was asked for, and which version it is."""

    name: str
    source: str
    revision: str


def assemble(
    network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, named: Named, task: Task, notes: tuple[Message, ...]
) -> Model:
    """A Model, once a trial has shown how the network's weights are to be got.

    Raises ModelError for a network that reads no text or shows no weights, and for a tokenizer that reads none.
    """
    if network.main_input_name != "input_ids":
        raise ModelError(
            "{name} ({kind}) reads {input}, not text. Choose a text model.",
            name=named.name,
            kind=type(network).__name__,
            input=network.main_input_name,
        )
    if "input_ids" not in list(tokenizer.model_input_names):
        raise _reads_no_text(network, named, "its tokenizer gives it no input_ids")
    check_parameters(network, named.name)
    with Explained(lambda reason: _reads_no_text(network, named, reason)):
        reader = _reader(network, tokenizer)
        return _model(network, reader, named, task, notes)


def _reader(network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Reader:
    config = network.config.get_text_config()
    # The first call sets the tokenizer to cut and pad nothing; made here, no two threads can do so at once.
    tokenizer("a", truncation=False, padding=False, verbose=False)
    return Reader(
        tokenizer,
        frozenset(signatures.signature(network.forward).parameters),
        positions(network, tokenizer),
        config.vocab_size,
        getattr(config, "type_vocab_size", 0) or 0,
    )


def _model(network: PreTrainedModel, reader: Reader, named: Named, task: Task, notes: tuple[Message, ...]) -> Model:
    config = network.config.get_text_config()
    way = ways.choose(network)
    ids = torch.arange(min(N_SEEN, reader.vocabulary))[None]
    given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    _, sources = way.read({name: each for name, each in given.items() if name in reader.accepts})
    seen = sources[way.parts[0]][0]
    return Model(
        name=named.name,
        source=named.source,
        revision=named.revision,
        n_layers=len(seen.heads),
        n_heads=max(seen.heads),
        d_model=config.hidden_size,
        d_head=getattr(config, "head_dim", None) or config.hidden_size // max(seen.heads),
        limit=reader.limit,
        causal=_is_causal(seen),
        task=task,
        notes=(*notes, *_way_notes(way)),
        network=network,
        reader=reader,
        way=way,
        target=Target.of(network, reader),
    )


def _way_notes(way: ways.Way) -> Iterator[Message]:
    """What the trial has shown of the weights that a reader could stumble over."""
    layers = [layer for those in way.layers.values() for layer in those]
    if any(layer.scores for layer in layers):
        yield Message(
            "This model returns its scores from before the softmax. What is shown are the weights that it makes of them."
        )
    if any(layer.sinks for layer in layers):
        yield Message(
            "In this model a row can sum to less than 1: the softmax gives the rest to a sink, or to keys of another map."
        )


def _is_causal(source: Source) -> bool:
    """Whether no token of the first short text reads a later one."""
    everything = slice(0, N_SEEN)
    tiles = (source.tile(layer, 0, everything, everything) for layer, heads in enumerate(source.heads) if heads)
    return not any(np.triu(tile, 1).any() for tile in tiles)


def _reads_no_text(network: PreTrainedModel, named: Named, reason: str) -> ModelError:
    return ModelError(
        "{name} ({kind}) cannot read a plain text: {reason}. Choose a text model.",
        name=named.name,
        kind=type(network).__name__,
        reason=reason,
    )
