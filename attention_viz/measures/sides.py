"""Sides: two readings laid side by side, so that a place on one is the same place on the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.measures.changes import HeadChange, aligned, change

Slot = tuple[int | None, int | None]
"""A token of one text and its partner in the other; None where there is none."""


def slots(one: Tokens, other: Tokens) -> tuple[Slot, ...]:
    """Which places do two texts take when they are laid side by side?

    returns : every token of both texts once, in order; `aligned` says which two share a place
    """
    found: list[Slot] = []
    first, second = 0, 0
    for partner, its_own in zip(*aligned(one, other), strict=True):
        found += _alone(first, int(partner), second, int(its_own))
        found.append((int(partner), int(its_own)))
        first, second = int(partner) + 1, int(its_own) + 1
    return (*found, *_alone(first, len(one), second, len(other)))


def _alone(first: int, stop: int, second: int, end: int) -> list[Slot]:
    return [*((each, None) for each in range(first, stop)), *((None, each) for each in range(second, end))]


def laid_out(weights: np.ndarray, rows: Sequence[int | None], columns: Sequence[int | None]) -> np.ndarray:
    """One side, with the places that only the other text has.

    weights       : (query, key)
    rows, columns : the query and the key of each place; None = of the other text alone
    returns       : (row, column) float32, NaN where a place has no token here
    """
    spread = np.full((len(rows), len(columns)), np.nan, dtype=np.float32)
    (down, queries), (across, keys) = _taken(rows), _taken(columns)
    spread[np.ix_(down, across)] = weights[np.ix_(queries, keys)]
    return spread


def _taken(side: Sequence[int | None]) -> tuple[np.ndarray, np.ndarray]:
    """The places that have a token here, and which token it is."""
    pairs = [(place, token) for place, token in enumerate(side) if token is not None]
    found = np.array(pairs, dtype=int).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def ranked_against(attention: Attention, layer: int, head: int) -> list[HeadChange]:
    """Which heads read this text most differently from this one? Most different first, itself last; see `change`."""
    own = attention.weights(layer, head)
    found = [
        HeadChange(other, number, float(value))
        for other in attention.layers
        for number, value in enumerate(
            change(attention.weights(other), np.broadcast_to(own, attention.weights(other).shape))
        )
    ]
    return sorted(found, key=lambda each: (-each.change, (each.layer, each.head) == (layer, head)))


def layer_changes(attention: Attention, layer: int) -> np.ndarray:
    """How differently does each layer read this text from this one, the mean of its heads taken?

    returns : (layer,) 0 to 1; NaN of a layer without attention weights
    """
    own, changes = attention.weights(layer).mean(0), np.full(attention.n_layers, np.nan)
    for other in attention.layers:
        changes[other] = change(attention.weights(other).mean(0), own)
    return changes
