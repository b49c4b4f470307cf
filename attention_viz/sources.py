"""Sources: where the weights of one text come from, and what may be known beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from attention_viz.errors import InputError, Message, SelectionError


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

    def layer(self, layer: int) -> np.ndarray:
        """(head, query, key) float32 weights."""
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
    """All heads of a layer, the source's own quick way where it has one: (head, query, key). shape : (query, key)."""
    if isinstance(source, Layered):
        return source.layer(layer)[:, : shape[0], : shape[1]]
    rows, columns = (slice(0, n) for n in shape)
    return np.stack([source.tile(layer, head, rows, columns) for head in range(source.heads[layer])])


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

    def layer(self, layer: int) -> np.ndarray:
        return self.layers[layer]

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


def attending(heads: Sequence[int]) -> tuple[int, ...]:
    """Which layers have attention weights? heads : of each layer; returns their indices from 0."""
    return tuple(layer for layer, n in enumerate(heads) if n)


def nearest(heads: Sequence[int], layer: int) -> int:
    """The layer itself where it has attention weights, else the next one that has, else the last."""
    layers = attending(heads)
    return next((each for each in layers if each >= layer), layers[-1])


def without_weights(heads: Sequence[int]) -> str:
    """The layers that have no attention weights, as they are counted on the screen: "1–3, 5"; "" where all have."""
    numbers = [layer + 1 for layer, n in enumerate(heads) if not n]
    starts = [each for each in numbers if each - 1 not in numbers]
    stops = [each for each in numbers if each + 1 not in numbers]
    return ", ".join(
        str(start) if start == stop else f"{start}–{stop}" for start, stop in zip(starts, stops, strict=True)
    )


def layers_note(heads: Sequence[int]) -> tuple[Message, ...]:
    """What must be known of a model some of whose layers have no attention weights; nothing of any other."""
    missing = without_weights(heads)
    if not missing:
        return ()
    return (
        Message(
            "These layers of the model have no attention weights: {layers}. They carry information from token to token in another way, which is not shown.",
            {"layers": missing},
        ),
    )


def check_unbroken(heads: Sequence[int]) -> None:
    """Can the attention be followed through these layers, from the first to the last?

    Raises InputError where something else than attention lies between.
    """
    missing = without_weights(heads)
    if missing:
        raise InputError(
            "Attention cannot be followed through all layers of this model: layers {layers} have no attention weights and carry information from token to token in another way. Look at single layers.",
            layers=missing,
        )


def check_layer(heads: Sequence[int], layer: int) -> None:
    """Raises SelectionError where there is no such layer."""
    if not 0 <= layer < len(heads):
        raise SelectionError(
            "There is no layer index {layer}; the model has {n} layers. Choose 0 to {last}.",
            layer=layer,
            n=len(heads),
            last=len(heads) - 1,
        )


def check_attends(heads: Sequence[int], layer: int) -> None:
    """Raises SelectionError where there is no such layer, or where it has no attention weights."""
    check_layer(heads, layer)
    if not heads[layer]:
        raise SelectionError(
            "The layer of index {layer} (number {number}) has no attention weights. Choose an index among {layers}.",
            layer=layer,
            number=layer + 1,
            layers=", ".join(map(str, attending(heads))),
        )


def check_head(heads: Sequence[int], layer: int, head: int) -> None:
    """Raises SelectionError where there is no such layer with weights, or no such head in it."""
    check_attends(heads, layer)
    if not 0 <= head < heads[layer]:
        raise SelectionError(
            "There is no head index {head} in layer index {layer}; it has {n} heads. Choose 0 to {last}.",
            head=head,
            layer=layer,
            n=heads[layer],
            last=heads[layer] - 1,
        )
