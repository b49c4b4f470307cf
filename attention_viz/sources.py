"""Sources: where the weights of one text come from, and what may be known beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from attention_viz.errors import InputError


class Source(Protocol):
    """Where the weights of one text come from."""

    @property
    def name(self) -> str:
        """The way the weights are got: "dense", "capture", "replay", ..."""
        ...

    @property
    def heads(self) -> tuple[int, ...]:
        """The number of heads of each layer."""
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


@dataclass(frozen=True)
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


def matrices(given: object) -> np.ndarray:
    """A read-only float32 copy, (layer, head, query, key), of what is given as weights."""
    try:
        weights = np.asarray(given)
    except (TypeError, ValueError, RuntimeError) as reason:
        raise InputError(
            "The weights are not one array of numbers: {reason}. Give a numpy array.", reason=str(reason)
        ) from reason
    if weights.dtype.kind not in "fiub":
        raise InputError(
            "The weights are not real numbers but {kind}. Give an array of floats.", kind=str(weights.dtype)
        )
    if not 2 <= weights.ndim <= 4:
        raise InputError(
            "The weights have {n} axes; give (layer, head, query, key), (head, query, key) or (query, key).",
            n=weights.ndim,
        )
    if weights.size and not (np.isfinite(weights).all() and weights.min() >= 0 and weights.max() <= 1 + 1e-4):
        raise InputError(
            "The weights must be finite and between 0 and 1; these reach from {low} to {high}. Give weights after the softmax.",
            low=float(weights.min()),
            high=float(weights.max()),
        )
    copy = np.array(weights, dtype=np.float32).reshape((1,) * (4 - weights.ndim) + weights.shape)
    copy.setflags(write=False)
    return copy
