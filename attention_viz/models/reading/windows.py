"""Windows: a text longer than the model reads, read in parts that overlap.

Every window begins and ends with the tokens that the tokenizer adds ([CLS], [SEP]). Each query's row is taken from the
one window that gives its token the most context; what that window does not hold was not read: weight 0, not readable.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.errors import Message, TextError
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.ways import Way
from attention_viz.sources import Masked, Source

SHARED = 4
"""Neighbouring windows share a quarter (1/4) of what they hold."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where the windows lie.

    n_tokens   : of the whole text, with what the tokenizer adds at its ends
    lead, tail : how many tokens at the start and at the end are in every window
    size       : how many others are in each window
    starts     : how many tokens each window lies to the right of the first
    owners     : (token,) which window each query's row is taken from
    """

    n_tokens: int
    lead: int
    tail: int
    size: int
    starts: tuple[int, ...]
    owners: np.ndarray

    @classmethod
    def plan(cls, special: Sequence[bool], limit: int, causal: bool) -> Layout:
        """The windows of `limit` tokens that cover a text.

        special : (token,) bool; those at the two ends are in every window
        causal  : context is what stands before a token, not on both sides
        """
        plain = [position for position, each in enumerate(special) if not each]
        lead, tail = (plain[0], len(special) - 1 - plain[-1]) if plain else (0, 0)
        size, inner = limit - lead - tail, len(special) - lead - tail
        if size < SHARED:
            raise TextError(
                "The model reads {limit} tokens at once, too few for windows. Shorten the text.", limit=limit
            )
        step = size - size // SHARED
        starts = (*range(0, inner - size, step), inner - size)
        return cls(len(special), lead, tail, size, starts, _owners(starts, size, lead, tail, causal))

    def cut(self, inputs: Mapping[str, torch.Tensor], window: int) -> dict[str, torch.Tensor]:
        """What the model is given in one window; inputs : name -> (1, token) of the whole text."""
        first = self.lead + self.starts[window]
        parts = (slice(0, self.lead), slice(first, first + self.size), slice(self.n_tokens - self.tail, self.n_tokens))
        return {name: torch.cat([whole[:, part] for part in parts], 1) for name, whole in inputs.items()}

    def pieces(self, window: int, keys: slice) -> Iterator[tuple[slice, slice]]:
        """The keys of a range that are in a window: (where in the range, where in the window)."""
        first = self.lead + self.starts[window]
        for start, stop, moved in (
            (0, self.lead, 0),
            (first, first + self.size, self.starts[window]),
            (self.n_tokens - self.tail, self.n_tokens, self.starts[-1]),
        ):
            start, stop = max(start, keys.start), min(stop, keys.stop)
            if start < stop:
                yield slice(start - keys.start, stop - keys.start), slice(start - moved, stop - moved)

    def runs(self, queries: slice) -> Iterator[tuple[int, slice, slice]]:
        """Neighbouring queries of one window: (window, where in the range, where in the window)."""
        owners = self.owners[queries]
        edges = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)]
        for start, stop in itertools.pairwise(edges):
            if start < stop:
                window = int(owners[start])
                moved = queries.start - self.starts[window]
                yield window, slice(start, stop), slice(start + moved, stop + moved)


def _owners(starts: tuple[int, ...], size: int, lead: int, tail: int, causal: bool) -> np.ndarray:
    """The window with the most context for each token; what is in every window belongs to the first or the last one."""
    inner = np.arange(starts[-1] + size)
    before = inner[None] - np.array(starts)[:, None]  # (window, token)
    after = size - 1 - before
    context = np.where((before < 0) | (after < 0), -1, before if causal else np.minimum(before, after))
    owners = context.argmax(0)
    return np.concatenate([np.zeros(lead, dtype=int), owners, np.full(tail, len(starts) - 1)])


@dataclass(frozen=True, eq=False, repr=False)
class WindowSource:
    """The weights of a long text, from those of its windows. A key has one vector per window, so none is told."""

    windows: tuple[Source, ...]
    layout: Layout

    @property
    def name(self) -> str:
        return self.windows[0].name

    @property
    def heads(self) -> tuple[int, ...]:
        return self.windows[0].heads

    @property
    def nbytes(self) -> int:
        return sum(window.nbytes for window in self.windows)

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self._assemble(lambda window, rows, columns: window.tile(layer, head, rows, columns), queries, keys)

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        def read(window: Source, rows: slice, columns: slice) -> np.ndarray:
            if isinstance(window, Masked):
                return window.readable(layer, rows, columns)
            return np.ones((rows.stop - rows.start, columns.stop - columns.start))

        return self._assemble(read, queries, keys).astype(bool)

    def _assemble(self, read: Callable[[Source, slice, slice], np.ndarray], queries: slice, keys: slice) -> np.ndarray:
        whole = np.zeros((queries.stop - queries.start, keys.stop - keys.start), dtype=np.float32)
        for window, down, rows in self.layout.runs(queries):
            for across, columns in self.layout.pieces(window, keys):
                whole[down, across] = read(self.windows[window], rows, columns)
        return whole


def read_windows(way: Way, part: str, inputs: Mapping[str, torch.Tensor], layout: Layout, watch: Watch) -> WindowSource:
    """The attention of a whole text, one pass per window.

    inputs : name -> (1, token) of the whole text
    """
    sources = []
    for window in range(len(layout.starts)):
        _, found = way.read(layout.cut(inputs, window), watch.within(window, len(layout.starts)))
        sources.append(found[part][0])
    return WindowSource(tuple(sources), layout)


def told(layout: Layout) -> Message:
    """What the user should know of a text that was read in windows."""
    return Message(
        "Read in {n} windows of {size} tokens, neighbours sharing {shared}: {total:,} tokens in all. Each row is taken from the window that gives its token the most context; weights beyond that window are 0 because they were not read.",
        {
            "n": len(layout.starts),
            "size": layout.lead + layout.size + layout.tail,
            "shared": layout.size // SHARED,
            "total": layout.n_tokens,
        },
    )
