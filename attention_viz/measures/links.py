"""Links: which heads read one word from another, and which of them would read any word at that distance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_viz.attention import Attention
from attention_viz.errors import SelectionError
from attention_viz.means import members
from attention_viz.measures.named_words import Word, named_words
from attention_viz.measures.spread import ratio
from attention_viz.measures.word_pairs import PieceCells, Progress, pair_weights
from attention_viz.vocabulary import LINK_DIRECTIONS, Direction, one_of
from attention_viz.words import group_words


@dataclass(frozen=True)
class HeadLink:
    """What one head gives to a link, that is, to a key from a query.

    layer, head : from 0
    weight      : of the link, 0 to 1
    at_distance : what the head gives on average to a word as far away, from the other words of this text that have one;
                  NaN where none has, or where queries and keys are two texts
    rank        : 1 = the head that gives most
    """

    layer: int
    head: int
    weight: float
    at_distance: float
    rank: int

    @property
    def lift(self) -> float:
        """How much more the head gives to this link than to a word as far away: weight - at_distance, -1 to 1."""
        return self.weight - self.at_distance


def rank_heads(
    attention: Attention,
    query: Word | Iterable[Word],
    key: Word | Iterable[Word],
    *,
    direction: Direction = "forward",
    progress: Progress | None = None,
) -> list[HeadLink]:
    """Which heads read this key from that query? Every head, the one that gives most first; of equal ones the earlier first.

    query, key : words, each by the position of one of its tokens (from 0), as the text has it ("animal"), or, where it
                 stands there several times, as (word, n), n from 0. Lists of the same length are several links,
                 query[i] to key[i], and a single word beside a list belongs to each: the mean over the links counts
    direction  : "forward" = the query reads the key; "backward" = the key reads the query; "both" = the mean of the two.
                 What no layer can read by its mask counts in no mean
    progress   : called with (layers done, layers in all)

    A word counts with all its pieces: the mean over those of the query of the sum over those of the key. Distance is
    counted in words and has a sign, and special tokens count on neither side of `at_distance`. A head that reads by
    position, as the word before, gives to every word at that distance much the same; hence the baselines of fixed
    offsets in Clark et al. 2019 (arXiv 1906.04341, section 4.2) and of the usual relative position in Voita et al. 2019
    (arXiv 1905.09418, section 5.2).

    Of a long text a strip of rows is read at a time. Raises SelectionError for a word that is not there or stands there
    several times, and where the mask of the model lets no query read its key.
    """
    one_of("direction", direction, LINK_DIRECTIONS)
    edges = group_words(attention.query_tokens), group_words(attention.key_tokens)
    links = _directed(attention, _links(attention, edges, query, key), direction)
    others = _as_far(attention, links, edges)  # of each link, the pairs of words as far apart
    pairs, places = np.unique(np.concatenate([links, *others]), axis=0, return_inverse=True)
    weights, readable = pair_weights(attention, PieceCells.of(pairs, *edges), progress)
    asked, *at_distance = np.split(places.ravel(), np.cumsum([len(links), *map(len, others[:-1])]))
    asked, at_distance = _readable(asked, at_distance, readable)
    baseline = _mean(
        [ratio((weights * readable)[:, each].sum(axis=1), readable[:, each].sum(axis=1)) for each in at_distance]
    )
    return _ranked(attention, weights[:, asked].mean(axis=1), baseline)


def _ranked(attention: Attention, weights: np.ndarray, at_distance: np.ndarray) -> list[HeadLink]:
    """weights, at_distance : (head,), layer by layer"""
    heads = members(attention)
    return [
        HeadLink(heads[place][0], heads[place][1], float(weights[place]), float(at_distance[place]), rank)
        for rank, place in enumerate(np.argsort(-weights, kind="stable").tolist(), start=1)
    ]


def _mean(baselines: list[np.ndarray]) -> np.ndarray:
    """Over the links that have a baseline: (head,)"""
    stacked = np.stack(baselines)  # (link, head)
    return ratio(np.nansum(stacked, axis=0), np.isfinite(stacked).sum(axis=0))


def _readable(
    asked: np.ndarray, at_distance: list[np.ndarray], readable: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray]]:
    """The links that some layer can read."""
    there = np.asarray(readable[:, asked].any(axis=0))
    if not there.any():
        raise SelectionError(
            "This query cannot read this key: the mask of the model keeps them apart. Ask in the other direction, or for other words."
        )
    return asked[there], [each for each, kept in zip(at_distance, there, strict=True) if kept]


def _directed(attention: Attention, links: np.ndarray, direction: Direction) -> np.ndarray:
    """The links that are read: (link, 2) words, query and key."""
    if direction == "forward":
        return links
    if attention.key_tokens is not attention.query_tokens:
        raise SelectionError("Queries and keys are two texts here, of which only the first reads. Choose forward.")
    return links[:, ::-1] if direction == "backward" else np.concatenate([links, links[:, ::-1]])


def _as_far(attention: Attention, links: np.ndarray, edges: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    """Of each link the pairs of other words as far apart, special tokens on neither side: (pair, 2) each."""
    if attention.key_tokens is not attention.query_tokens:
        return [np.zeros((0, 2), dtype=int)] * len(links)
    ordinary = np.flatnonzero(~np.array(attention.query_tokens.special, dtype=bool)[edges[0][:-1]])
    found = []
    for query, key in links:
        apart = ordinary[np.isin(ordinary + key - query, ordinary) & (ordinary != query)]
        found.append(np.stack([apart, apart + key - query], axis=1))
    return found


def _links(attention: Attention, edges: tuple[np.ndarray, np.ndarray], query: Any, key: Any) -> np.ndarray:
    """The words that are meant: (link, 2), query and key."""
    sides = (attention.query_tokens, attention.key_tokens)
    words = [named_words(*side) for side in zip(sides, edges, (query, key), strict=True)]
    lengths = {len(each) for each in words} - {1}
    if len(lengths) > 1 or 0 in lengths:
        raise SelectionError(
            "There are {queries} queries and {keys} keys; give as many of each, or one word on one side.",
            queries=len(words[0]),
            keys=len(words[1]),
        )
    return np.stack(np.broadcast_arrays(*map(np.array, words)), axis=1)
