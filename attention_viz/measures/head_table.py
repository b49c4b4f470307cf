"""Table: every measure of every head of one text, for sorting, labelling and drawing."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.measures.shares import check_tokens
from attention_viz.measures.spread import uniform_entropy
from attention_viz.measures.strongest import Link, stronger, strongest_links
from attention_viz.measures.sums import SUMS, Ruler, means, strips, sums_of

MOST_SHOWN = 12
"""Heads that a notebook shows of a table."""

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
    links         : the strongest link of each head between tokens that are neither special nor punctuation, one per row; none
                    where the measures are means over many texts
    """

    layers: np.ndarray
    heads: np.ndarray
    columns: Mapping[str, np.ndarray]
    queries: int
    keys: int
    links: Sequence[Link | None] = ()

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
    ruler = Ruler.of(queries, keys, rows)
    uniform = uniform_entropy(np.ones(weights.shape[-2:], dtype=bool) if readable is None else readable)
    return means(sums_of(weights, ruler, uniform), keys is None or keys is queries)


def table(attention: Attention, progress: Progress | None = None) -> HeadTable:
    """What does every head of the model do on this text?

    Reads as many layers at a time as are small, and of a long text some rows of one layer; no more than a few times 16 MB
    are held.
    """
    queries, (n_queries, n_keys) = attention.query_tokens, attention.shape
    keys = None if attention.key_tokens is queries else attention.key_tokens
    heads = attention.source.heads
    sums = {name: np.zeros(sum(heads)) for name in SUMS}
    links: list[Link | None] = [None] * sum(heads)
    for done, strip in enumerate(strips(attention), 1):
        for name, value in strip.sums.items():
            sums[name][strip.place] += value
        found = strongest_links(strip.weights, queries, keys, strip.rows)
        links[strip.place] = map(stronger, links[strip.place], found)
        if progress is not None:
            progress(done, strip.total)
    return HeadTable(
        layers=np.repeat(np.arange(len(heads)), heads),
        heads=np.concatenate([np.arange(n_heads) for n_heads in heads]),
        columns=means(sums, keys is None),
        queries=n_queries,
        keys=n_keys,
        links=tuple(links),
    )
