"""Assembly: from a network and a tokenizer to a Model, checked on a short text."""

from __future__ import annotations

import inspect as signatures
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from transformers import PreTrainedConfig, PreTrainedModel, PreTrainedTokenizerBase

from attention_viz.attending import attending
from attention_viz.errors import Message, ModelError
from attention_viz.models.checkpoint.kind import check_reads_text, reads_more_than_text
from attention_viz.models.checkpoint.task import Task
from attention_viz.models.engine import ways
from attention_viz.models.engine.capture import CaptureSource
from attention_viz.models.engine.finite import check_parameters
from attention_viz.models.engine.reference import STEPS
from attention_viz.models.library_errors import LibraryErrors
from attention_viz.models.model import Model
from attention_viz.models.reading.batch_invariance import batch_variance
from attention_viz.models.reading.positions import Lookups, positions
from attention_viz.models.reading.reader import Reader
from attention_viz.models.reading.target import Target
from attention_viz.models.sharing import Sharing
from attention_viz.sources import Source

N_SEEN = 8
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
    """A Model, once a trial has shown how to get the network's attention weights.

    Raises ModelError for a network that reads no text or shows no weights, and for a tokenizer that reads none.
    """
    check_reads_text(type(network), named.name)
    if "input_ids" not in list(tokenizer.model_input_names):
        raise ModelError(
            "{name} ({kind}) cannot read a plain text: its tokenizer gives no numbers of tokens (input_ids). Choose another model.",
            name=named.name,
            kind=type(network).__name__,
        )
    check_parameters(network, named.name)
    with LibraryErrors(lambda reason: _reads_no_text(network, named, reason)):
        return _model(network, tokenizer, named, task, notes)


def _reader(network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> Reader:
    """Without a limit, which is known after the first forward pass."""
    config = network.config.get_text_config()
    # The first call sets the tokenizer to cut and pad nothing; made here, no two threads can do so at once.
    tokenizer("a", truncation=False, padding=False, verbose=False)
    return Reader(
        tokenizer,
        frozenset(signatures.signature(network.forward).parameters),
        None,
        config.vocab_size,
        getattr(config, "type_vocab_size", 0) or 0,
    )


def _model(
    network: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, named: Named, task: Task, notes: tuple[Message, ...]
) -> Model:
    config = network.config.get_text_config()
    reader, way = _reader(network, tokenizer), ways.choose(network)
    padding = {getattr(config, "pad_token_id", None), tokenizer.pad_token_id}
    ids = _short_text(reader.vocabulary, padding)
    given = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    given = {name: each for name, each in given.items() if name in reader.accepts}
    with Lookups(N_SEEN) as lookups:
        _, sources = way.body.read(given)
    reader = replace(reader, limit=positions(network, tokenizer, lookups.capacities))
    seen = sources[way.parts[0]][0]
    return Model(
        name=named.name,
        source=named.source,
        revision=named.revision,
        n_layers=len(seen.heads),
        n_heads=max(seen.heads),
        d_model=config.hidden_size,
        d_head=_head_width(seen, config),
        limit=reader.limit,
        causal=_is_causal(seen),
        task=task,
        notes=(*notes, *_way_notes(way)),
        network=network,
        reader=reader,
        built=way,
        sharing=Sharing.of(network),
        target=Target.of(network, reader),
        batch_variance=batch_variance(way.body, reader, given, seen),
    )


def _short_text(vocabulary: int, padding: set[int | None]) -> torch.Tensor:
    """(1, N_SEEN) ids of tokens that are no padding; not consecutive, as those of position embeddings are."""
    known = [each for each in range(vocabulary) if each not in padding][:N_SEEN] or [0]
    mixed = known[::2] + known[1::2]
    return torch.tensor([list(itertools.islice(itertools.cycle(mixed), N_SEEN))])


def _head_width(source: Source, config: PreTrainedConfig) -> int:
    """Width of the queries of the widest head in the trial; where they are not known, what the configuration says."""
    if isinstance(source, CaptureSource):
        return max(int(source.queries(layer, 0).shape[1]) for layer in attending(source.heads))
    told = getattr(config, "head_dim", None) or config.hidden_size // max(source.heads)
    return int(told)


def _way_notes(way: ways.Way) -> Iterator[Message]:
    """What the trial showed of the weights that needs to be told."""
    layers = [layer for those in way.layers.values() for layer in those]
    if any(layer.scores for layer in layers):
        yield Message(
            "This model returns its scores from before the softmax. What is shown are the weights that it makes of them."
        )
    if any(layer.sinks for layer in layers):
        yield Message(
            "In this model a row can sum to less than 1: the softmax gives the rest to a sink, or to keys of another map."
        )
    if any(layer.steps for layer in layers):
        yield Message(
            "This model computes its weights in whole steps of 1/{n}, rounded down, so that a row can sum to a little less than 1.",
            {"n": STEPS},
        )


def _is_causal(source: Source) -> bool:
    """Whether no token of the trial text reads a later one."""
    everything = slice(0, N_SEEN)
    tiles = (source.tile(layer, 0, everything, everything) for layer, heads in enumerate(source.heads) if heads)
    return not any(np.triu(tile, 1).any() for tile in tiles)


def _reads_no_text(network: PreTrainedModel, named: Named, reason: str) -> ModelError:
    if reads_more_than_text(network):
        return ModelError(
            "{name} ({kind}) reads a text only together with a picture or a sound. Choose a text model, or give its half for text with the tokenizer, such as CLIPTextModel of a CLIPModel.",
            name=named.name,
            kind=type(network).__name__,
        )
    if reason:
        return ModelError(
            "{name} ({kind}) cannot read a plain text. Of it, transformers says: {reason} Choose another model.",
            name=named.name,
            kind=type(network).__name__,
            reason=reason,
        )
    return ModelError(
        "{name} ({kind}) cannot read a plain text: a trial with a few tokens failed. Choose another model.",
        name=named.name,
        kind=type(network).__name__,
    )
