"""Sums: what every measure of every head adds up to over some rows of a text, and the means that come of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.measures.relations import POSITIONAL, RELATIONS, is_sep, relations
from attention_viz.measures.shares import total
from attention_viz.measures.spread import highest, queries_read, ratio, sum_of_logs, uniform_entropy

COLUMNS = ("entropy", "uniform_entropy", "confidence", *RELATIONS, "rest_sep")
"""The measures of a table, in the order they are shown. Entropies in nats, distance in tokens, all others 0 to 1."""

CELLS_AT_ONCE = 2**22
"""Weights read together: bounds the memory on a long text to a few times 16 MB."""


@dataclass(frozen=True, eq=False)
class Ruler:
    """What some rows of every head are measured with.

    related     : (relation, query, key) float32, in the order of RELATIONS
    sep_queries : (query,) bool, the rows that are [SEP]; others: (key,) bool, the keys that are not
    """

    related: np.ndarray
    sep_queries: np.ndarray
    others: np.ndarray

    @classmethod
    def of(cls, queries: Tokens, keys: Tokens | None, rows: slice) -> Ruler:
        sep = is_sep(queries)
        return cls(relations(queries, keys, rows), sep[rows], ~(sep if keys is None else is_sep(keys)))


SUMS = ("queries", "sep_queries", *COLUMNS[:-1])
"""What is added up over the rows, and then divided."""


def sums_of(weights: np.ndarray, ruler: Ruler, uniform: np.ndarray) -> dict[str, np.ndarray]:
    """What each measure adds up to over some rows, and the rows it is to be divided by; sums of strips just add.

    uniform : (..., query) the entropy of each query if it read all the keys alike that it may read
    """
    counted = queries_read(weights)  # (..., query)
    linear = total(weights, ruler.related)  # (..., relation)
    return {
        "queries": counted.sum(axis=-1),
        "sep_queries": (counted & ruler.sep_queries).sum(axis=-1),
        "entropy": -sum_of_logs(weights).sum(axis=-1),
        "uniform_entropy": (counted * uniform).sum(axis=-1),
        "confidence": highest(weights, ruler.others).sum(axis=-1),
        **{name: linear[..., each] for each, name in enumerate(RELATIONS)},
    }


def means(sums: dict[str, np.ndarray], square: bool) -> dict[str, np.ndarray]:
    """Each measure from its sums; positional ones are NaN where queries and keys are two texts (not `square`)."""
    n, n_sep = sums["queries"], sums["sep_queries"]
    found = dict(zip(COLUMNS, ratio(np.stack([sums[name] for name in COLUMNS[:-1]]), n), strict=False))
    found["sep_sep"] = ratio(sums["sep_sep"], n_sep)
    found["rest_sep"] = ratio(sums["sep"] - sums["sep_sep"], n - n_sep)
    if not square:
        found |= {name: np.full_like(found[name], np.nan) for name in POSITIONAL}
    return found


@dataclass(frozen=True, eq=False)
class Strip:
    """Some rows of all heads of some layers, and what they are measured with.

    weights : (head, query, key) of the heads at `place` among all heads of the model
    uniform : (head, query) the entropy of each query if it read all the keys alike that it may read
    total   : strips of the text
    """

    layers: tuple[int, ...]
    rows: slice
    place: slice
    weights: np.ndarray
    ruler: Ruler
    uniform: np.ndarray
    total: int

    @property
    def sums(self) -> dict[str, np.ndarray]:
        return sums_of(self.weights, self.ruler, self.uniform)


def strips(attention: Attention) -> Iterator[Strip]:
    """All weights of a text, about CELLS_AT_ONCE together: several layers where they are whole, of a long text some rows of one."""
    queries = attention.query_tokens
    keys = None if attention.key_tokens is queries else attention.key_tokens
    edges = np.cumsum([0, *attention.source.heads])  # where each layer's heads begin among all
    rows, layers = _parts(attention)
    for each in rows:
        ruler = Ruler.of(queries, keys, each)
        for some in layers:
            weights = np.concatenate([attention.weights(layer, queries=each) for layer in some])
            place = slice(int(edges[some[0]]), int(edges[some[-1] + 1]))
            uniform = _uniform(attention, some, each)
            yield Strip(some, each, place, weights, ruler, uniform, len(rows) * len(layers))


def _parts(attention: Attention) -> tuple[list[slice], list[tuple[int, ...]]]:
    """Rows and layers that are read together."""
    n_queries, n_keys = attention.shape
    row = n_keys * attention.n_heads
    n_rows = max(1, CELLS_AT_ONCE // row)
    n_layers = max(1, CELLS_AT_ONCE // (row * n_queries))
    rows = [slice(start, min(start + n_rows, n_queries)) for start in range(0, n_queries, n_rows)]
    layers = attention.layers
    return rows, [layers[start : start + n_layers] for start in range(0, len(layers), n_layers)]


def _uniform(attention: Attention, layers: Sequence[int], rows: slice) -> np.ndarray:
    """The entropy of these queries if they read all that they may read alike: (head, query); a layer's heads have one mask."""
    each = [uniform_entropy(attention.readable(layer, rows)) for layer in layers]
    return np.repeat(each, [attention.heads_of(layer) for layer in layers], axis=0)
