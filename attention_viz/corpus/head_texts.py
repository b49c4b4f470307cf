"""Texts of a head: what was read, and the links of one head in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import numpy as np

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


def values(files: Sequence[Path], layer: int, head: int, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the texts in which a head has a measure, and the measure of each: (text,), (text,)."""
    arrow = needs.pyarrow()
    found = [
        group.read(["head", "text", measure]).filter(arrow.compute.field("head") == head)
        for file in files
        for group in _groups(file)
        if group.is_of(layer)
    ]
    if not found:
        return np.zeros(0, dtype=int), np.zeros(0)
    table = arrow.concat_tables(found)
    numbers, measured = table.column("text").to_numpy(), table.column(measure).to_numpy()
    return numbers[np.isfinite(measured)], measured[np.isfinite(measured)]


def texts(folder: Folder, size: int, found: Sequence[tuple[int, float]], layer: int, head: int) -> list[TextOfHead]:
    """The texts with these numbers, and the links of a head in them; each is looked up in its own shard alone.

    size : texts of a shard; found : (number, value)
    """
    wanted = sorted(number for number, _ in found)
    rows: dict[int, dict[str, Any]] = {}
    for shard, numbers in groupby(wanted, lambda number: number // size):
        rows |= _of_shard(folder.shard(shard), layer, head, list(numbers))
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


def errors(files: Sequence[Path], n: int) -> list[tuple[int, str]]:
    """(number, error) of the texts that could not be read, the first n; no file behind the last of them is opened."""
    found = (
        (row["text"], row["error"])
        for file in files
        for group in _groups(file)
        if group.kind == "text"
        for row in group.read(["text", "error"]).to_pylist()
        if row["error"]
    )
    return list(islice(found, n))


def _of_shard(file: Path, layer: int, head: int, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Number of a text -> what was read, and the links of one head, of these texts."""
    field = needs.pyarrow().compute.field
    wanted = field("text").isin(numbers)
    rows: dict[int, dict[str, Any]] = {}
    for group in _groups(file):
        if group.kind == "text":
            table = group.read(["text", "first", "second", "tokens"]).filter(wanted)
            rows |= {row["text"]: row for row in table.to_pylist()}
        elif group.is_of(layer):
            table = group.read(["head", "text", "link_queries", "link_keys", "link_weights"])
            for row in table.filter((field("head") == head) & wanted).to_pylist():
                rows[row["text"]] |= row
    return rows


@dataclass(frozen=True)
class _Group:
    """A group of rows of one kind, and of heads of one layer."""

    file: Any
    number: int

    @property
    def kind(self) -> str:
        return str(self.file.metadata.row_group(self.number).column(0).statistics.max)

    def is_of(self, layer: int) -> bool:
        """Whether it has the model's heads of a layer."""
        found = self.file.metadata.row_group(self.number).column(2).statistics
        return self.kind == "model" and bool(found.min <= layer <= found.max)

    def read(self, columns: Sequence[str]) -> Any:
        return self.file.read_row_group(self.number, columns=list(columns), use_threads=False)


def _groups(file: Path) -> Iterator[_Group]:
    """The groups of a shard's file, which is open meanwhile."""
    with needs.pyarrow().parquet.ParquetFile(file) as opened:
        yield from (_Group(opened, number) for number in range(opened.num_row_groups))
