"""Readable keys: which keys each query may read, in few numbers.

An attention mask is nearly always regular: every key, no later key, a band, the parts of a long text. It is written as stripes,
(first, stop, from, from_step, to, to_step): query r of those from `first` to before `stop` may read the keys from
from + from_step * (r - first) to before to + to_step * (r - first). A query in no stripe may read nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from attention_viz.attention import Attention
from attention_viz.pooling import ROWS_AT_ONCE

Run = tuple[int, int]
Stripe = tuple[int, int, int, int, int, int]
ReadableKeys = tuple[Stripe, ...] | None

MOST_STRIPES = 20_000
"""A mask that takes more is left out: a weight of 0 is then drawn as what it is."""


def readable_keys(attention: Attention, layer: int) -> ReadableKeys:
    """Which keys may each query of a layer read? None = every query every key, or a mask of too many stripes.

    A layer without attention weights reads none. Read 512 queries at a time, so that memory stays bounded.
    """
    if layer not in attention.layers:
        return ()
    n_queries, n_keys = attention.shape
    rows: list[tuple[Run, ...]] = []
    for first in range(0, n_queries, ROWS_AT_ONCE):
        mask = attention.readable(layer, slice(first, first + ROWS_AT_ONCE))
        rows.extend([((0, n_keys),)] * len(mask) if mask.all() else _runs(mask))
    if all(row == ((0, n_keys),) for row in rows):
        return None
    found = tuple(_stripes(rows))
    return found if len(found) <= MOST_STRIPES else None


def mask_of(stripes: ReadableKeys, shape: tuple[int, int]) -> np.ndarray:
    """The mask again: (query, key) bool. The inverse of `readable_keys`."""
    if stripes is None:
        return np.ones(shape, dtype=bool)
    mask = np.zeros(shape, dtype=bool)
    for first, stop, start, start_step, end, end_step in stripes:
        for step in range(stop - first):
            mask[first + step, start + start_step * step : end + end_step * step] = True
    return mask


def _runs(mask: np.ndarray) -> Iterator[tuple[Run, ...]]:
    """Of each query the keys it may read, as (start, stop) of neighbours. Most queries may read what the one before may."""
    new = np.concatenate([[True], (mask[1:] != mask[:-1]).any(axis=1)])
    for repeats, runs in zip(np.diff(np.flatnonzero(new), append=len(mask)), _new_runs(mask[new]), strict=True):
        yield from itertools.repeat(runs, int(repeats))


def _new_runs(mask: np.ndarray) -> Iterator[tuple[Run, ...]]:
    n_keys = mask.shape[1]
    counts, starts = mask.sum(axis=1), mask.argmax(axis=1)
    stops = n_keys - mask[:, ::-1].argmax(axis=1)
    for row, count, start, stop in zip(mask, counts.tolist(), starts.tolist(), stops.tolist(), strict=True):
        if count == 0:
            yield ()
        elif count == stop - start:
            yield ((start, stop),)
        else:
            edges = np.flatnonzero(np.diff(row, prepend=False, append=False)).tolist()
            yield tuple(zip(edges[::2], edges[1::2], strict=True))


def _stripes(rows: Sequence[tuple[Run, ...]]) -> Iterator[Stripe]:
    """Neighbouring queries whose runs stay, or move on by one key a query, taken together."""
    first = 0
    while first < len(rows):
        stop, steps = first + 1, None
        while stop < len(rows) and len(rows[stop]) == len(rows[first]):
            moved = tuple(_steps(rows[stop - 1], rows[stop]))
            if not _even(moved) or (steps is not None and moved != steps):
                break
            stop, steps = stop + 1, moved
        for number, (start, end) in enumerate(rows[first]):
            start_step, end_step = (0, 0) if steps is None else steps[number]
            yield (first, stop, start, start_step, end, end_step)
        first = stop


def _steps(before: Iterable[Run], after: Iterable[Run]) -> Iterator[Run]:
    for (start, end), (next_start, next_end) in zip(before, after, strict=True):
        yield next_start - start, next_end - end


def _even(steps: tuple[Run, ...]) -> bool:
    return all(each in (0, 1) for pair in steps for each in pair)
