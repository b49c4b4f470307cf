"""Kept: what stays of one reading of a text: measures, links and hits, never query x key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention
from attention_viz.corpus.baselines import Baselines, baseline_sums, baselines
from attention_viz.corpus.options import Options
from attention_viz.corpus.relations.hits import Hits, hits
from attention_viz.corpus.relations.word_reads import WordReads
from attention_viz.corpus.relations.words import Words
from attention_viz.corpus.sources.item import Item
from attention_viz.measures.sums import SUMS, Strip, means, strips


@dataclass(frozen=True, eq=False)
class Links:
    """The strongest links of every head, the strongest first.

    queries, keys, weights : (head, link); fewer links where a text has fewer
    """

    queries: np.ndarray
    keys: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class Kept:
    """What stays of one reading of a text.

    measures : (head, measure) float64, heads layer by layer
    """

    measures: np.ndarray
    links: Links | None = None
    baselines: Baselines | None = None
    hits: tuple[Hits, ...] = ()


def keep(attention: Attention, item: Item, options: Options) -> Kept:
    """What stays of a text that was read."""
    collected = _Collected(attention, item, options)
    for strip in strips(attention):
        collected.add(strip)
    return collected.kept()


def keep_measures(attention: Attention) -> Kept:
    """What stays of a text whose tokens were shuffled."""
    sums = _no_sums(attention)
    for strip in strips(attention):
        _add(sums, strip)
    return Kept(_measures(attention, sums))


class _Collected:
    """What is collected while the weights of a text pass by, strip by strip."""

    def __init__(self, attention: Attention, item: Item, options: Options) -> None:
        self._attention, self._options = attention, options
        self._sums = _no_sums(attention)
        self._links: list[list[Links]] = []
        self._uniform: list[np.ndarray] = []
        self._beside: dict[str, np.ndarray] = {}
        self._reads: dict[int, WordReads] = {}
        asked = options.relations or (item.tree is not None and item.tree.edges)
        square = attention.key_tokens is attention.query_tokens
        self._words = Words.of(attention.query_tokens, item) if asked and square else None
        self._ordinary = _ordinary(attention) if options.strongest else np.zeros((0, 0))

    def add(self, strip: Strip) -> None:
        if self._options.measures:
            _add(self._sums, strip)
            self._add_baselines(strip)
            if self._options.strongest:
                self._add_links(strip)
        if self._words is not None:
            reads = self._reads.setdefault(strip.place.start, WordReads(self._words, len(strip.weights)))
            reads.add(strip.weights, strip.rows)

    def _add_baselines(self, strip: Strip) -> None:
        self._uniform.append(strip.uniform)
        if strip.layers[-1] != self._attention.layers[-1]:
            return  # these rows of other layers are still to come
        found = baseline_sums(self._attention, strip.rows, strip.ruler, np.concatenate(self._uniform))
        self._uniform = []
        self._beside = {name: self._beside.get(name, 0) + each for name, each in found.items()}

    def _add_links(self, strip: Strip) -> None:
        found = _strongest(strip.weights, self._ordinary[strip.rows], self._options.strongest, strip.rows.start)
        if strip.place.start == 0:
            self._links.append([])
        self._links[-1].append(found)

    def kept(self) -> Kept:
        found: Sequence[Hits] = ()
        if self._words is not None and self._reads:
            reads = np.concatenate([each.found for each in self._reads.values()], axis=1)  # (direction, head, word)
            found = hits(reads, self._words, list(self._words.asked(self._options.relations)))
        links = _best([_joined(each) for each in self._links], self._options.strongest) if self._links else None
        beside = baselines(self._attention, self._beside) if self._beside else None
        return Kept(_measures(self._attention, self._sums), links, beside, tuple(found))


def _no_sums(attention: Attention) -> dict[str, np.ndarray]:
    return {name: np.zeros(sum(attention.source.heads)) for name in SUMS}


def _add(sums: dict[str, np.ndarray], strip: Strip) -> None:
    for name, value in strip.sums.items():
        sums[name][strip.place] += value


def _measures(attention: Attention, sums: dict[str, np.ndarray]) -> np.ndarray:
    return np.stack(list(means(sums, attention.key_tokens is attention.query_tokens).values()), axis=-1)


def _ordinary(attention: Attention) -> np.ndarray:
    """Links that count: between tokens that are not special, and none of a token to itself, unless there are no others."""
    queries, keys = (np.array(side.special, dtype=bool) for side in (attention.query_tokens, attention.key_tokens))
    found = ~(queries[:, None] | keys)
    if attention.key_tokens is attention.query_tokens:
        np.fill_diagonal(found, False)
    return np.asarray(found if found.any() else np.ones_like(found))


def _strongest(weights: np.ndarray, ordinary: np.ndarray, n: int, first: int) -> Links:
    """The strongest links among some rows; a link that does not count has a weight of -1."""
    cells = np.where(ordinary, weights, np.float32(-1)).reshape(len(weights), -1)  # (head, query * key)
    heads = np.arange(len(cells))
    places, values = [], []
    for _ in range(min(n, cells.shape[1])):
        found = cells.argmax(axis=1)
        places.append(found)
        values.append(cells[heads, found])
        cells[heads, found] = -1
    at = np.stack(places, axis=1)
    return Links(at // weights.shape[-1] + first, at % weights.shape[-1], np.stack(values, axis=1))


def _joined(parts: Sequence[Links]) -> Links:
    """Links of heads that follow one another."""
    return Links(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("queries", "keys", "weights")))


def _best(parts: Sequence[Links], n: int) -> Links:
    """The strongest of all rows."""
    if len(parts) == 1:
        return parts[0]
    queries, keys, weights = (
        np.concatenate([getattr(part, name) for part in parts], axis=1) for name in ("queries", "keys", "weights")
    )
    order = np.argsort(-weights, axis=1, kind="stable")[:, :n]
    return Links(*(np.take_along_axis(each, order, axis=1) for each in (queries, keys, weights)))
