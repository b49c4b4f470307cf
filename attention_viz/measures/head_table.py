"""Table: every measure of every head of one text, for sorting, labelling and drawing."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.measures.relations import POSITIONAL, RELATIONS, is_sep, relations
from attention_viz.measures.shares import check_tokens, total
from attention_viz.measures.spread import highest, queries_read, ratio, sum_of_logs, uniform_entropy
from attention_viz.measures.strongest import Link, stronger, strongest_links

COLUMNS = ("entropy", "uniform_entropy", "confidence", *RELATIONS, "rest_sep")
"""The measures of a table, in the order they are shown. Entropies in nats, distance in tokens, all others 0 to 1."""

MOST_SHOWN = 12
"""Heads that a notebook shows of a table."""

CELLS_AT_ONCE = 2**22
"""Weights read together: bounds the memory on a long text to a few times 16 MB."""

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
"""Called with (done, total); what it raises stops the work and reaches the caller."""


@dataclass(frozen=True, eq=False)
class HeadTable:
    """The measures of every head. It equals itself alone: compare frames or columns.

    layers, heads : (row,) int, indices from 0; one row per head, layer by layer
    columns       : measure -> (row,) float64; NaN where a measure has no meaning on this text
    queries, keys : how many tokens the numbers rest on
    links         : the strongest link of each head between tokens that are neither special nor punctuation, one per row
    """

    layers: np.ndarray
    heads: np.ndarray
    columns: Mapping[str, np.ndarray]
    queries: int
    keys: int
    links: Sequence[Link | None]

    def __len__(self) -> int:
        return len(self.layers)

    def numbers(self, layer: int, head: int) -> dict[str, float]:
        """All measures of one head."""
        row = int(np.flatnonzero((self.layers == layer) & (self.heads == head))[0])
        return {name: float(column[row]) for name, column in self.columns.items()}

    def __repr__(self) -> str:
        return f"HeadTable({len(self)} heads, {len(self.columns)} measures, {self.queries} queries x {self.keys} keys)"

    def _repr_html_(self) -> str:
        """The first heads as a table; `to_frame` has them all."""
        rows = [
            [layer, head, *(f"{column[row]:.3f}" for column in self.columns.values())]
            for row, (layer, head) in enumerate(zip(self.layers, self.heads, strict=True))
            if row < MOST_SHOWN
        ]
        lines = [("th", ["layer", "head", *self.columns]), *(("td", row) for row in rows)]
        more = f"<small>{MOST_SHOWN} of {len(self)} heads, counted from 0</small>" if len(self) > MOST_SHOWN else ""
        return f"<div><table>{''.join(_line(kind, cells) for kind, cells in lines)}</table>{more}</div>"

    def to_frame(self) -> pd.DataFrame:
        """One row per head: its layer and head, from 0, and each measure."""
        import pandas as pd  # slow to import, and most tables are never framed

        return pd.DataFrame({"layer": self.layers, "head": self.heads, **self.columns})

    def grid(self, name: str) -> np.ndarray:
        """One measure as (layer, head); NaN where a layer has fewer heads than the widest."""
        held = np.full((self.layers.max() + 1, self.heads.max() + 1), np.nan)
        held[self.layers, self.heads] = self.columns[name]
        return held


def _line(kind: str, cells: Sequence[object]) -> str:
    return f"<tr>{''.join(f'<{kind}>{html.escape(str(cell))}</{kind}>' for cell in cells)}</tr>"


def summary(
    weights: np.ndarray, queries: Tokens, keys: Tokens | None = None, readable: np.ndarray | None = None
) -> dict[str, np.ndarray]:
    """What does each head do, in all measures at once?

    weights  : (..., query, key)
    keys     : the keys' tokens where they are not the queries' own; positional measures are NaN then
    readable : (..., query, key) bool, the keys that each query may read, which `uniform_entropy` rests on; None = all
    returns  : measure -> (...), see COLUMNS; `confidence` leaves out [SEP] as a key, as Voita does
    """
    check_tokens(weights, queries, keys)
    rows = slice(0, len(queries))
    ruler = _Ruler.of(queries, keys, rows)
    uniform = uniform_entropy(np.ones(weights.shape[-2:], dtype=bool) if readable is None else readable)
    return _means(_sums(weights, ruler, uniform), keys is None or keys is queries)


def table(attention: Attention, progress: Progress | None = None) -> HeadTable:
    """What does every head of the model do on this text?

    Reads as many layers at a time as are small, and of a long text some rows of one layer; no more than a few times 16 MB
    are held.
    """
    queries, (n_queries, n_keys) = attention.query_tokens, attention.shape
    keys = None if attention.key_tokens is queries else attention.key_tokens
    heads = attention.source.heads
    edges = np.cumsum([0, *heads])  # where each layer's heads begin among all
    row_strips, layer_strips = _strips(attention)
    sums = {name: np.zeros(edges[-1]) for name in _SUMS}
    links: list[Link | None] = [None] * int(edges[-1])
    for turn, rows in enumerate(row_strips):
        ruler = _Ruler.of(queries, keys, rows)
        for done, layers in enumerate(layer_strips, turn * len(layer_strips)):
            weights = np.concatenate([attention.weights(layer, queries=rows) for layer in layers])  # (head, query, key)
            place = slice(edges[layers[0]], edges[layers[-1] + 1])
            for name, value in _sums(weights, ruler, _uniform(attention, layers, rows)).items():
                sums[name][place] += value
            links[place] = map(stronger, links[place], strongest_links(weights, queries, keys, rows))
            if progress is not None:
                progress(done + 1, len(row_strips) * len(layer_strips))
    return HeadTable(
        layers=np.repeat(np.arange(len(heads)), heads),
        heads=np.concatenate([np.arange(n_heads) for n_heads in heads]),
        columns=_means(sums, keys is None),
        queries=n_queries,
        keys=n_keys,
        links=tuple(links),
    )


def _strips(attention: Attention) -> tuple[list[slice], list[tuple[int, ...]]]:
    """Rows and layers that are read together, about CELLS_AT_ONCE weights: several layers only where they are whole."""
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


@dataclass(frozen=True, eq=False)
class _Ruler:
    """What some rows of every head are measured with.

    related     : (relation, query, key) float32, in the order of RELATIONS
    sep_queries : (query,) bool, the rows that are [SEP]; others: (key,) bool, the keys that are not
    """

    related: np.ndarray
    sep_queries: np.ndarray
    others: np.ndarray

    @classmethod
    def of(cls, queries: Tokens, keys: Tokens | None, rows: slice) -> _Ruler:
        sep = is_sep(queries)
        return cls(relations(queries, keys, rows), sep[rows], ~(sep if keys is None else is_sep(keys)))


_SUMS = ("queries", "sep_queries", *COLUMNS[:-1])
"""What is added up over the rows, and then divided."""


def _sums(weights: np.ndarray, ruler: _Ruler, uniform: np.ndarray) -> dict[str, np.ndarray]:
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


def _means(sums: dict[str, np.ndarray], square: bool) -> dict[str, np.ndarray]:
    n, n_sep = sums["queries"], sums["sep_queries"]
    means = dict(zip(COLUMNS, ratio(np.stack([sums[name] for name in COLUMNS[:-1]]), n), strict=False))
    means["sep_sep"] = ratio(sums["sep_sep"], n_sep)
    means["rest_sep"] = ratio(sums["sep"] - sums["sep_sep"], n - n_sep)
    if not square:
        means |= {name: np.full_like(means[name], np.nan) for name in POSITIONAL}
    return means
