"""Table: every measure of every head of one text, for sorting, labelling and drawing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.measures.relations import POSITIONAL, RELATIONS, is_sep, relations
from attention_viz.measures.shares import check_tokens, total
from attention_viz.measures.spread import highest, keys_read, queries_read, ratio, sum_of_logs

COLUMNS = ("entropy", "uniform_entropy", "confidence", *RELATIONS, "rest_sep")
"""The measures of a table, in the order they are shown. Entropies in nats, distance in tokens, all others 0 to 1."""

CELLS_AT_ONCE = 2**22
"""Weights of one layer read together: bounds the memory on a long text to a few times 16 MB."""

Progress = Callable[[int, int], None]
"""Called with (done, total); what it raises stops the work and reaches the caller."""


@dataclass(frozen=True)
class HeadTable:
    """The measures of every head.

    layers, heads : (row,) int, indices from 0; one row per head, layer by layer
    columns       : measure -> (row,) float64; NaN where a measure has no meaning on this text
    queries, keys : how many tokens the numbers rest on
    """

    layers: np.ndarray
    heads: np.ndarray
    columns: Mapping[str, np.ndarray]
    queries: int
    keys: int

    def __len__(self) -> int:
        return len(self.layers)

    def numbers(self, layer: int, head: int) -> dict[str, float]:
        """All measures of one head."""
        row = int(np.flatnonzero((self.layers == layer) & (self.heads == head))[0])
        return {name: float(column[row]) for name, column in self.columns.items()}

    def grid(self, name: str) -> np.ndarray:
        """One measure as (layer, head); NaN where a layer has fewer heads than the widest."""
        held = np.full((self.layers.max() + 1, self.heads.max() + 1), np.nan)
        held[self.layers, self.heads] = self.columns[name]
        return held


def summary(
    weights: np.ndarray, queries: Tokens, keys: Tokens | None = None, causal: bool = False
) -> dict[str, np.ndarray]:
    """What does each head do, in all measures at once?

    weights : (..., query, key)
    keys    : the keys' tokens where they are not the queries' own; positional measures are NaN then
    causal  : a query reads no key after it, which lowers `uniform_entropy`
    returns : measure -> (...), see COLUMNS; `confidence` leaves out [SEP] as a key, as Voita does
    """
    check_tokens(weights, queries, keys)
    return _means(_sums(weights, queries, keys, slice(0, len(queries)), causal), keys is None or keys is queries)


def table(attention: Attention, progress: Progress | None = None) -> HeadTable:
    """What does every head of the model do on this text?

    Reads a layer at a time, and of a long text some rows at a time; no more than a few times 16 MB are held.
    """
    queries = attention.query_tokens
    keys = None if attention.key_tokens is queries else attention.key_tokens
    places = [(layer, head) for layer, heads in enumerate(attention.source.heads) for head in range(heads)]
    strips = list(_strips(attention))
    sums: dict[int, dict[str, np.ndarray]] = {layer: {} for layer in attention.layers}
    for done, (layer, rows) in enumerate(strips):
        weights = np.stack([attention.tile(layer, head, rows) for head in range(attention.heads_of(layer))])
        _add(sums[layer], _sums(weights, queries, keys, rows, attention.causal))
        if progress is not None:
            progress(done + 1, len(strips))
    means = [_means(each, keys is None) for each in sums.values()]
    return HeadTable(
        layers=np.array([layer for layer, _ in places]),
        heads=np.array([head for _, head in places]),
        columns={name: np.concatenate([each[name] for each in means]) for name in COLUMNS},
        queries=attention.shape[0],
        keys=attention.shape[1],
    )


def _strips(attention: Attention) -> Iterator[tuple[int, slice]]:
    """(layer, rows) that cover every head, with about CELLS_AT_ONCE weights of one layer in each."""
    n_queries, n_keys = attention.shape
    step = max(1, CELLS_AT_ONCE // (n_keys * attention.n_heads))
    for start in range(0, n_queries, step):
        for layer in attention.layers:
            yield layer, slice(start, min(start + step, n_queries))


def _sums(
    weights: np.ndarray, queries: Tokens, keys: Tokens | None, rows: slice, causal: bool
) -> dict[str, np.ndarray]:
    """What each measure adds up to over some rows, and the rows it is to be divided by; sums of strips just add."""
    counted = queries_read(weights)  # (..., query)
    positions = np.arange(len(queries))[rows]
    key_tokens = queries if keys is None else keys
    uniform = np.log(keys_read(positions, len(queries), len(key_tokens), causal))
    linear = total(weights, relations(queries, keys, rows))  # (..., relation)
    return {
        "queries": counted.sum(axis=-1),
        "sep_queries": (counted & is_sep(queries)[rows]).sum(axis=-1),
        "entropy": -sum_of_logs(weights).sum(axis=-1),
        "uniform_entropy": (counted * uniform).sum(axis=-1),
        "confidence": highest(weights, ~is_sep(key_tokens)).sum(axis=-1),
        **{name: linear[..., each] for each, name in enumerate(RELATIONS)},
    }


def _add(held: dict[str, np.ndarray], more: dict[str, np.ndarray]) -> None:
    for name, value in more.items():
        held[name] = held[name] + value if name in held else value.astype(float)


def _means(sums: dict[str, np.ndarray], square: bool) -> dict[str, np.ndarray]:
    n, n_sep = sums["queries"], sums["sep_queries"]
    means = {name: ratio(sums[name], n) for name in COLUMNS[:-1]}
    means["sep_sep"] = ratio(sums["sep_sep"], n_sep)
    means["rest_sep"] = ratio(sums["sep"] - sums["sep_sep"], n - n_sep)
    if not square:
        means |= {name: np.full_like(means[name], np.nan) for name in POSITIONAL}
    return means
