"""Filters: what is left to look at of an attention, what share of it is gone, and which keys receive the most."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention, Tokens
from attention_viz.errors import SelectionError
from attention_viz.pooling import ROWS_AT_ONCE
from attention_viz.vocabulary import EXCLUSIONS, PAIRS, one_of, unfit


@dataclass(frozen=True)
class TopToken:
    """A key and the attention it receives: position counts from 0, weight is the mean over queries, or the sum over some."""

    position: int
    token: str
    weight: float


def kept(tokens: Tokens, exclude: Collection[str] = ()) -> np.ndarray:
    """Which tokens stay when kinds of tokens are left out: (token,) bool. Raises SelectionError for an unknown kind."""
    check_kinds(exclude)
    keep = np.ones(len(tokens), dtype=bool)
    for kind in exclude:
        keep &= ~np.array(getattr(tokens, kind), dtype=bool)
    return keep


def check_kinds(exclude: Collection[str]) -> None:
    """Raises SelectionError for an unknown kind of tokens, or a text in the place of several kinds."""
    unknown = sorted(set(exclude) - set(EXCLUSIONS))
    if isinstance(exclude, str) or unknown:
        raise SelectionError(
            "{kinds} cannot be left out; choose among {choices}.",
            kinds=exclude if isinstance(exclude, str) else ", ".join(unknown),
            choices=", ".join(EXCLUSIONS),
        )


def leave_out(weights: np.ndarray, keep: np.ndarray, renormalise: bool = False) -> np.ndarray:
    """Weights on the kept keys; 0 elsewhere.

    weights     : (..., query, key)
    keep        : (key,) bool
    renormalise : divide each row by what it keeps, so that it sums to 1 again; a row that keeps nothing stays 0
    """
    remaining: np.ndarray = weights * keep
    if not renormalise:
        return remaining
    share = remaining.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(remaining, share, out=np.zeros_like(remaining), where=share > 0))


def of_pair(attention: Attention, pairs: str = "all") -> tuple[np.ndarray, np.ndarray]:
    """Which queries and which keys belong to one direction of a pair of texts: (query,) and (key,) bool.

    pairs : "all", or "AB" for what the first text reads in the second; likewise "AA", "BA", "BB"
    Raises SelectionError for another direction.
    """
    one_of("pairs", pairs, PAIRS)
    if pairs == "all":
        return np.full(attention.shape[0], True), np.full(attention.shape[1], True)
    first, second = ("AB".index(segment) for segment in pairs)
    return np.array(attention.query_tokens.segments) == first, np.array(attention.key_tokens.segments) == second


def seen(
    attention: Attention,
    exclude: Collection[str] = (),
    renormalise: bool = False,
    pairs: str = "all",
    threshold: float = 0.0,
) -> Attention:
    """What is left to look at? The same attention with all else at 0: excluded keys, other directions of a pair, faint weights.

    exclude     : kinds of keys, see `kept`; renormalise : see `leave_out`, where a key is left out
    pairs       : see `of_pair`; threshold : weights below it, 0 to 1
    Raises SelectionError for an unknown kind or direction, and for another threshold.
    """
    found = sieve(attention, exclude, renormalise, pairs, threshold)
    if found.is_open:
        return attention
    return attention.with_source(lambda _: SeenSource(attention, found), attention.query_tokens, attention.key_tokens)


def sieve(
    attention: Attention,
    exclude: Collection[str] = (),
    renormalise: bool = False,
    pairs: str = "all",
    threshold: float = 0.0,
) -> Sieve:
    """What `seen` holds the rows of this attention to."""
    check_threshold(threshold)
    keep = kept(attention.key_tokens, exclude)
    return Sieve(keep, renormalise and not keep.all(), *of_pair(attention, pairs), threshold)


def check_threshold(threshold: float) -> None:
    """Raises SelectionError for what is not between 0 and 1."""
    if not 0 <= threshold <= 1:
        raise unfit("threshold", threshold)


@dataclass(frozen=True, eq=False)
class Sieve:
    """Sets weights to 0: first those of some keys, which may leave the others to sum to 1 again, then those of the other
    directions of a pair, then the faint ones.

    keep  : (key,) bool, keys that are not left out; renormalise : only where one is
    reads, read : (query,) and (key,) bool, the two sides of the direction that is looked at
    """

    keep: np.ndarray
    renormalise: bool
    reads: np.ndarray
    read: np.ndarray
    threshold: float

    @property
    def is_open(self) -> bool:
        """Whether all that there is passes."""
        return bool(self.keep.all() and self.reads.all() and self.read.all() and self.threshold == 0)

    def left(self, rows: np.ndarray, queries: slice) -> np.ndarray:
        """What is left of these rows, of which all keys must be there: (query, key), an array of its own."""
        weights: np.ndarray = leave_out(rows, self.keep, self.renormalise) * self.read
        weights[~self.reads[queries]] = 0
        weights[weights < self.threshold] = 0
        return weights


@dataclass(frozen=True, eq=False)
class SeenSource:
    """Tiles of what a sieve leaves of another attention."""

    whole: Attention
    sieve: Sieve

    @property
    def name(self) -> str:
        return self.whole.source.name

    @property
    def heads(self) -> tuple[int, ...]:
        return self.whole.source.heads

    @property
    def nbytes(self) -> int:
        return self.whole.nbytes

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return self.sieve.left(self.whole.tile(layer, head, queries), queries)[:, keys]

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        return self.whole.readable(layer, queries, keys)


def received(
    attention: Attention, layer: int, head: int, queries: Collection[int] = (), pairs: str = "all"
) -> np.ndarray:
    """What attention does each key receive from these queries together, or from all on average? (key,) float64.

    queries : positions from 0, each counted once; () = the mean over all queries
    pairs   : of a pair of texts, the queries of one direction, see `of_pair`; the keys of the other receive nothing
    Of a long text a strip of rows is read at a time. Raises SelectionError where the head or a query does not exist.
    """
    rows = readers(attention, queries, pairs)
    read = of_pair(attention, pairs)[1]
    total = np.zeros(attention.shape[1])
    for first in range(0, len(rows), ROWS_AT_ONCE):
        strip = first + np.flatnonzero(rows[first : first + ROWS_AT_ONCE])
        if len(strip):
            span = slice(int(strip[0]), int(strip[-1]) + 1)
            total += attention.tile(layer, head, span)[strip - strip[0]].sum(axis=0, dtype=np.float64)
    counted: np.ndarray = total * read
    return counted if len(queries) else counted / max(1, int(rows.sum()))


def can_be_read(attention: Attention, layer: int, rows: np.ndarray) -> np.ndarray:
    """Which keys can one of these queries read, by the mask of the model? (key,) bool. rows : (query,) bool"""
    found = np.zeros(attention.shape[1], dtype=bool)
    for first in range(0, len(rows), ROWS_AT_ONCE):
        strip = slice(first, first + ROWS_AT_ONCE)
        if rows[strip].any() and not found.all():
            found |= attention.readable(layer, strip)[rows[strip]].any(axis=0)
    return found


def chosen_queries(attention: Attention, queries: Collection[int]) -> np.ndarray:
    """Which queries are meant: (query,) bool; () = all. Raises SelectionError where one does not exist."""
    n = len(attention.query_tokens)
    unknown = sorted(query for query in queries if not 0 <= query < n)
    if unknown:
        raise SelectionError(
            "There is no query {query}; the text has {n} tokens, counted from 0.", query=unknown[0], n=n
        )
    return np.isin(np.arange(n), list(queries)) if len(queries) else np.full(n, True)


def readers(attention: Attention, queries: Collection[int] = (), pairs: str = "all") -> np.ndarray:
    """Which of the meant queries read in this direction of a pair: (query,) bool. See `chosen_queries` and `of_pair`."""
    return np.asarray(chosen_queries(attention, queries) & of_pair(attention, pairs)[0])


def removed_share(attention: Attention, layer: int, head: int, exclude: Collection[str]) -> float:
    """The share of this head's attention (0 to 1, mean over queries) that goes to the keys left out.

    Only what is left out is read: of a long text a few columns, not the whole matrix.
    """
    edges = np.flatnonzero(np.diff(kept(attention.key_tokens, exclude), prepend=True, append=True)).tolist()
    parts = [slice(start, stop) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    total = sum(float(attention.tile(layer, head, keys=part).sum(dtype=np.float64)) for part in parts)
    return total / attention.shape[0]


def top_attended(
    attention: Attention,
    layer: int,
    head: int,
    k: int = 10,
    exclude: Collection[str] = (),
    renormalise: bool = False,
    *,
    queries: Collection[int] = (),
    pairs: str = "all",
) -> list[TopToken]:
    """The k keys that this head reads most, highest first; of equal ones the earlier first; none that the queries cannot read.

    weight      : mean over all queries of the weight on this key, or the sum over those that are named
    exclude     : kinds of keys left out, of "special" and "punctuation"
    renormalise : each query's weights on the kept keys sum to 1 again before the mean; see `removed_share`
    queries     : positions from 0; () = all
    pairs       : of a pair of texts, the queries and the keys of one direction, see `of_pair`
    Raises SelectionError where k is below 1, or the head or a query does not exist.
    """
    if k < 1:
        raise SelectionError("k is {k}; choose at least 1 token.", k=k)
    weights = received(seen(attention, exclude, renormalise), layer, head, queries, pairs).astype(np.float32)
    open_keys = can_be_read(attention, layer, readers(attention, queries, pairs))
    listed = kept(attention.key_tokens, exclude) & of_pair(attention, pairs)[1] & open_keys
    order = [int(position) for position in np.argsort(-weights, kind="stable") if listed[position]]
    return [
        TopToken(position, attention.key_tokens.labels[position], float(weights[position])) for position in order[:k]
    ]
