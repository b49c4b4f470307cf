"""Plan: which texts are measured together. A shard is done or not; what is done is not done again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice

from attention_viz.corpus.sources.item import Item


@dataclass(frozen=True)
class Shard:
    """Neighbouring texts of a collection.

    first : number of its first text in the collection
    """

    number: int
    first: int
    items: tuple[Item, ...]

    @property
    def digest(self) -> str:
        """By which other texts under the same number are recognised."""
        return hashlib.sha256(repr(self.items).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Done:
    """A shard that is done: its texts, and how many of them could not be read; `anew` = in this run."""

    number: int
    texts: int
    failed: int
    anew: bool


def shards(items: Iterable[Item], size: int) -> Iterator[Shard]:
    """The collection, so many texts at a time; no more than that are held."""
    rest = iter(items)
    for number in count():
        some = tuple(islice(rest, size))
        if not some:
            return
        yield Shard(number, number * size, some)
