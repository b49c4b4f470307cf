"""Strongest: the link of a head that one looks at first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


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
