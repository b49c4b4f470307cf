"""Texts of a head: what was read, and the links of one head in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attention_viz.corpus import needs
from attention_viz.corpus.folder import Folder


@dataclass(frozen=True)
class TextOfHead:
    """One text, and what a head does in it.

    number : of the text in the collection, from 0
    value  : of the measure that was asked for
    links  : (query, key, weight) of the strongest, numbers of tokens from 0
    """

    number: int
    first: str
    second: str | None
    tokens: tuple[str, ...]
    value: float
    links: tuple[tuple[int, int, float], ...]


def texts(folder: Folder, size: int, found: Sequence[tuple[int, float]], layer: int, head: int) -> list[TextOfHead]:
    """The texts with these numbers, and the links of a head in them; each is looked up in its own shard alone.

    size : texts of a shard; found : (number, value)
    """
    shards = {number // size for number, _ in found}
    rows = {number: row for shard in shards for number, row in _of_shard(folder.shard(shard), layer, head).items()}
    return [
        TextOfHead(
            number,
            rows[number]["first"] or "",
            rows[number]["second"],
            tuple(rows[number]["tokens"]),
            float(value),
            tuple(
                zip(*(rows[number][name] or () for name in ("link_queries", "link_keys", "link_weights")), strict=True)
            ),
        )
        for number, value in found
    ]


def _of_shard(file: Path, layer: int, head: int) -> dict[int, dict[str, Any]]:
    """Number of a text -> what was read, and the links of one head."""
    arrow = needs.pyarrow()
    columns = ["text", "first", "second", "tokens", "link_queries", "link_keys", "link_weights"]
    rows: dict[int, dict[str, Any]] = {}
    with arrow.parquet.ParquetFile(file) as opened:
        for group in range(opened.num_row_groups):
            statistics = opened.metadata.row_group(group)
            kind, of_layer = statistics.column(0).statistics.max, statistics.column(2).statistics
            if kind == "text":
                read = opened.read_row_group(group, columns=columns[:4], use_threads=False).to_pylist()
                rows |= {row["text"]: row for row in read}
            elif kind == "model" and of_layer.min <= layer <= of_layer.max:
                table = opened.read_row_group(group, columns=["head", "text", *columns[4:]], use_threads=False)
                for row in table.filter(arrow.compute.field("head") == head).to_pylist():
                    rows[row["text"]] |= row
    return rows
