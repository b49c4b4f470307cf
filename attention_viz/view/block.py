"""Block: weights of some heads as whole numbers, ready to be sent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

import numpy as np

from attention_viz import pooling
from attention_viz.attention import Attention
from attention_viz.pooling import Pool

Encoding = Literal["root8", "root16"]
Exactness = Literal["exact", "max", "mean"]
Heads = tuple[tuple[int, int], ...]

TOPS: dict[Encoding, int] = {"root8": 255, "root16": 65535}
"""The whole number that stands for a weight of 1."""


@dataclass(frozen=True)
class Block:
    """One rectangle of tokens of some heads.

    heads         : (layer, head) of each matrix in `values`
    rows, columns : (start, stop) of the query and key tokens it covers
    pool          : "exact" = a value per pair of tokens; "max" or "mean" = over blocks of tokens (`block_edges`)
    encoding      : "root8" = uint8 of the root of the weight (off by at most 3.9e-3), "root16" = uint16 (1.6e-5)
    values        : (head, row, column) of that type
    """

    heads: tuple[tuple[int, int], ...]
    rows: tuple[int, int]
    columns: tuple[int, int]
    pool: Exactness
    encoding: Encoding
    values: np.ndarray


def quantise(weights: np.ndarray, encoding: Encoding) -> np.ndarray:
    """Weights (any shape, 0 to 1) as whole numbers of their root, which keeps small weights apart from 0."""
    top = TOPS[encoding]
    roots = np.sqrt(np.clip(weights, 0, 1))
    roots *= top
    roots += 0.5
    return roots.astype(np.uint8 if encoding == "root8" else np.uint16)


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
        if len(here) == attention.heads_of(layer):
            values[place : place + len(here)] = quantise(attention.weights(layer)[here], encoding)
        else:
            for step, head in enumerate(here):
                values[place + step] = quantise(attention.weights(layer, head), encoding)
        place += len(here)
    return Block(heads, (0, shape[1]), (0, shape[2]), "exact", encoding, values)


def part(
    attention: Attention, layer: int, head: int, rows: tuple[int, int], columns: tuple[int, int], size: int
) -> Block:
    """A rectangle of one head, rows and columns as (start, stop): exact where it is no larger than size x size, else
    the highest weights of groups of tokens."""

    def strip(queries: slice) -> np.ndarray:
        return attention.tile(layer, head, slice(rows[0] + queries.start, rows[0] + queries.stop), slice(*columns))

    shape = (rows[1] - rows[0], columns[1] - columns[0])
    values = quantise(pooling.pooled(strip, shape, size, "max"), "root16")[None]
    return Block(((layer, head),), rows, columns, "exact" if max(shape) <= size else "max", "root16", values)


def mean(attention: Attention, heads: Heads, name: tuple[int, int]) -> Block:
    """The mean of several heads, under a name in which -1 stands for all layers or all heads."""
    total = np.zeros(attention.shape, dtype=np.float64)
    for layer, head in heads:
        total += attention.weights(layer, head)
    values = quantise(total / len(heads), "root16")[None]
    return Block((name,), (0, attention.shape[0]), (0, attention.shape[1]), "exact", "root16", values)


def received(attention: Attention, layer: int, head: int) -> Block:
    """The mean over all queries of the weight on each key: one row."""
    n_queries, n_keys = attention.shape
    total = np.zeros(n_keys, dtype=np.float64)
    for first in range(0, n_queries, pooling.ROWS_AT_ONCE):
        total += attention.tile(layer, head, slice(first, first + pooling.ROWS_AT_ONCE)).sum(axis=0, dtype=np.float64)
    values = quantise(total / n_queries, "root16")[None, None]
    return Block(((layer, head),), (0, n_queries), (0, n_keys), "mean", "root16", values)


def pooled(attention: Attention, heads: Heads, size: int, encoding: Encoding, pool: Pool = "max") -> Block:
    """Some heads, each no larger than size x size."""
    values = np.stack([quantise(attention.overview(layer, head, size, pool), encoding) for layer, head in heads])
    fits = values.shape[1:] == attention.shape
    return Block(heads, (0, attention.shape[0]), (0, attention.shape[1]), "exact" if fits else pool, encoding, values)
