"""Block: weights of some heads as whole numbers, ready to be sent."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from attention_viz import pooling
from attention_viz.attention import Attention
from attention_viz.drawing import TOPS, Encoding
from attention_viz.means import mean_of
from attention_viz.view.look import NOTHING, Filters

Exactness = Literal["exact", "max", "mean"]
Head = tuple[int, int]
Heads = tuple[Head, ...]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Block:
    """One rectangle of tokens of some heads.

    heads         : (layer, head) of each matrix in `values`
    rows, columns : (start, stop) of the query and key tokens it covers
    pool          : "exact" = a value per pair of tokens; "max" or "mean" = over blocks of tokens (`block_edges`)
    encoding      : "root8" = uint8 of the root of the weight (off by at most 3.9e-3), "root16" = uint16 (3.1e-5, and
                    rounded to four digits the same as the weight itself)
    values        : (head, row, column) of that type
    filters       : those applied before pooling. Of whole heads that are exact it is none: the view then applies them
                    itself, and needs no new block for another choice
    """

    heads: Heads
    rows: tuple[int, int]
    columns: tuple[int, int]
    pool: Exactness
    encoding: Encoding
    values: np.ndarray
    filters: Filters = NOTHING


def quantise(weights: np.ndarray, encoding: Encoding) -> np.ndarray:
    """Weights (any shape, 0 to 1) as whole numbers of their root, which keeps small weights apart from 0."""
    inside = np.clip(weights, 0, 1)
    roots = np.sqrt(inside)
    roots *= TOPS[encoding]
    roots += 0.5
    return roots.astype(np.uint8) if encoding == "root8" else _rounded_alike(roots.astype(np.uint16), inside)


def _rounded_alike(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Whole numbers moved by one where that makes the four digits read from them equal to those of the weight itself."""
    read = values / TOPS["root16"]
    read *= read
    moved = _in_fourth_digits(weights.astype(np.float64))
    moved -= _in_fourth_digits(read)
    np.sign(moved, out=moved)
    moved += values  # stays inside, because the weights are: 0 and the top read as 0 and 1
    return moved.astype(np.uint16)


def _in_fourth_digits(weights: np.ndarray) -> np.ndarray:
    """Each number in units of its fourth digit, rounded; in place."""
    weights *= 10_000
    weights += 0.5
    np.floor(weights, out=weights)
    return weights


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
    attention: Attention,
    members: Heads,
    name: Head,
    rows: tuple[int, int],
    columns: tuple[int, int],
    size: int,
    filters: Filters = NOTHING,
) -> Block:
    """A rectangle of one head, or of the mean of several, under a name in which -1 stands for all layers or all heads.

    rows, columns : (start, stop)
    filters       : applied in any case, since what a row keeps is not known from a part of it
    Exact where it is no larger than size x size, else the highest weights of groups of tokens.
    """

    left = filters.seen(mean_of(attention, members))

    def strip(queries: slice) -> np.ndarray:
        return left.tile(0, 0, slice(rows[0] + queries.start, rows[0] + queries.stop), slice(*columns))

    shape = (rows[1] - rows[0], columns[1] - columns[0])
    values = quantise(pooling.pooled(strip, shape, size, "max"), "root16")[None]
    return Block((name,), rows, columns, "exact" if max(shape) <= size else "max", "root16", values, filters)


def seen_whole(
    attention: Attention,
    members: Heads,
    name: Head,
    size: int,
    progress: Progress | None = None,
    filters: Filters = NOTHING,
) -> tuple[Block, ...]:
    """All of one head, or of the mean of several, as `part` gives it, and what each of its keys receives.

    progress : called with (queries done, queries in all)
    returns  : the picture, where it fits exact and unfiltered, and nothing else; if pooled also a row, the mean over all
               queries that read of the weight on each key, and where filters left something out, that row without them
    """
    shape, mean = attention.shape, mean_of(attention, members)
    pools = max(shape) > size
    sieve = (filters if pools else NOTHING).sieve(mean)
    received, left = np.zeros(shape[1]), np.zeros(shape[1])

    def strip(queries: slice) -> np.ndarray:
        whole = mean.tile(0, 0, queries)
        found = whole if sieve.is_open else sieve.left(whole, queries)
        np.add(received, whole.sum(axis=0, dtype=np.float64), out=received)
        np.add(left, found.sum(axis=0, dtype=np.float64), out=left)
        if progress is not None:
            progress(queries.stop, shape[0])
        return found

    ends = ((name,), (0, shape[0]), (0, shape[1]))
    values = quantise(pooling.pooled(strip, shape, size, "max"), "root16")[None]
    if not pools:
        return (Block(*ends, "exact", "root16", values),)
    rows = [(left / max(1, sieve.reads.sum()), filters), (received / shape[0], NOTHING)]
    profiles = [
        Block(*ends, "mean", "root16", quantise(row, "root16")[None, None], of)
        for row, of in rows[: 1 + (filters != NOTHING)]
    ]
    return (Block(*ends, "max", "root16", values, filters), *profiles)


def pooled(
    attention: Attention,
    heads: Heads,
    size: int,
    encoding: Encoding,
    progress: Progress | None = None,
    filters: Filters = NOTHING,
) -> Block:
    """Some heads, each no larger than size x size: exact and unfiltered where it fits, else the highest weights of groups
    of tokens.

    progress : called with (heads done, heads in all) after each
    """
    pools = max(attention.shape) > size
    left = filters.seen(attention) if pools else attention
    pictures = []
    for done, (layer, head) in enumerate(heads, start=1):
        pictures.append(quantise(left.overview(layer, head, size), encoding))
        if progress is not None:
            progress(done, len(heads))
    ends = (heads, (0, attention.shape[0]), (0, attention.shape[1]))
    exactness: Exactness = "max" if pools else "exact"
    return Block(*ends, exactness, encoding, np.stack(pictures), filters if pools else NOTHING)
