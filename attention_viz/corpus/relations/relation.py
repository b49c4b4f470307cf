"""Relation: a link between two kinds of words that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from attention_viz.corpus.relations.pattern import Pattern
from attention_viz.errors import InputError

Order = Literal["any", "earlier", "later", "previous", "next"]
ORDERS: tuple[Order, ...] = ("any", "earlier", "later", "previous", "next")


@dataclass(frozen=True)
class Relation:
    """A link that is asked for, such as from a pronoun to an earlier noun.

    query : the word that reads; key: the word that is read
    order : where the key stands, seen from the query
    """

    name: str
    query: Pattern = field(default_factory=Pattern)
    key: Pattern = field(default_factory=Pattern)
    order: Order = "any"

    def __post_init__(self) -> None:
        if self.order not in ORDERS:
            raise InputError(
                "The order is {order}; choose one of {orders}.", order=repr(self.order)[:80], orders=", ".join(ORDERS)
            )

    def pairs(self, words: Sequence[str], tags: Sequence[str] = ()) -> np.ndarray:
        """Which pairs of words of a text stand in it? (query, key) bool; no word with itself."""
        place = np.arange(len(words))
        offset = place - place[:, None]
        allowed = {
            "any": offset != 0,
            "earlier": offset < 0,
            "later": offset > 0,
            "previous": offset == -1,
            "next": offset == 1,
        }[self.order]
        found = self.query.matches(words, tags)[:, None] & self.key.matches(words, tags) & allowed
        return np.asarray(found)
