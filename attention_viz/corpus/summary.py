"""Summary: what every head does over all texts of a collection: means, spread, quantiles, labels, relations.

Each part adds: that of two collections is the sum of both, and that of a folder is the sum of its shards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from attention_viz import patterns
from attention_viz.corpus import needs
from attention_viz.corpus.highest import of_shard
from attention_viz.corpus.intervals import REPLICATES, resampled
from attention_viz.corpus.relations.hits import OFFSETS
from attention_viz.corpus.sketch import Sketch
from attention_viz.measures import COLUMNS


@dataclass(eq=False)
class Sums:
    """What some rows of one kind add up to.

    rows       : (layer, head) of each
    n          : (row, measure) texts that have this measure
    total, squares : (row, measure)
    replicates : (replicate, row, measure) sums of the samples of the bootstrap; weights: how many texts are in each
    labels     : (row, label) texts in which the row has it, in the order of `patterns.NAMES`
    sketches   : of each measure, over the rows
    """

    rows: tuple[tuple[int, int], ...]
    texts: int = 0
    n: np.ndarray = field(init=False)
    total: np.ndarray = field(init=False)
    squares: np.ndarray = field(init=False)
    replicates: np.ndarray = field(init=False)
    weights: np.ndarray = field(init=False)
    labels: np.ndarray = field(init=False)
    sketches: list[Sketch] = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(self.rows), len(COLUMNS))
        self.n, self.total, self.squares = np.zeros(shape, dtype=int), np.zeros(shape), np.zeros(shape)
        self.replicates, self.weights = np.zeros((REPLICATES, *shape)), np.zeros((REPLICATES, len(COLUMNS)))
        self.labels = np.zeros((len(self.rows), len(patterns.NAMES)), dtype=int)
        self.sketches = [Sketch(len(self.rows)) for _ in COLUMNS]

    def add(self, values: np.ndarray, pair: np.ndarray, samples: np.ndarray) -> None:
        """values : (row, text, measure); pair: (text,) bool, it has two texts; samples : (replicate, text)"""
        there = np.isfinite(values)
        known = np.where(there, values, 0).astype(np.float64)
        self.texts += values.shape[1]
        self.n += there.sum(axis=1)
        self.total += known.sum(axis=1)
        self.squares += (known**2).sum(axis=1)
        by_text = np.moveaxis(known, 1, 0).reshape(values.shape[1], -1)
        self.replicates += (samples @ by_text.astype(np.float32)).reshape(self.replicates.shape)
        whole = there.all(axis=0)  # (text, measure): what a text lacks, it lacks for every head
        self.weights += samples @ whole.astype(np.float32)
        self.labels += label_counts(values, pair)
        for each, sketch in enumerate(self.sketches):
            sketch.add(values[:, whole[:, each], each])

    def merge(self, other: Sums) -> None:
        self.texts += other.texts
        for name in ("n", "total", "squares", "replicates", "weights", "labels"):
            getattr(self, name)[...] += getattr(other, name)
        for own, its in zip(self.sketches, other.sketches, strict=True):
            own.merge(its)


def label_counts(values: np.ndarray, pair: np.ndarray) -> np.ndarray:
    """In how many texts each row has each label: (row, label). By the same rules as `patterns.label`, all at once."""
    numbers = {name: values[..., each] for each, name in enumerate(COLUMNS)}
    numbers["pair"] = np.broadcast_to(pair.astype(float), values.shape[:2])
    names = np.full(values.shape[:2], len(patterns.RULES))
    for number, rule in reversed(list(enumerate(patterns.RULES))):
        names[np.asarray(rule.holds(numbers))] = number  # type: ignore[arg-type]
    return np.stack([(names == each).sum(axis=1) for each in range(len(patterns.NAMES))], axis=1)


@dataclass(eq=False)
class RelationSums:
    """One relation in one direction: links expected, in how many texts, and of these those of each head and baseline."""

    n: int = 0
    texts: int = 0
    chance: float = 0.0
    heads: np.ndarray | int = 0
    offsets: np.ndarray | int = field(default_factory=lambda: np.zeros(len(OFFSETS), dtype=int))

    def merge(self, other: RelationSums) -> None:
        self.n, self.texts, self.chance = self.n + other.n, self.texts + other.texts, self.chance + other.chance
        self.heads, self.offsets = self.heads + other.heads, self.offsets + other.offsets


@dataclass(eq=False)
class Summary:
    """What every head does over all texts.

    sums      : of each kind of rows ("model", "shuffled", "uniform", "offset")
    relations : (relation, direction) -> its sums
    shards    : how many are in it
    highest   : of the model's heads in each shard, by its number: (row, measure), the highest value
    """

    seed: int
    texts: int = 0
    failed: int = 0
    tokens: int = 0
    shards: int = 0
    sums: dict[str, Sums] = field(default_factory=dict)
    relations: dict[tuple[str, str], RelationSums] = field(default_factory=dict)
    highest: dict[int, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Iterable[Path], seed: int) -> Summary:
        """That of the files of some shards."""
        found = cls(seed)
        for file in files:
            found.add(file)
        return found

    def add(self, file: Path) -> None:
        """Adds the file of one shard."""
        arrow = needs.pyarrow()
        wanted = ["kind", "text", "layer", "head", *COLUMNS, "second", "n_tokens", "error"]
        relations = ["relation", "direction", "n", "hits", "offset_hits", "chance"]
        whole = arrow.parquet.read_table(file, columns=[*wanted, *relations], use_threads=False, partitioning=None)
        kinds = np.asarray(whole.column("kind").to_numpy(zero_copy_only=False))
        number = int(file.stem)
        blocks = _blocks(kinds)
        pairs = self._add_texts(_part(whole, blocks["text"])) if "text" in blocks else {}
        for kind in ("model", "shuffled", "uniform", "offset"):
            if kind in blocks:
                self._add_heads(kind, _part(whole, blocks[kind]), pairs, number)
        if "relation" in blocks:
            self._add_relations(_part(whole, blocks["relation"]))
        self.shards += 1

    def _add_texts(self, rows: Any) -> Mapping[int, bool]:
        """Counts the texts; returns which of them are pairs."""
        errors = rows.column("error").to_pylist()
        self.texts += len(errors)
        self.failed += sum(bool(each) for each in errors)
        self.tokens += int(np.sum(rows.column("n_tokens").to_numpy()))
        seconds = rows.column("second").to_pylist()
        return {text: second is not None for text, second in zip(rows.column("text").to_pylist(), seconds, strict=True)}

    def _add_heads(self, kind: str, rows: Any, pairs: Mapping[int, bool], shard: int) -> None:
        layers, heads, texts = (rows.column(name).to_numpy() for name in ("layer", "head", "text"))
        n_texts = len(np.unique(texts))
        places = tuple(zip(layers[::n_texts].tolist(), heads[::n_texts].tolist(), strict=True))
        values = np.stack([rows.column(name).to_numpy(zero_copy_only=False) for name in COLUMNS], axis=-1)
        values = values.reshape(len(places), n_texts, -1)
        own = self.sums.setdefault(kind, Sums(places))
        pair = np.array([pairs[text] for text in texts[:n_texts].tolist()])
        own.add(values, pair, resampled(shard, n_texts, self.seed))
        if kind == "model":
            self.highest[shard] = of_shard(values)

    def _add_relations(self, rows: Any) -> None:
        names = zip(rows.column("relation").to_pylist(), rows.column("direction").to_pylist(), strict=True)
        heads = _rectangle(rows.column("hits"))
        offsets = _rectangle(rows.column("offset_hits"))
        counts, chances = rows.column("n").to_numpy(), rows.column("chance").to_numpy()
        for place, name in enumerate(names):
            own = self.relations.setdefault(name, RelationSums())
            own.merge(RelationSums(int(counts[place]), 1, float(chances[place]), heads[place], offsets[place]))

    def merge(self, other: Summary) -> None:
        """Adds another part of the collection: other texts, the same model."""
        self.texts, self.failed = self.texts + other.texts, self.failed + other.failed
        self.tokens, self.shards = self.tokens + other.tokens, self.shards + other.shards
        for kind, sums in other.sums.items():
            self.sums.setdefault(kind, Sums(sums.rows)).merge(sums)
        for name, relation in other.relations.items():
            self.relations.setdefault(name, RelationSums()).merge(relation)
        self.highest |= other.highest


def _blocks(kinds: np.ndarray) -> dict[str, tuple[int, int]]:
    """Where the rows of each kind begin and end."""
    starts = np.flatnonzero(np.r_[True, kinds[1:] != kinds[:-1]]).tolist()
    return {kinds[start]: (start, stop) for start, stop in zip(starts, [*starts[1:], len(kinds)], strict=True)}


def _part(table: Any, block: tuple[int, int]) -> Any:
    return table.slice(block[0], block[1] - block[0])


def _rectangle(column: Any) -> np.ndarray:
    """(row, entry) of a column of lists of one length."""
    flat = np.concatenate([np.asarray(chunk.flatten()) for chunk in column.chunks]).astype(np.int64)
    return flat.reshape(len(column), -1)
