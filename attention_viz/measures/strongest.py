"""Strongest: the link of a head that one looks at first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Tokens


@dataclass(frozen=True)
class Link:
    """A query and a key that it reads.

    query, key : positions, from 0
    tokens     : those two, as they are shown
    weight     : 0 to 1
    """

    query: int
    key: int
    tokens: tuple[str, str]
    weight: float


def most_read(weights: np.ndarray, special: Sequence[bool]) -> int:
    """Which key does one query read most? Special tokens count only where there are no others.

    weights : (key,); special : one per key
    """
    held_back = np.asarray(special, dtype=bool)
    return int(np.where(held_back & ~held_back.all(), -1.0, weights).argmax())


def strongest_link(
    weights: np.ndarray, special_queries: Sequence[bool], special_keys: Sequence[bool], *, same: bool
) -> tuple[int, int]:
    """Which query reads which key most? Special tokens and, where both sides are the `same` text, a token's link to
    itself count only where there are no others.

    weights : (query, key); special_queries, special_keys : one per token
    """
    rows, columns = np.asarray(special_queries, dtype=bool), np.asarray(special_keys, dtype=bool)
    held_back = rows[:, None] | columns[None, :]
    if same:
        held_back |= np.eye(*weights.shape) > 0
    query, key = np.unravel_index(np.where(held_back & ~held_back.all(), -1.0, weights).argmax(), weights.shape)
    return int(query), int(key)


def strongest_links(
    weights: np.ndarray, queries: Tokens, keys: Tokens | None = None, rows: slice = slice(None)
) -> list[Link | None]:
    """Which link of each head is the strongest between two tokens that are neither special nor punctuation?

    weights : (head, query, key), the queries being those of `rows`
    keys    : the keys' tokens where they are not the queries' own; a token's link to itself counts only then
    returns : one per head; None where no such link has a weight above 0
    """
    counted = _ordinary(queries)[rows, None] & _ordinary(queries if keys is None else keys)  # (query, key)
    if keys is None:
        counted &= ~np.eye(len(queries), dtype=bool)[rows]
    flat = (weights * counted).reshape(len(weights), -1)
    places = flat.argmax(axis=1)
    tops = np.take_along_axis(flat, places[:, None], axis=1)[:, 0]
    first, width = range(len(queries))[rows].start, counted.shape[1]
    found = zip(*np.divmod(places, width), tops, strict=True)
    return [_link(first + int(query), int(key), float(top), queries, keys) for query, key, top in found]


def _ordinary(tokens: Tokens) -> np.ndarray:
    """(token,) bool"""
    return ~np.array([one or other for one, other in zip(tokens.special, tokens.punctuation, strict=True)], dtype=bool)


def _link(query: int, key: int, weight: float, queries: Tokens, keys: Tokens | None) -> Link | None:
    read = (queries if keys is None else keys).labels[key]
    return Link(query, key, (queries.labels[query], read), weight) if weight > 0 else None


def stronger(one: Link | None, other: Link | None) -> Link | None:
    """The stronger of two links; the first where they are alike."""
    return other if one is None or (other is not None and other.weight > one.weight) else one
