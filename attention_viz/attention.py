"""Attention: the tokens of one text and a source of its weights.

Callers ask for a head, a tile or an overview, whatever the source stores.
Axis order is always (layer, head, query, key); indices count from 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from attention_viz.attending import attending, check_attends, check_head, check_layer
from attention_viz.errors import InputError, Message
from attention_viz.given import read_given
from attention_viz.glance import glance, headline
from attention_viz.pooling import ROWS_AT_ONCE, Pool, pooled
from attention_viz.sources import Arithmetic, DenseSource, Masked, Source, held, read_only, span, strip
from attention_viz.tokens import Tokens

__all__ = ["Attention", "DenseSource", "Pool", "Source", "Tokens"]


@dataclass(frozen=True, eq=False, repr=False)
class Attention:
    """What every head of a model reads in one text. It equals itself alone: compare numbers, np.asarray(attention).

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
        cls, weights: object, tokens: object, key_tokens: object = None, *, tokenizer: Any = None
    ) -> Attention:
        """Attention from your own weights, after the softmax; copied.

        weights   : what a model of transformers gives out (outputs.attentions: a layer is (1, head, query, key), of numpy or
                    torch), also what `generate` does; or an array, (layer, head, query, key), (head, query, key) or
                    (query, key). One layer of a batch has four axes too and is not told from layers: give the tuple
        tokens    : the spelling of each query; key_tokens: of each key, where they differ
        tokenizer : which made the tokens, so that words and special tokens are known as they are elsewhere. The tokens
                    may then also be their numbers, or the text
        Raises InputError where values or forms do not fit.
        """
        given = read_given(weights, tokens, key_tokens, tokenizer)
        return cls(DenseSource(given.layers), given.queries, given.keys, causal=given.causal)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        """All weights, (layer, head, query, key). Raises InputError where layers differ in their heads."""
        if len(set(self.source.heads)) != 1:
            raise InputError(
                "The layers have {heads} heads, so that their weights are no one array. Take a layer: attention.weights(layer).",
                heads=", ".join(map(str, self.source.heads)),
            )
        return np.stack(held(self.source, self.shape).layers).astype(np.float32 if dtype is None else dtype, copy=False)

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle keeps: the weights and who could read whom, not what they were computed from."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "source": held(self.source, self.shape)
        }

    def __deepcopy__(self, memo: object) -> Attention:
        return self  # nothing in it changes

    def __repr__(self) -> str:
        return f"Attention({headline(self)})"

    def _repr_html_(self) -> str:
        return glance(self)

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

    def weights(self, layer: int, head: int | None = None, queries: slice = slice(None)) -> np.ndarray:
        """The attention weights, after softmax.

        queries : the rows that are wanted, by Python's rules, without a step
        returns : (query, key) of one head, or (head, query, key) of the whole layer; float32, read-only, rows sum to 1
                  (with attention sinks: 1 minus the sink's share)
        """
        if head is not None:
            return self.tile(layer, head, queries)
        check_attends(self.source.heads, layer)
        return read_only(strip(self.source, layer, span(queries, self.shape[0]), self.shape[1]))

    def tile(self, layer: int, head: int, queries: slice = slice(None), keys: slice = slice(None)) -> np.ndarray:
        """A rectangle of one head: (query, key), float32, read-only. Slices follow Python's rules, without a step."""
        check_head(self.source.heads, layer, head)
        rows, columns = span(queries, self.shape[0]), span(keys, self.shape[1])
        return read_only(self.source.tile(layer, head, rows, columns))

    def overview(self, layer: int, head: int, size: int = 64, pool: Pool = "max") -> np.ndarray:
        """One head, no larger than size x size: exact where it fits, else pooled over blocks of tokens.

        pool    : "max" keeps a single strong weight visible, "mean" keeps the mass
        returns : (<= size, <= size) float32; memory is bounded by 512 rows of the head at a time
        """
        check_head(self.source.heads, layer, head)
        return read_only(pooled(lambda rows: self.tile(layer, head, rows), self.shape, size, pool))

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
        rows, columns = span(queries, self.shape[0]), span(keys, self.shape[1])
        if isinstance(self.source, Masked):
            return self.source.readable(layer, rows, columns)
        later = np.arange(columns.start, columns.stop) > np.arange(rows.start, rows.stop)[:, None]
        return ~later if self.causal else np.ones_like(later)

    def scores(self, layer: int, head: int, queries: slice = slice(None), keys: slice = slice(None)) -> np.ndarray:
        """What the softmax was given: (query, key) float32, -inf where masked. Raises InputError if it is not known."""
        check_head(self.source.heads, layer, head)
        rows, columns = span(queries, self.shape[0]), span(keys, self.shape[1])
        return read_only(self._arithmetic.scores(layer, head, rows, columns))

    def scale(self, layer: int) -> float:
        """The factor of the dot products in the scores, 1/sqrt(d_head) in most models."""
        check_attends(self.source.heads, layer)
        return self._arithmetic.scale(layer)

    def queries(self, layer: int, head: int) -> np.ndarray:
        """What each token asks for: (query, d_head) float32. Raises InputError if it is not known."""
        check_head(self.source.heads, layer, head)
        return read_only(self._arithmetic.queries(layer, head)[: self.shape[0]])

    def keys(self, layer: int, head: int) -> np.ndarray:
        """What each token is found by: (key, d_head) float32. Raises InputError if it is not known."""
        check_head(self.source.heads, layer, head)
        return read_only(self._arithmetic.keys(layer, head)[: self.shape[1]])

    def values(self, layer: int, head: int | None = None) -> np.ndarray:
        """What each token hands over when it is read.

        returns : (key, d_value) of one head, or (head, key, d_value) of the whole layer; float32
        Raises InputError if it is not known.
        """
        check_attends(self.source.heads, layer)
        known, n_keys = self._arithmetic, self.shape[1]
        if head is None:
            return read_only(np.stack([known.values(layer, each)[:n_keys] for each in range(self.heads_of(layer))]))
        check_head(self.source.heads, layer, head)
        return read_only(known.values(layer, head)[:n_keys])

    def output(self, layer: int, head: int) -> np.ndarray:
        """What the head makes of each query: weights @ values, (query, d_value) float32."""
        values = self.values(layer, head)
        strips = [slice(first, first + ROWS_AT_ONCE) for first in range(0, self.shape[0], ROWS_AT_ONCE)]
        return read_only(np.concatenate([self.tile(layer, head, rows) @ values for rows in strips]))

    def projection(self, layer: int) -> np.ndarray:
        """How the heads' outputs enter the model: (head, d_value, d_model) float32.

        The layer adds the sum over its heads of output(layer, head) @ projection(layer)[head], and a bias.
        Raises InputError if it is not known.
        """
        check_attends(self.source.heads, layer)
        return read_only(self._arithmetic.projection(layer))

    def find(self, word: str) -> tuple[int, ...]:
        """At which positions does a word stand? Of the queries; `key_tokens.find` does it for keys. See `Tokens.find`."""
        return self.query_tokens.find(word)

    def with_source(self, wrap: Callable[[Source], Source], query_tokens: Tokens, key_tokens: Tokens) -> Attention:
        """The same text with another source made from this one, such as merged words."""
        return replace(self, source=wrap(self.source), query_tokens=query_tokens, key_tokens=key_tokens)

    @property
    def _arithmetic(self) -> Arithmetic:
        if isinstance(self.source, Arithmetic):
            return self.source
        raise InputError(
            "Only the weights of this attention are known (its source is {name}), not what they were computed from. Read the text by tokens, with a model whose source is capture.",
            name=self.source.name,
        )
