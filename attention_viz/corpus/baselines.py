"""Baselines: what a measure would be without a head that has learnt anything."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from attention_viz.attention import Attention
from attention_viz.corpus.relations.hits import OFFSETS
from attention_viz.measures.spread import uniform_entropy
from attention_viz.measures.sums import Ruler, means, sums_of
from attention_viz.models.reading.encoded import Encoded

TOKEN_FIELDS = ("texts", "surfaces", "unknown", "words", "spans")
"""What moves with a token; its segment and whether it is special are those of its place."""


@dataclass(frozen=True, eq=False)
class Baselines:
    """The measures of heads that follow a rule, on one text.

    uniform : (layer with attention, measure) every key that the query may read alike
    offsets : (offset, measure) only the key at one distance, or the last on that side that the query may read
    """

    uniform: np.ndarray
    offsets: np.ndarray


def uniform_weights(readable: np.ndarray) -> np.ndarray:
    """Every key alike that a query may read: (..., query, key) float32; a query that may read none stays 0."""
    return np.asarray(readable / np.maximum(readable.sum(axis=-1, keepdims=True), 1), dtype=np.float32)


def offset_weights(readable: np.ndarray, first: int = 0) -> np.ndarray:
    """Only the key at a distance: (offset, query, key) float32. Beyond an end the last one, itself where that is not readable.

    first : number of the first query
    """
    n_queries, n_keys = readable.shape
    row, place = np.arange(n_queries), np.arange(first, first + n_queries)
    weights = np.zeros((len(OFFSETS), n_queries, n_keys), dtype=np.float32)
    for number, offset in enumerate(OFFSETS):
        keys = np.clip(place + offset, 0, n_keys - 1)
        weights[number, row, np.where(readable[row, keys], keys, np.minimum(place, n_keys - 1))] = 1
    return weights


def baseline_sums(attention: Attention, rows: slice, ruler: Ruler, uniform: np.ndarray) -> dict[str, np.ndarray]:
    """What heads that follow a rule add up to over some rows of a text; sums of all rows are that of the text.

    ruler   : what these rows are measured with
    uniform : (layer or head, query) the entropy of uniform attention in every layer with attention
    returns : measure -> (layer with attention, then offset)
    """
    masks = _masks(attention, rows, uniform)
    entropies = [uniform_entropy(mask) for mask in masks]
    weights = np.concatenate([uniform_weights(np.stack(masks)), offset_weights(masks[0], rows.start)])
    sums = sums_of(weights, ruler, np.stack([*entropies, *entropies[:1] * len(OFFSETS)]))
    times = [len(attention.layers) if len(masks) == 1 else 1] * len(masks) + [1] * len(OFFSETS)
    return {name: np.repeat(each, times, axis=0) for name, each in sums.items()}


def baselines(attention: Attention, sums: dict[str, np.ndarray]) -> Baselines:
    """What heads that follow a rule would have on this text. sums: as `baseline_sums` gives them, of all rows"""
    square = attention.key_tokens is attention.query_tokens
    found = np.stack(list(means(sums, square).values()), axis=-1)
    n_layers = len(attention.layers)
    return Baselines(found[:n_layers], found[n_layers:])


def _masks(attention: Attention, rows: slice, uniform: np.ndarray) -> list[np.ndarray]:
    """Which keys each query may read: one mask where all layers have the same, else that of each layer with attention."""
    n_keys = attention.shape[1]
    if np.allclose(uniform, np.log(n_keys)):  # in every layer
        return [np.ones((rows.stop - rows.start, n_keys), dtype=bool)]
    masks = [attention.readable(layer, rows) for layer in attention.layers]
    return masks[:1] if all(np.array_equal(mask, masks[0]) for mask in masks) else masks


def shuffled(encoded: Encoded, rng: np.random.Generator) -> Encoded:
    """The same tokens in another order: of each text of a pair its own, special tokens where they were."""
    tokens, order = encoded.tokens, np.arange(len(encoded.tokens))
    segments, ordinary = np.array(tokens.segments), ~np.array(tokens.special, dtype=bool)
    for segment in np.unique(segments):
        places = np.flatnonzero(ordinary & (segments == segment))
        order[places] = rng.permutation(places)
    moved = {name: tuple(getattr(tokens, name)[each] for each in order) for name in TOKEN_FIELDS}
    ids = encoded.inputs["input_ids"][:, torch.from_numpy(order)]
    return replace(encoded, inputs=encoded.inputs | {"input_ids": ids}, tokens=replace(tokens, **moved))
