"""Sources: where the weights of one text come from, and what may be known beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from attention_viz.errors import InputError, SelectionError


class Source(Protocol):
    """Where the weights of one text come from."""

    @property
    def name(self) -> str:
        """The way the weights are got: "dense", "capture", "replay", ..."""
        ...

    @property
    def heads(self) -> tuple[int, ...]:
        """The number of heads of each layer of the model; 0 where a layer has no attention weights."""
        ...

    @property
    def nbytes(self) -> int:
        """What the source holds in memory, in bytes; caches are bounded by it."""
        ...

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        """(query, key) float32 weights of one rectangle of one head; slices have a start, a stop and step 1."""
        ...


@runtime_checkable
class Layered(Protocol):
    """A source that gives all heads of a layer at once for less than one by one."""

    def layer(self, layer: int, queries: slice = slice(None)) -> np.ndarray:
        """(head, query, key) float32 weights: these rows of every head."""
        ...


@runtime_checkable
class Masked(Protocol):
    """A source that knows which keys each query could read."""

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        """(query, key) bool: False where the model masks, or where no part of the text was read together."""
        ...


@runtime_checkable
class Arithmetic(Protocol):
    """A source that also knows what its weights were computed from; each method may raise AttentionVizError.

    weights = softmax(scores), scores = scale * queries @ keys^T + what the model adds by position, -inf where masked.
    """

    def scores(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        """(query, key) float32, before the softmax."""
        ...

    def scale(self, layer: int) -> float:
        """The factor of the dot products."""
        ...

    def queries(self, layer: int, head: int) -> np.ndarray:
        """(query, d_head) float32, after any rotation by position."""
        ...

    def keys(self, layer: int, head: int) -> np.ndarray:
        """(key, d_head) float32, after any rotation by position."""
        ...

    def values(self, layer: int, head: int) -> np.ndarray:
        """(key, d_value) float32."""
        ...

    def projection(self, layer: int) -> np.ndarray:
        """(head, d_value, d_model) float32: what each head's output is multiplied with before the heads are added."""
        ...


def whole_layer(source: Source, layer: int, shape: tuple[int, int]) -> np.ndarray:
    """All heads of a layer: (head, query, key). shape : (query, key)."""
    return strip(source, layer, slice(0, shape[0]), shape[1])


def strip(source: Source, layer: int, queries: slice, n_keys: int) -> np.ndarray:
    """These rows of all heads of a layer, the source's own quick way where it has one: (head, query, key)."""
    n_heads = source.heads[layer]
    if isinstance(source, Layered) and n_heads:
        return source.layer(layer, queries)[..., :n_keys]
    held = np.empty((n_heads, queries.stop - queries.start, n_keys), dtype=np.float32)
    for head in range(n_heads):
        held[head] = source.tile(layer, head, queries, slice(0, n_keys))
    return held


MOST_HELD = 4 << 30
"""Bytes of the weights of one text that are made at once."""


@dataclass(frozen=True, eq=False)
class DenseSource:
    """Weights that are already there: one (head, query, key) array per layer."""

    layers: tuple[np.ndarray, ...] = field(repr=False)
    name: str = "dense"

    @property
    def heads(self) -> tuple[int, ...]:
        return tuple(len(layer) for layer in self.layers)

    @property
    def nbytes(self) -> int:
        return sum(layer.nbytes for layer in self.layers)

    def layer(self, layer: int, queries: slice = slice(None)) -> np.ndarray:
        return self.layers[layer][:, queries]

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self.layers[layer][head, queries, keys]


@dataclass(frozen=True, eq=False)
class MaskedDenseSource(DenseSource):
    """The same, where it is known which keys each query could read.

    masks : (query, key) bool, one per layer
    """

    masks: tuple[np.ndarray, ...] = field(default=(), repr=False)

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        return self.masks[layer][queries, keys]


def held(source: Source, shape: tuple[int, int]) -> DenseSource:
    """The weights of a source by themselves, without what they are computed from. shape : (query, key)

    Raises InputError where they take more than MOST_HELD.
    """
    if isinstance(source, DenseSource):
        return source
    size = sum(source.heads) * shape[0] * shape[1] * 4
    if size > MOST_HELD:
        raise InputError(
            "The weights of all heads take {size:,} MB; at most {most:,} MB are held at once. Take one layer, weights(layer), or a rectangle, tile(layer, head, queries, keys).",
            size=size >> 20,
            most=MOST_HELD >> 20,
        )
    layers = tuple(
        whole_layer(source, layer, shape) if heads else np.zeros((0, *shape), dtype=np.float32)
        for layer, heads in enumerate(source.heads)
    )
    if not isinstance(source, Masked):
        return DenseSource(layers)
    rows, columns = (slice(0, n) for n in shape)
    masks: dict[bytes, np.ndarray] = {}  # layers that read alike share one
    found = (np.array(source.readable(layer, rows, columns)) for layer in range(len(layers)))
    return MaskedDenseSource(layers, masks=tuple(masks.setdefault(each.tobytes(), each) for each in found))


def span(part: slice, n: int) -> slice:
    """The start and stop of a slice of n tokens. Raises SelectionError for one with a step."""
    start, stop, step = part.indices(n)
    if step != 1:
        raise SelectionError("A tile cannot skip tokens (step {step}). Give a range of neighbouring tokens.", step=step)
    return slice(start, max(start, stop))


def read_only(array: np.ndarray) -> np.ndarray:
    """A float32 view that cannot be written to."""
    view = np.asarray(array, dtype=np.float32).view()
    view.setflags(write=False)
    return view
