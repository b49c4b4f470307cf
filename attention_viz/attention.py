"""Attention: the tokens of one text and a source of its weights.

The only room that knows how weights are stored. Everybody else asks for a head, a tile or an overview.
Axis order is always (layer, head, query, key); indices count from 0.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

import numpy as np

from attention_viz.errors import InputError, Message, SelectionError

Pool = Literal["max", "mean"]

ROWS_AT_ONCE = 512
"""Query rows read together when a large head is pooled: bounds the memory to 512 x n_tokens floats."""


@dataclass(frozen=True)
class Tokens:
    """The tokens on one side of the attention; every field has one entry per token.

    texts    : as the tokenizer spells them ("##ing", "[CLS]")
    surfaces : the characters of the text that the token stands for ("ing"); "[CLS]" for a special token
    special  : added or reserved by the tokenizer ([CLS], [SEP], padding); a [MASK] is not special here
    unknown  : the vocabulary lacks it ([UNK])
    segments : 0 = first text, 1 = second text
    words    : number of the word the token belongs to; a special token is a word of its own
    spans    : (start, stop) characters within its segment's text; (0, 0) for a special token
    """

    texts: tuple[str, ...]
    surfaces: tuple[str, ...]
    special: tuple[bool, ...]
    unknown: tuple[bool, ...]
    segments: tuple[int, ...]
    words: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        lengths = {name: len(getattr(self, name)) for name in self.__dataclass_fields__}
        if len(set(lengths.values())) > 1:
            raise InputError(
                "The fields of Tokens differ in length: {lengths}. Give one entry per token.", lengths=lengths
            )

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __getitem__(self, position: int) -> str:
        return self.texts[position]

    @property
    def punctuation(self) -> tuple[bool, ...]:
        """Tokens made of nothing but punctuation marks or symbols (Unicode categories P and S)."""
        return tuple(
            not special and _is_punctuation(surface)
            for surface, special in zip(self.surfaces, self.special, strict=True)
        )

    @classmethod
    def plain(cls, texts: Sequence[str]) -> Tokens:
        """Tokens known by their spelling alone: "##" continues a word, "[CLS]", "[SEP]" and "[PAD]" are special."""
        texts = tuple(texts)
        special = tuple(text in {"[CLS]", "[SEP]", "[PAD]"} for text in texts)
        begins = [
            position == 0 or special[position - 1] or not text.startswith("##") for position, text in enumerate(texts)
        ]
        return cls(
            texts=texts,
            surfaces=tuple(text.removeprefix("##") for text in texts),
            special=special,
            unknown=tuple(text == "[UNK]" for text in texts),
            segments=(0,) * len(texts),
            words=tuple(itertools.accumulate(begins, initial=-1))[1:],
            spans=((0, 0),) * len(texts),
        )


def _is_punctuation(surface: str) -> bool:
    return surface.strip() != "" and all(unicodedata.category(character)[0] in "PS" for character in surface.strip())


class Source(Protocol):
    """Where the weights of one text come from."""

    @property
    def name(self) -> str:
        """The way the weights are got: "dense", "capture", "replay", ..."""
        ...

    @property
    def heads(self) -> tuple[int, ...]:
        """The number of heads of each layer."""
        ...

    @property
    def nbytes(self) -> int:
        """What the source holds in memory, in bytes; caches are bounded by it."""
        ...

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        """(query, key) float32 weights of one rectangle of one head; slices have a start, a stop and step 1."""
        ...


@dataclass(frozen=True)
class DenseSource:
    """Weights that are already there: one (head, query, key) array per layer."""

    layers: tuple[np.ndarray, ...]
    name: str = "dense"

    @property
    def heads(self) -> tuple[int, ...]:
        return tuple(len(layer) for layer in self.layers)

    @property
    def nbytes(self) -> int:
        return sum(layer.nbytes for layer in self.layers)

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self.layers[layer][head, queries, keys]


@dataclass(frozen=True)
class Attention:
    """What every head of a model reads in one text.

    query_tokens, key_tokens : the tokens down and across; the same in self-attention
    model, revision          : which checkpoint computed it
    limit                    : tokens the model can read at once; None = no limit known
    left_out                 : tokens of the text that were not read
    causal                   : a query cannot read keys after it
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
        weights = _matrices(weights)
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
    def n_heads(self) -> int:
        """Heads per layer; of the layer with the most where layers differ (see `heads_of`)."""
        return max(self.source.heads)

    def heads_of(self, layer: int) -> int:
        """Heads of one layer."""
        self._check_layer(layer)
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
        return _read_only(np.stack([self.tile(layer, each) for each in range(self.heads_of(layer))]))

    def tile(self, layer: int, head: int, queries: slice = slice(None), keys: slice = slice(None)) -> np.ndarray:
        """A rectangle of one head: (query, key), float32, read-only. Slices follow Python's rules, without a step."""
        self._check_head(layer, head)
        rows, columns = _span(queries, self.shape[0]), _span(keys, self.shape[1])
        return _read_only(self.source.tile(layer, head, rows, columns))

    def overview(self, layer: int, head: int, size: int = 64, pool: Pool = "max") -> np.ndarray:
        """One head, no larger than size x size: exact where it fits, else pooled over blocks of tokens.

        pool    : "max" keeps a single strong weight visible, "mean" keeps the mass
        returns : (<= size, <= size) float32; memory is bounded by 512 rows of the head at a time
        """
        if pool not in ("max", "mean"):
            raise SelectionError("Pooling is by max or mean, not by {pool}. Choose one of the two.", pool=pool)
        self._check_head(layer, head)
        n_queries, n_keys = self.shape
        row_edges, column_edges = block_edges(n_queries, size), block_edges(n_keys, size)
        if len(row_edges) - 1 == n_queries and len(column_edges) - 1 == n_keys:
            return self.tile(layer, head)
        combine = np.maximum if pool == "max" else np.add
        pooled = np.zeros((len(row_edges) - 1, len(column_edges) - 1), dtype=np.float32)  # weights are at least 0
        for first in range(0, n_queries, ROWS_AT_ONCE):
            strip = self.tile(layer, head, slice(first, first + ROWS_AT_ONCE))
            starts, blocks = _rows_by_block(row_edges, first, first + len(strip))
            across = combine.reduceat(strip, column_edges[:-1], axis=1)  # (strip's queries, <= size)
            pooled[blocks] = combine(pooled[blocks], combine.reduceat(across, starts, axis=0))
        if pool == "mean":
            pooled /= np.outer(np.diff(row_edges), np.diff(column_edges))
        return _read_only(pooled)

    def thumbnails(self, size: int = 32, pool: Pool = "max") -> Iterator[tuple[int, int, np.ndarray]]:
        """(layer, head, overview) of every head, layer by layer."""
        for layer, heads in enumerate(self.source.heads):
            for head in range(heads):
                yield layer, head, self.overview(layer, head, size, pool)

    def with_source(self, wrap: Callable[[Source], Source], query_tokens: Tokens, key_tokens: Tokens) -> Attention:
        """The same text seen through another source: merged words, say."""
        return replace(self, source=wrap(self.source), query_tokens=query_tokens, key_tokens=key_tokens)

    def _check_layer(self, layer: int) -> None:
        if not 0 <= layer < self.n_layers:
            raise SelectionError(
                "There is no layer index {layer}; the model has {n} layers. Choose 0 to {last}.",
                layer=layer,
                n=self.n_layers,
                last=self.n_layers - 1,
            )

    def _check_head(self, layer: int, head: int) -> None:
        heads = self.heads_of(layer)
        if not 0 <= head < heads:
            raise SelectionError(
                "There is no head index {head} in layer index {layer}; it has {n} heads. Choose 0 to {last}.",
                head=head,
                layer=layer,
                n=heads,
                last=heads - 1,
            )


def _matrices(given: object) -> np.ndarray:
    """A read-only float32 copy, (layer, head, query, key), of what is given as weights."""
    try:
        weights = np.asarray(given)
    except (TypeError, ValueError, RuntimeError) as reason:
        raise InputError(
            "The weights are not one array of numbers: {reason}. Give a numpy array.", reason=str(reason)
        ) from reason
    if weights.dtype.kind not in "fiub":
        raise InputError(
            "The weights are not real numbers but {kind}. Give an array of floats.", kind=str(weights.dtype)
        )
    if not 2 <= weights.ndim <= 4:
        raise InputError(
            "The weights have {n} axes; give (layer, head, query, key), (head, query, key) or (query, key).",
            n=weights.ndim,
        )
    if weights.size and not (np.isfinite(weights).all() and weights.min() >= 0 and weights.max() <= 1 + 1e-4):
        raise InputError(
            "The weights must be finite and between 0 and 1; these reach from {low} to {high}. Give weights after the softmax.",
            low=float(weights.min()),
            high=float(weights.max()),
        )
    copy = np.array(weights, dtype=np.float32).reshape((1,) * (4 - weights.ndim) + weights.shape)
    copy.setflags(write=False)
    return copy


def block_edges(n: int, size: int) -> np.ndarray:
    """Edges of at most `size` blocks that share n tokens as evenly as whole tokens allow: (blocks + 1,) int."""
    blocks = max(1, min(n, size))
    return np.arange(blocks + 1) * n // blocks


def _rows_by_block(edges: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each block begins among the rows first to last, counted from first, and which blocks these are."""
    starts = np.union1d([first], edges[(edges > first) & (edges < last)])
    return starts - first, np.searchsorted(edges, starts, side="right") - 1


def _span(part: slice, n: int) -> slice:
    start, stop, step = part.indices(n)
    if step != 1:
        raise SelectionError("A tile cannot skip tokens (step {step}). Give a range of neighbouring tokens.", step=step)
    return slice(start, max(start, stop))


def _read_only(array: np.ndarray) -> np.ndarray:
    view = np.asarray(array, dtype=np.float32).view()
    view.setflags(write=False)
    return view
