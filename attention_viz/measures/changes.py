"""Change: what differs between two readings: of two sentences, of two models, of one model with a head switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.errors import InputError


@dataclass(frozen=True)
class HeadChange:
    """How much one head reads differently: the mean over aligned queries of the total variation distance, 0 to 1."""

    layer: int
    head: int
    change: float


def aligned(one: Tokens, other: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Which token of one text stands for which token of the other?

    returns : two (pair,) int arrays, positions in each; equal tokens in the same order, and between two pairs of equal
              tokens those that replace each other one for one (a minimal pair differs in one token)
    """
    pairs: list[tuple[int, int]] = []
    blocks = SequenceMatcher(None, one.texts, other.texts, autojunk=False).get_opcodes()
    for kind, start, stop, first, last in blocks:
        if kind == "equal" or (kind == "replace" and stop - start == last - first):
            pairs.extend(zip(range(start, stop), range(first, last), strict=True))
    positions = np.array(pairs, dtype=int).reshape(-1, 2)
    return positions[:, 0], positions[:, 1]


def change(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How much does each head read differently?

    one, other : (..., query, key), the same shape: cut both to their aligned tokens first
    returns    : (...), mean over queries of half the sum of |difference|: the share of the attention that went elsewhere, 0 to 1
    """
    if one.shape != other.shape:
        raise InputError(
            "The two readings are {one} and {other}; cut both to the tokens that they share.",
            one=" x ".join(map(str, one.shape)),
            other=" x ".join(map(str, other.shape)),
        )
    return np.asarray(np.abs(one - other).sum(axis=-1).mean(axis=-1) / 2)


def ranked_changes(one: Attention, other: Attention) -> list[HeadChange]:
    """Which heads read the two texts (or the two models read one text) most differently? Most changed first.

    Both are cut to their aligned tokens; weights on tokens that have no partner are left out, not renormalised.
    Raises InputError where the models differ in layers or heads, or no tokens align.
    """
    if one.source.heads != other.source.heads:
        raise InputError(
            "One model has {one} heads per layer, the other {other}; only models of one shape are ranked head by head.",
            one=_spelt(one.source.heads),
            other=_spelt(other.source.heads),
        )
    rows, other_rows = aligned(one.query_tokens, other.query_tokens)
    columns, other_columns = aligned(one.key_tokens, other.key_tokens)
    if len(rows) == 0 or len(columns) == 0:
        raise InputError("The two texts share no token, so their heads cannot be compared cell by cell.")
    found = [
        HeadChange(layer, head, float(value))
        for layer in one.layers
        for head, value in enumerate(
            change(
                one.weights(layer)[:, rows[:, None], columns],
                other.weights(layer)[:, other_rows[:, None], other_columns],
            )
        )
    ]
    return sorted(found, key=lambda each: -each.change)


def _spelt(heads: Sequence[int]) -> str:
    return ", ".join(map(str, heads))
