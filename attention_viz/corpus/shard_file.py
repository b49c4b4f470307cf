"""ShardFile: the Parquet file of a shard.

It has rows of several kinds, each kind in row groups of its own, those of heads layer by layer, so that a question about one
head reads little of the file:

text     : one a text: what was read, or the error
model    : one a text and head: its measures and its strongest links
shuffled : the same of texts whose tokens were shuffled, without links
uniform  : one a text and layer: the measures of a head that reads all keys alike
offset   : one a text and distance (`head`): the measures of a head that reads the key at this distance
relation : one a text, relation and direction: links expected, and of these those of each head and baseline
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from attention_viz.corpus import needs
from attention_viz.corpus.kept import Kept
from attention_viz.corpus.relations.hits import OFFSETS
from attention_viz.corpus.sources.item import Item, written
from attention_viz.measures import COLUMNS
from attention_viz.tokens import Tokens

KINDS = ("text", "model", "shuffled", "uniform", "offset", "relation")


@dataclass(frozen=True, eq=False)
class TextRows:
    """All that is written of one text.

    number : of the text in the collection; tokens, kept: None where it could not be read, which `error` says
    """

    number: int
    item: Item
    tokens: Tokens | None = None
    left_out: int = 0
    kept: Kept | None = None
    shuffled: Kept | None = None
    error: str = ""


def schema() -> Any:
    """The columns of a file; of a kind of rows that has not a column, it is null."""
    arrow = needs.pyarrow()
    numbers = arrow.list_(arrow.uint32())
    return arrow.schema(
        [
            ("kind", arrow.string()),
            ("text", arrow.int64()),
            ("layer", arrow.int16()),
            ("head", arrow.int16()),
            *((name, arrow.float32()) for name in COLUMNS),
            ("link_queries", numbers),
            ("link_keys", numbers),
            ("link_weights", arrow.list_(arrow.float32())),
            ("first", arrow.string()),
            ("second", arrow.string()),
            ("n_tokens", arrow.int32()),
            ("left_out", arrow.int32()),
            ("tokens", arrow.list_(arrow.string())),
            ("error", arrow.string()),
            ("relation", arrow.string()),
            ("direction", arrow.string()),
            ("n", arrow.int32()),
            ("hits", numbers),
            ("offset_hits", numbers),
            ("chance", arrow.float32()),
        ]
    )


def write(path: Path, rows: Sequence[TextRows], heads: Sequence[int], measures: bool, step: float, digest: str) -> None:
    """Writes the file of a shard.

    heads : of each layer of the model; step: measures are rounded to its multiples
    """
    arrow, columns = needs.pyarrow(), schema()
    failed = sum(bool(row.error) for row in rows)
    notes = {"digest": digest, "texts": str(len(rows)), "failed": str(failed)}
    writer = arrow.parquet.ParquetWriter(
        path,
        columns.with_metadata(notes),
        compression="zstd",
        compression_level=3,
        use_dictionary=["kind", "layer", "head", "relation", "direction"],
        use_byte_stream_split=[*COLUMNS, "chance"],
        write_statistics=["kind", "text", "layer", "head"],
    )
    with writer:
        for group in _groups(rows, heads, measures, step):
            n = len(group["kind"])
            if n:
                whole = [group[each.name] if each.name in group else arrow.nulls(n, each.type) for each in columns]
                writer.write_table(arrow.table([_array(a, f) for a, f in zip(whole, columns, strict=True)], columns))


def _array(values: Any, column: Any) -> Any:
    arrow = needs.pyarrow()
    return values if isinstance(values, arrow.Array) else arrow.array(values, column.type)


def notes_of(path: Path) -> Mapping[str, str]:
    """What a file says of itself: digest, texts, failed. Raises OSError or ValueError (ArrowInvalid) for a damaged one."""
    found = needs.pyarrow().parquet.read_schema(path).metadata or {}
    return {name.decode(): value.decode() for name, value in found.items()}


def _groups(rows: Sequence[TextRows], heads: Sequence[int], measures: bool, step: float) -> Iterator[dict[str, Any]]:
    """The columns of one row group after the other."""
    yield _texts(rows)
    read = [row for row in rows if row.kept is not None]
    if measures and read:
        yield from _heads("model", read, heads, step)
        yield from _heads("shuffled", [row for row in read if row.shuffled is not None], heads, step)
        yield _baseline("uniform", read, [layer for layer, n in enumerate(heads) if n], step)
        yield _baseline("offset", read, OFFSETS, step)
    yield _relations(read)


def _texts(rows: Sequence[TextRows]) -> dict[str, Any]:
    return {
        "kind": ["text"] * len(rows),
        "text": [row.number for row in rows],
        "first": [_held(written(row.item.first)) for row in rows],
        "second": [_held(written(row.item.second)) for row in rows],
        "n_tokens": [len(row.tokens) if row.tokens else 0 for row in rows],
        "left_out": [row.left_out for row in rows],
        "tokens": [[_held(each) for each in row.tokens.labels] if row.tokens else [] for row in rows],
        "error": [row.error for row in rows],
    }


def _held(text: str | None) -> str | None:
    """A text without halves of surrogate pairs, which no file holds."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


def _heads(kind: str, rows: Sequence[TextRows], heads: Sequence[int], step: float) -> Iterator[dict[str, Any]]:
    """One row group a layer, head by head."""
    if not rows:
        return
    kept = [row.shuffled if kind == "shuffled" else row.kept for row in rows]
    values = np.stack([each.measures for each in kept if each is not None], axis=1)  # (head, text, measure)
    edges = np.cumsum([0, *heads])
    for layer, n_heads in enumerate(heads):
        if n_heads:
            place = slice(edges[layer], edges[layer + 1])
            yield {
                "kind": [kind] * (n_heads * len(rows)),
                "text": np.tile([row.number for row in rows], n_heads),
                "layer": np.full(n_heads * len(rows), layer, dtype=np.int16),
                "head": np.repeat(np.arange(n_heads, dtype=np.int16), len(rows)),
                **_measures(values[place].reshape(-1, len(COLUMNS)), step),
                **(_links(rows, range(edges[layer], edges[layer + 1])) if kind == "model" else {}),
            }


def _measures(values: np.ndarray, step: float) -> dict[str, np.ndarray]:
    rounded = (np.round(values / step) * step).astype(np.float32)
    return {name: np.ascontiguousarray(rounded[:, each]) for each, name in enumerate(COLUMNS)}


def _links(rows: Sequence[TextRows], heads: range) -> dict[str, Any]:
    """The strongest links of some heads, head by head; those that do not count are left out."""
    arrow = needs.pyarrow()
    links = [row.kept.links for row in rows if row.kept is not None]
    if any(each is None for each in links):
        return {}
    width = max(each.weights.shape[1] for each in links if each is not None)
    shape = (len(heads), len(links), width)
    queries, keys = np.zeros(shape, dtype=np.uint32), np.zeros(shape, dtype=np.uint32)
    weights = np.full(shape, -1, dtype=np.float32)
    for text, each in enumerate(links):
        if each is not None:
            part = slice(0, each.weights.shape[1])
            queries[:, text, part], keys[:, text, part] = each.queries[heads], each.keys[heads]
            weights[:, text, part] = each.weights[heads]
    there = weights.reshape(-1, width) >= 0
    offsets = arrow.array(np.concatenate([[0], np.cumsum(there.sum(axis=1))]).astype(np.int32))

    def lists(values: np.ndarray) -> Any:
        return arrow.ListArray.from_arrays(offsets, arrow.array(values.reshape(-1, width)[there]))

    rounded = np.round(weights * 4096) / np.float32(4096)
    return {"link_queries": lists(queries), "link_keys": lists(keys), "link_weights": lists(rounded)}


def _baseline(kind: str, rows: Sequence[TextRows], heads: Sequence[int], step: float) -> dict[str, Any]:
    """The rows of heads that follow a rule: of uniform attention one a layer, of the others one a distance."""
    pairs = [(row.number, row.kept.baselines) for row in rows if row.kept is not None]
    there = [
        (number, getattr(found, "uniform" if kind == "uniform" else "offsets")) for number, found in pairs if found
    ]
    if not there:
        return {"kind": []}
    values = np.stack([found for _, found in there], axis=1)  # (layer or offset, text, measure)
    n = len(there)
    of_each = np.repeat(np.array(heads, dtype=np.int16), n)
    nothing = np.full(len(of_each), -1, dtype=np.int16)
    return {
        "kind": [kind] * len(of_each),
        "text": np.tile([number for number, _ in there], len(heads)),
        "layer": of_each if kind == "uniform" else nothing,
        "head": nothing if kind == "uniform" else of_each,
        **_measures(values.reshape(-1, len(COLUMNS)), step),
    }


def _relations(rows: Sequence[TextRows]) -> dict[str, Any]:
    found = [(row.number, hit) for row in rows if row.kept is not None for hit in row.kept.hits]
    return {
        "kind": ["relation"] * len(found),
        "text": [number for number, _ in found],
        "relation": [hit.relation for _, hit in found],
        "direction": [hit.direction for _, hit in found],
        "n": [hit.n for _, hit in found],
        "hits": [hit.heads for _, hit in found],
        "offset_hits": [hit.offsets for _, hit in found],
        "chance": [hit.chance for _, hit in found],
    }
