"""Means: what several heads read on average, as an attention of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention
from attention_viz.errors import SelectionError

Head = tuple[int, int]


def members(attention: Attention, layer: int | None = None, head: int | None = None) -> tuple[Head, ...]:
    """(layer, head) of the heads that are meant, layer by layer. None = every layer, or every head."""
    return tuple(
        (each, number)
        for each, heads in enumerate(attention.source.heads)
        for number in range(heads)
        if layer in (None, each) and head in (None, number)
    )


def mean_heads(attention: Attention, layer: int | None = None, head: int | None = None) -> Attention:
    """What do the heads of a layer read on average? An attention of one layer with one head, the mean of their weights.

    layer, head : from 0; without `head` the mean over the heads of the layer, without `layer` over the layers of the
                  head, without both over all heads
    Each row sums to 1, as the rows that it is the mean of. Raises SelectionError where there is no such head.
    """
    found = members(attention, layer, head)
    if not found:
        raise SelectionError(
            "There is no layer {layer} with a head {head}; the model has {layers} layers with up to {heads} heads, counted from 0.",
            layer="*" if layer is None else layer,
            head="*" if head is None else head,
            layers=attention.n_layers,
            heads=attention.n_heads,
        )
    return mean_of(attention, found)


def mean_of(attention: Attention, heads: Sequence[Head]) -> Attention:
    """The same for any heads, (layer, head) from 0."""
    return attention.with_source(
        lambda _: MeanSource(attention, tuple(heads)), attention.query_tokens, attention.key_tokens
    )


def model_heads(attention: Attention, head: Head) -> tuple[Head, ...]:
    """(layer, head) of the model's heads that a head of this attention is the mean of; of one that is no mean, itself."""
    return attention.source.members if isinstance(attention.source, MeanSource) else (head,)


@dataclass(frozen=True, eq=False)
class MeanSource:
    """Tiles of the mean of some heads, from their tiles."""

    whole: Attention
    members: tuple[Head, ...]

    @property
    def name(self) -> str:
        return self.whole.source.name

    @property
    def heads(self) -> tuple[int, ...]:
        return (1,)

    @property
    def nbytes(self) -> int:
        return self.whole.nbytes

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        total = np.array(self.whole.tile(*self.members[0], queries, keys))
        for member in self.members[1:]:
            total += self.whole.tile(*member, queries, keys)
        total /= len(self.members)
        return total

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        """What any of them may read."""
        layers = {each for each, _ in self.members}
        return np.asarray(np.logical_or.reduce([self.whole.readable(each, queries, keys) for each in layers]))
