"""Figures: a summary as tables of numbers with their intervals, written beside the shards, so that they are there at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from attention_viz.corpus import highest, needs
from attention_viz.corpus.folder import SUMMARY, Folder
from attention_viz.corpus.intervals import percentiles
from attention_viz.corpus.summary import Summary, Sums
from attention_viz.measures import COLUMNS

SHARES = np.arange(101) / 100
"""Of the texts; each quantile is the value below which such a share lies."""


@dataclass(frozen=True, eq=False)
class HeadFigures:
    """What the rows of one kind are over all texts.

    rows      : (layer, head) of each; of uniform attention head is -1, of a fixed distance layer is -1 and head the distance
    texts     : how many were read
    n         : (row, measure) those that have the measure; mean, sd, low, high: of it over them, low to high with 95 %
    quantiles : (share, row, measure), in the order of SHARES
    labels    : (row, label) texts in which the row has it, in the order of `patterns.NAMES`
    """

    rows: tuple[tuple[int, int], ...]
    texts: int
    n: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    low: np.ndarray
    high: np.ndarray
    quantiles: np.ndarray
    labels: np.ndarray

    @classmethod
    def of(cls, sums: Sums) -> HeadFigures:
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = sums.total / sums.n
            variance = (sums.squares - sums.n * mean**2) / (sums.n - 1)
            low, high = percentiles(sums.replicates / sums.weights[:, None])
        sd = np.sqrt(np.maximum(np.where(sums.n > 1, variance, np.nan), 0))
        quantiles = np.stack([sketch.quantiles(SHARES) for sketch in sums.sketches], axis=-1)
        return cls(sums.rows, sums.texts, sums.n, mean, sd, low, high, quantiles, sums.labels)


@dataclass(frozen=True, eq=False)
class Figures:
    """A summary as numbers.

    rank_error : by how much the rank of a quantile may be wrong, at most: a share of all texts
    heads      : kind of rows -> its figures
    relations  : one row a relation and direction: `relation`, `direction`, `n`, `texts`, `chance`, `hits`, `offset_hits`
    highest    : as the summary has them; none where the figures were read, since `highest.read` gives those of one head
    """

    texts: int
    failed: int
    tokens: int
    shards: int
    rank_error: float
    heads: Mapping[str, HeadFigures]
    relations: tuple[Mapping[str, Any], ...]
    highest: Mapping[int, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, summary: Summary) -> Figures:
        heads = {kind: HeadFigures.of(sums) for kind, sums in summary.sums.items()}
        errors = [sketch.error for sums in summary.sums.values() for sketch in sums.sketches]
        relations = [
            {
                "relation": name,
                "direction": direction,
                "n": found.n,
                "texts": found.texts,
                "chance": found.chance,
                "hits": np.atleast_1d(found.heads),
                "offset_hits": np.atleast_1d(found.offsets),
            }
            for (name, direction), found in sorted(summary.relations.items())
        ]
        counts = (summary.texts, summary.failed, summary.tokens, summary.shards)
        return cls(*counts, max(errors, default=0.0), heads, tuple(relations), summary.highest)

    def write(self, folder: Folder) -> None:
        """Writes them beside the shards."""
        arrow = needs.pyarrow()
        highest.write(folder, self.highest, self.shards)
        with folder.unfinished("summary", folder.path / SUMMARY) as path:
            notes = {name: getattr(self, name) for name in ("texts", "failed", "tokens", "shards", "rank_error")}
            notes["relations"] = [
                {name: np.asarray(value).tolist() for name, value in relation.items()} for relation in self.relations
            ]
            notes["labels"] = {kind: each.labels.tolist() for kind, each in self.heads.items()}
            notes["read"] = {kind: each.texts for kind, each in self.heads.items()}
            table = arrow.Table.from_pylist(list(self._rows()))
            arrow.parquet.write_table(
                table.replace_schema_metadata({"summary": json.dumps(notes)}), path, compression="zstd"
            )

    def _rows(self) -> Iterator[dict[str, Any]]:
        for kind, each in self.heads.items():
            for row, (layer, head) in enumerate(each.rows):
                for number, measure in enumerate(COLUMNS):
                    yield {
                        "kind": kind,
                        "layer": layer,
                        "head": head,
                        "measure": measure,
                        **{
                            name: getattr(each, name)[row, number].item() for name in ("n", "mean", "sd", "low", "high")
                        },
                        "quantiles": each.quantiles[:, row, number].astype(np.float32),
                    }

    @classmethod
    def read(cls, path: Path) -> Figures:
        """Those that were written. Raises OSError, ValueError or KeyError for a file that is no such."""
        table = needs.pyarrow().parquet.read_table(path, use_threads=False, partitioning=None)
        notes = json.loads(table.schema.metadata[b"summary"])
        kinds = table.column("kind").to_numpy(zero_copy_only=False)
        heads = {
            kind: _read(table.filter(kinds == kind), notes["read"][kind], np.array(labels))
            for kind, labels in notes["labels"].items()
        }
        relations = tuple(
            {name: np.array(value) if isinstance(value, list) else value for name, value in relation.items()}
            for relation in notes["relations"]
        )
        counts = {name: notes[name] for name in ("texts", "failed", "tokens", "shards", "rank_error")}
        return cls(**counts, heads=heads, relations=relations)


def _read(rows: Any, texts: int, labels: np.ndarray) -> HeadFigures:
    width = len(COLUMNS)
    layers, heads = (rows.column(name).to_pylist()[::width] for name in ("layer", "head"))
    n, mean, sd, low, high = (
        rows.column(name).to_numpy(zero_copy_only=False).reshape(-1, width)
        for name in ("n", "mean", "sd", "low", "high")
    )
    flat = rows.column("quantiles").combine_chunks().flatten().to_numpy(zero_copy_only=False)
    quantiles = np.moveaxis(flat.reshape(-1, width, len(SHARES)), -1, 0)
    return HeadFigures(tuple(zip(layers, heads, strict=True)), texts, n, mean, sd, low, high, quantiles, labels)
