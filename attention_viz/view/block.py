"""Block: weights of some heads as whole numbers, ready to be sent."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from attention_viz import pooling
from attention_viz.attention import Attention
from attention_viz.means import mean_of

Encoding = Literal["root8", "root16"]
Exactness = Literal["exact", "max", "mean"]
Head = tuple[int, int]
Heads = tuple[Head, ...]
Progress = Callable[[int, int], None]

TOPS: dict[Encoding, int] = {"root8": 255, "root16": 65535}
"""The whole number that stands for a weight of 1."""


@dataclass(frozen=True, eq=False)
class Block:
    """One rectangle of tokens of some heads.

    heads         : (layer, head) of each matrix in `values`
    rows, columns : (start, stop) of the query and key tokens it covers
    pool          : "exact" = a value per pair of tokens; "max" or "mean" = over blocks of tokens (`block_edges`)
    encoding      : "root8" = uint8 of the root of the weight (off by at most 3.9e-3), "root16" = uint16 (3.1e-5, and
                    rounded to four digits the same as the weight itself)
    values        : (head, row, column) of that type
    """

    heads: Heads
    rows: tuple[int, int]
    columns: tuple[int, int]
    pool: Exactness
    encoding: Encoding
    values: np.ndarray


def quantise(weights: np.ndarray, encoding: Encoding) -> np.ndarray:
    """Weights (any shape, 0 to 1) as whole numbers of their root, which keeps small weights apart from 0."""
    inside = np.clip(weights, 0, 1)
    roots = np.sqrt(inside)
    roots *= TOPS[encoding]
    roots += 0.5
    return roots.astype(np.uint8) if encoding == "root8" else _settled(roots.astype(np.uint16), inside)


def _settled(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Whole numbers moved by one where that makes the four digits that are read from them those of the weight itself."""
    read = values / TOPS["root16"]
    read *= read
    moved = _in_digits(weights.astype(np.float64))
    moved -= _in_digits(read)
    np.sign(moved, out=moved)
    moved += values  # stays inside, because the weights are: 0 and the top read as 0 and 1
    return moved.astype(np.uint16)


def _in_digits(weights: np.ndarray) -> np.ndarray:
    """How often the fourth digit is in each number, rounded. Takes the numbers' place."""
    weights *= 10_000
    weights += 0.5
    return np.floor(weights, out=weights)


def restore(values: np.ndarray, encoding: Encoding) -> np.ndarray:
    """The weights that whole numbers stand for: same shape, float32."""
    return (values.astype(np.float32) / TOPS[encoding]) ** 2


def whole(attention: Attention, heads: Heads, encoding: Encoding) -> Block:
    """Every weight of some heads."""
    shape = (len(heads), *attention.shape)
    values = np.empty(shape, dtype=np.uint8 if encoding == "root8" else np.uint16)
    place = 0
    for layer, chosen in itertools.groupby(heads, key=lambda each: each[0]):
        here = [head for _, head in chosen]
        if here == list(range(attention.heads_of(layer))):
            values[place : place + len(here)] = quantise(attention.weights(layer), encoding)
        else:
            for step, head in enumerate(here):
                values[place + step] = quantise(attention.weights(layer, head), encoding)
        place += len(here)
    return Block(heads, (0, shape[1]), (0, shape[2]), "exact", encoding, values)


def part(
    attention: Attention, members: Heads, name: Head, rows: tuple[int, int], columns: tuple[int, int], size: int
) -> Block:
    """A rectangle of one head, or of the mean of several, under a name in which -1 stands for all layers or all heads.

    rows, columns : (start, stop)
    Exact where it is no larger than size x size, else the highest weights of groups of tokens.
    """

    mean = mean_of(attention, members)

    def strip(queries: slice) -> np.ndarray:
        return mean.tile(0, 0, slice(rows[0] + queries.start, rows[0] + queries.stop), slice(*columns))

    shape = (rows[1] - rows[0], columns[1] - columns[0])
    values = quantise(pooling.pooled(strip, shape, size, "max"), "root16")[None]
    return Block((name,), rows, columns, "exact" if max(shape) <= size else "max", "root16", values)


def seen_whole(
    attention: Attention, members: Heads, name: Head, size: int, progress: Progress | None = None
) -> tuple[Block, Block]:
    """All of one head, or of the mean of several, as `part` gives it, and what each of its keys receives.

    progress : called with (queries done, queries in all)
    returns  : the picture, and one row: the mean over all queries of the weight on each key
    """
    n_queries, n_keys = attention.shape
    mean, sums = mean_of(attention, members), np.zeros(n_keys, dtype=np.float64)

    def strip(queries: slice) -> np.ndarray:
        found = mean.tile(0, 0, queries)
        np.add(sums, found.sum(axis=0, dtype=np.float64), out=sums)
        if progress is not None:
            progress(queries.stop, n_queries)
        return found

    cells = pooling.pooled(strip, attention.shape, size, "max")
    exactness: Exactness = "exact" if cells.shape == attention.shape else "max"
    row = quantise(sums / n_queries, "root16")[None, None]
    return (
        Block((name,), (0, n_queries), (0, n_keys), exactness, "root16", quantise(cells, "root16")[None]),
        Block((name,), (0, n_queries), (0, n_keys), "mean", "root16", row),
    )


def pooled(
    attention: Attention, heads: Heads, size: int, encoding: Encoding, progress: Progress | None = None
) -> Block:
    """Some heads, each no larger than size x size: exact where it fits, else the highest weights of groups of tokens.

    progress : called with (heads done, heads in all) after each
    """
    pictures = []
    for done, (layer, head) in enumerate(heads, start=1):
        pictures.append(quantise(attention.overview(layer, head, size), encoding))
        if progress is not None:
            progress(done, len(heads))
    values = np.stack(pictures)
    fits = values.shape[1:] == attention.shape
    return Block(heads, (0, attention.shape[0]), (0, attention.shape[1]), "exact" if fits else "max", encoding, values)
