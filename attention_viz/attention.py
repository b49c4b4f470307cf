"""Attention: the tokens of one text and a source of its weights.

The only room that knows how weights are stored. Everybody else asks for a head, a tile or an overview.
Axis order is always (layer, head, query, key); indices count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from attention_viz.errors import InputError, Message, SelectionError
from attention_viz.pooling import ROWS_AT_ONCE, Pool, pooled
from attention_viz.sources import (
    Arithmetic,
    DenseSource,
    Masked,
    Source,
    attending,
    check_attends,
    check_head,
    check_layer,
    matrices,
    whole_layer,
)
from attention_viz.tokens import Tokens

__all__ = ["Attention", "DenseSource", "Pool", "Source", "Tokens"]


@dataclass(frozen=True)
class Attention:
    """What every head of a model reads in one text.

    query_tokens, key_tokens : the tokens down and across; the same in self-attention
    model, revision          : which checkpoint computed it
    limit                    : tokens the model can read at once; None = no limit known
    left_out                 : tokens of the text that were not read
    causal                   : a query cannot read keys after it
    part                     : "self"; or "encoder", "decoder" or "cross" where a model has these three maps
    notes                    : what the user should know about these numbers
    """

    source: Source
    query_tokens: Tokens
    key_tokens: Tokens
    model: str = ""
    revision: str = ""
    limit: int | None = None
    left_out: int = 0
    causal: bool = False
    part: str = "self"
    notes: tuple[Message, ...] = field(default=())

    @classmethod
    def from_weights(
        cls, weights: np.ndarray, tokens: Sequence[str] | Tokens, key_tokens: Sequence[str] | Tokens | None = None
    ) -> Attention:
        """Attention from your own matrices.

        weights : (layer, head, query, key), (head, query, key) or (query, key); finite, 0 to 1; copied
        tokens  : one per query; key_tokens, one per key, where they differ
        Raises InputError where shapes or values do not fit.
        """
        weights = matrices(weights)
        queries = tokens if isinstance(tokens, Tokens) else Tokens.plain(tokens)
        keys = (
            queries
            if key_tokens is None
            else key_tokens
            if isinstance(key_tokens, Tokens)
            else Tokens.plain(key_tokens)
        )
        if 0 in weights.shape or weights.shape[2:] != (len(queries), len(keys)):
            raise InputError(
                "The weights are {rows} x {columns}, but there are {queries} query tokens and {keys} key tokens. Give one row per query and one column per key.",
                rows=weights.shape[2],
                columns=weights.shape[3],
                queries=len(queries),
                keys=len(keys),
            )
        return cls(DenseSource(tuple(weights)), queries, keys)

    @property
    def tokens(self) -> tuple[str, ...]:
        """The query tokens as the tokenizer spells them."""
        return self.query_tokens.texts

    @property
    def n_tokens(self) -> int:
        return len(self.query_tokens)

    @property
    def n_layers(self) -> int:
        return len(self.source.heads)

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers that have attention weights, from 0: of most models all of them."""
        return attending(self.source.heads)

    @property
    def n_heads(self) -> int:
        """Heads per layer; of the layer with the most where layers differ (see `heads_of`)."""
        return max(self.source.heads)

    def heads_of(self, layer: int) -> int:
        """Heads of one layer; 0 of a layer without attention weights, as hybrids have them."""
        check_layer(self.source.heads, layer)
        return self.source.heads[layer]

    @property
    def shape(self) -> tuple[int, int]:
        """(query, key): the size of every head's matrix."""
        return len(self.query_tokens), len(self.key_tokens)

    @property
    def nbytes(self) -> int:
        return self.source.nbytes

    def weights(self, layer: int, head: int | None = None) -> np.ndarray:
        """The attention weights, after softmax.

        returns : (query, key) of one head, or (head, query, key) of the whole layer; float32, read-only, rows sum to 1
                  (with attention sinks: 1 minus the sink's share)
        """
        if head is not None:
            return self.tile(layer, head)
        check_attends(self.source.heads, layer)
        return _read_only(whole_layer(self.source, layer, self.shape))

    def tile(self, layer: int, head: int, queries: slice = slice(None), keys: slice = slice(None)) -> np.ndarray:
        """A rectangle of one head: (query, key), float32, read-only. Slices follow Python's rules, without a step."""
        check_head(self.source.heads, layer, head)
        rows, columns = _span(queries, self.shape[0]), _span(keys, self.shape[1])
        return _read_only(self.source.tile(layer, head, rows, columns))

    def overview(self, layer: int, head: int, size: int = 64, pool: Pool = "max") -> np.ndarray:
        """One head, no larger than size x size: exact where it fits, else pooled over blocks of tokens.

        pool    : "max" keeps a single strong weight visible, "mean" keeps the mass
        returns : (<= size, <= size) float32; memory is bounded by 512 rows of the head at a time
        """
        check_head(self.source.heads, layer, head)
        return _read_only(pooled(lambda rows: self.tile(layer, head, rows), self.shape, size, pool))

    def thumbnails(self, size: int = 32, pool: Pool = "max") -> Iterator[tuple[int, int, np.ndarray]]:
        """(layer, head, overview) of every head, layer by layer."""
        for layer, heads in enumerate(self.source.heads):
            for head in range(heads):
                yield layer, head, self.overview(layer, head, size, pool)

    def readable(self, layer: int, queries: slice = slice(None), keys: slice = slice(None)) -> np.ndarray:
        """Which keys could each query read?

        returns : (query, key) bool; False = masked (later tokens, outside a sliding window, padding) or never read
                  together (other windows of a long text): a weight of 0 there is no choice of the head
        """
        check_attends(self.source.heads, layer)
        rows, columns = _span(queries, self.shape[0]), _span(keys, self.shape[1])
        if isinstance(self.source, Masked):
            return self.source.readable(layer, rows, columns)
        later = np.arange(columns.start, columns.stop) > np.arange(rows.start, rows.stop)[:, None]
        return ~later if self.causal else np.ones_like(later)

    def scores(self, layer: int, head: int, queries: slice = slice(None), keys: slice = slice(None)) -> np.ndarray:
        """What the softmax was given: (query, key) float32, -inf where masked. Raises InputError if it is not known."""
        check_head(self.source.heads, layer, head)
        rows, columns = _span(queries, self.shape[0]), _span(keys, self.shape[1])
        return _read_only(self._arithmetic.scores(layer, head, rows, columns))

    def scale(self, layer: int) -> float:
        """The factor of the dot products in the scores, 1/sqrt(d_head) in most models."""
        check_attends(self.source.heads, layer)
        return self._arithmetic.scale(layer)

    def queries(self, layer: int, head: int) -> np.ndarray:
        """What each token asks for: (query, d_head) float32. Raises InputError if it is not known."""
        check_head(self.source.heads, layer, head)
        return _read_only(self._arithmetic.queries(layer, head)[: self.shape[0]])

    def keys(self, layer: int, head: int) -> np.ndarray:
        """What each token is found by: (key, d_head) float32. Raises InputError if it is not known."""
        check_head(self.source.heads, layer, head)
        return _read_only(self._arithmetic.keys(layer, head)[: self.shape[1]])

    def values(self, layer: int, head: int | None = None) -> np.ndarray:
        """What each token hands over when it is read.

        returns : (key, d_value) of one head, or (head, key, d_value) of the whole layer; float32
        Raises InputError if it is not known.
        """
        check_attends(self.source.heads, layer)
        known, n_keys = self._arithmetic, self.shape[1]
        if head is None:
            return _read_only(np.stack([known.values(layer, each)[:n_keys] for each in range(self.heads_of(layer))]))
        check_head(self.source.heads, layer, head)
        return _read_only(known.values(layer, head)[:n_keys])

    def output(self, layer: int, head: int) -> np.ndarray:
        """What the head makes of each query: weights @ values, (query, d_value) float32."""
        values = self.values(layer, head)
        strips = [slice(first, first + ROWS_AT_ONCE) for first in range(0, self.shape[0], ROWS_AT_ONCE)]
        return _read_only(np.concatenate([self.tile(layer, head, rows) @ values for rows in strips]))

    def projection(self, layer: int) -> np.ndarray:
        """How the heads' outputs enter the model: (head, d_value, d_model) float32.

        The layer adds the sum over its heads of output(layer, head) @ projection(layer)[head], and a bias.
        Raises InputError if it is not known.
        """
        check_attends(self.source.heads, layer)
        return _read_only(self._arithmetic.projection(layer))

    def with_source(self, wrap: Callable[[Source], Source], query_tokens: Tokens, key_tokens: Tokens) -> Attention:
        """The same text seen through another source: merged words, say."""
        return replace(self, source=wrap(self.source), query_tokens=query_tokens, key_tokens=key_tokens)

    @property
    def _arithmetic(self) -> Arithmetic:
        if isinstance(self.source, Arithmetic):
            return self.source
        raise InputError(
            "Only the weights of this attention are known (its source is {name}), not what they were computed from. Read the text by tokens, with a model whose source is capture.",
            name=self.source.name,
        )


def _span(part: slice, n: int) -> slice:
    start, stop, step = part.indices(n)
    if step != 1:
        raise SelectionError("A tile cannot skip tokens (step {step}). Give a range of neighbouring tokens.", step=step)
    return slice(start, max(start, stop))


def _read_only(array: np.ndarray) -> np.ndarray:
    view = np.asarray(array, dtype=np.float32).view()
    view.setflags(write=False)
    return view
