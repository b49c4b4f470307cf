"""Filters: which keys are left out of a picture or a ranking, and what share of the attention they took."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.errors import SelectionError
from attention_viz.selection import KINDS


@dataclass(frozen=True)
class TopToken:
    """A key and the attention it receives: position counts from 0, weight is the mean over queries."""

    position: int
    token: str
    weight: float


def kept(tokens: Tokens, exclude: Collection[str] = ()) -> np.ndarray:
    """Which tokens stay when kinds of tokens are left out: (token,) bool. Raises SelectionError for an unknown kind."""
    unknown = sorted(set(exclude) - set(KINDS))
    if isinstance(exclude, str) or unknown:
        raise SelectionError(
            "{kinds} cannot be left out; choose among {choices}.",
            kinds=exclude if isinstance(exclude, str) else ", ".join(unknown),
            choices=", ".join(KINDS),
        )
    keep = np.ones(len(tokens), dtype=bool)
    for kind in exclude:
        keep &= ~np.array(getattr(tokens, kind), dtype=bool)
    return keep


def leave_out(weights: np.ndarray, keep: np.ndarray, renormalise: bool = False) -> np.ndarray:
    """Weights on the kept keys; 0 elsewhere.

    weights     : (..., query, key)
    keep        : (key,) bool
    renormalise : divide each row by what it keeps, so that it sums to 1 again; a row that keeps nothing stays 0
    """
    remaining = weights * keep
    if not renormalise:
        return remaining
    share = remaining.sum(axis=-1, keepdims=True)
    return np.divide(remaining, share, out=np.zeros_like(remaining), where=share > 0)


def removed_share(attention: Attention, layer: int, head: int, exclude: Collection[str]) -> float:
    """The share of this head's attention (0 to 1, mean over queries) that goes to the keys left out.

    Only what is left out is read: of a long text a few columns, not the whole matrix.
    """
    edges = np.flatnonzero(np.diff(kept(attention.key_tokens, exclude), prepend=True, append=True)).tolist()
    parts = [slice(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    total = sum(float(attention.tile(layer, head, keys=part).sum(dtype=np.float64)) for part in parts)
    return total / attention.shape[0]


def top_attended(
    attention: Attention, layer: int, head: int, k: int = 10, exclude: Collection[str] = (), renormalise: bool = False
) -> list[TopToken]:
    """The k keys that this head reads most, highest first; of equal ones the earlier first.

    weight      : mean over all queries of the weight on this key
    exclude     : kinds of keys left out, of "special" and "punctuation"
    renormalise : each query's weights on the kept keys sum to 1 again before the mean; see `removed_share`
    Raises SelectionError where k is below 1 or the head does not exist.
    """
    if k < 1:
        raise SelectionError("k is {k}; choose at least 1 token.", k=k)
    keep = kept(attention.key_tokens, exclude)
    received = leave_out(attention.weights(layer, head), keep, renormalise).mean(axis=0)  # (key,)
    order = [int(position) for position in np.argsort(-received, kind="stable") if keep[position]]
    return [TopToken(position, attention.key_tokens[position], float(received[position])) for position in order[:k]]
