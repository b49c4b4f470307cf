"""Baselines: what a measure would be without a head that has learnt anything."""

from __future__ import annotations

from collections.abc import Sequence
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


def offset_weights(readable: np.ndarray, offsets: Sequence[int] = OFFSETS) -> np.ndarray:
    """Only the key at a distance: (offset, query, key) float32. Beyond an end the last one, itself where that is not readable."""
    n_queries, n_keys = readable.shape
    place = np.arange(n_queries)
    weights = np.zeros((len(offsets), n_queries, n_keys), dtype=np.float32)
    for number, offset in enumerate(offsets):
        keys = np.clip(place + offset, 0, n_keys - 1)
        weights[number, place, np.where(readable[place, keys], keys, np.minimum(place, n_keys - 1))] = 1
    return weights


def measured(weights: np.ndarray, ruler: Ruler, uniform: np.ndarray, square: bool) -> np.ndarray:
    """All measures of some heads: (head, measure)."""
    return np.stack(list(means(sums_of(weights, ruler, uniform), square).values()), axis=-1)


def baselines(attention: Attention, ruler: Ruler, uniform: np.ndarray) -> Baselines:
    """What heads that follow a rule would have on this text.

    ruler   : of all its queries, what they are measured with
    uniform : (layer or head, query) the entropy of uniform attention in every layer with attention
    """
    masks = _masks(attention, uniform)
    square = attention.key_tokens is attention.query_tokens
    entropies = [uniform_entropy(mask) for mask in masks]
    weights = np.concatenate([uniform_weights(np.stack(masks)), offset_weights(masks[0])])
    found = measured(weights, ruler, np.stack([*entropies, *entropies[:1] * len(OFFSETS)]), square)
    alike, offsets = found[: len(masks)], found[len(masks) :]
    return Baselines(alike if len(masks) > 1 else np.repeat(alike, len(attention.layers), axis=0), offsets)


def _masks(attention: Attention, uniform: np.ndarray) -> list[np.ndarray]:
    """Which keys each query may read: one mask where all layers have the same, else that of each layer with attention."""
    if np.allclose(uniform, np.log(attention.shape[1])):  # in every layer
        return [np.ones(attention.shape, dtype=bool)]
    masks = [attention.readable(layer) for layer in attention.layers]
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
