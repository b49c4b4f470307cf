"""Shares: how much of a head's attention goes to the previous token, to [SEP], to the other text, ...

The denominators are Clark's (2019, arXiv 1906.04341, and the code released with it): the number n of queries, not n - 1,
so that a head that always reads the previous token has the share (n - 1) / n of it.
"""

from __future__ import annotations

import numpy as np

from attention_viz.attention import Tokens
from attention_viz.errors import InputError
from attention_viz.measures.relations import is_sep, relations
from attention_viz.measures.spread import queries_read, ratio


def share(weights: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """What share of a head's attention goes to these pairs?

    weights : (..., query, key)
    pairs   : (query, key) or (key,), 1 or True where a pair counts
    returns : (...), the weights on these pairs, divided by the number of queries; 0 to 1
    """
    return ratio(total(weights, pairs), queries_read(weights).sum(axis=-1))


def total(weights: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """The sum of the weights on these pairs; as one matrix product over all heads.

    pairs   : (query, key), (key,), or (relation, query, key)
    returns : (...), or (..., relation)
    """
    cells = weights.shape[-2] * weights.shape[-1]
    pairs = np.asarray(pairs)
    counted = np.broadcast_to(pairs, (*pairs.shape[:-2], *weights.shape[-2:])).astype(weights.dtype, copy=False)
    rows = weights.reshape(*weights.shape[:-2], cells)
    return np.asarray(rows @ np.moveaxis(counted.reshape(*pairs.shape[:-2], cells), -1, 0))


def previous_share(weights: np.ndarray) -> np.ndarray:
    """How much goes to the token before the query? (...), 0 to (n - 1) / n."""
    return share(weights, _diagonal(weights, -1))


def next_share(weights: np.ndarray) -> np.ndarray:
    """How much goes to the token after the query? (...), 0 to (n - 1) / n."""
    return share(weights, _diagonal(weights, 1))


def self_share(weights: np.ndarray) -> np.ndarray:
    """How much does a query give to itself? (...), 0 to 1."""
    return share(weights, _diagonal(weights, 0))


def mean_distance(weights: np.ndarray) -> np.ndarray:
    """How far away does a head read? (...), mean over queries of the sum of weight * |query - key|, in tokens."""
    _check_square(weights)
    position = np.arange(weights.shape[-1])
    return share(weights, np.abs(position - position[:, None]))


def same_token_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much goes to other occurrences of the query's own token? (...), 0 to 1."""
    return _of(weights, queries, keys, "same_token")


def cls_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much goes to [CLS]? (...), 0 to 1."""
    return _of(weights, queries, keys, "cls")


def sep_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much goes to [SEP], all of them together? (...), 0 to 1."""
    return _of(weights, queries, keys, "sep")


def punctuation_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much goes to punctuation of any kind? (...), 0 to 1."""
    return _of(weights, queries, keys, "punctuation")


def stop_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much goes to full stops and commas, which is what Clark et al. call punctuation? (...), 0 to 1."""
    return _of(weights, queries, keys, "stop")


def own_segment_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much stays in the query's own text of a pair, special tokens apart? (...), 0 to 1."""
    return _of(weights, queries, keys, "own_segment")


def other_segment_share(weights: np.ndarray, queries: Tokens, keys: Tokens | None = None) -> np.ndarray:
    """How much goes to the other text of a pair, special tokens apart? (...), 0 to 1."""
    return _of(weights, queries, keys, "other_segment")


def sep_sep(weights: np.ndarray, tokens: Tokens) -> np.ndarray:
    """What share of their attention do the [SEP] give to [SEP]? (...), 0 to 1; NaN where there is no [SEP]."""
    rows = is_sep(tokens)
    return share(weights[..., rows, :], rows)


def rest_sep(weights: np.ndarray, tokens: Tokens) -> np.ndarray:
    """What share of their attention do all other tokens give to [SEP]? (...), 0 to 1; NaN where only [SEP] is there."""
    return share(weights[..., ~is_sep(tokens), :], is_sep(tokens))


def _of(weights: np.ndarray, queries: Tokens, keys: Tokens | None, name: str) -> np.ndarray:
    check_tokens(weights, queries, keys)
    return share(weights, relations(queries, keys, names=(name,))[0])


def _diagonal(weights: np.ndarray, offset: int) -> np.ndarray:
    _check_square(weights)
    return np.eye(weights.shape[-1], k=offset, dtype=weights.dtype)


def _check_square(weights: np.ndarray) -> None:
    if weights.shape[-1] != weights.shape[-2]:
        raise InputError(
            "There are {queries} queries and {keys} keys; positions compare only within one text. Choose self-attention.",
            queries=weights.shape[-2],
            keys=weights.shape[-1],
        )


def check_tokens(weights: np.ndarray, queries: Tokens, keys: Tokens | None) -> None:
    """Raises InputError where the weights are not one row per query token and one column per key token."""
    expected = len(queries), len(queries if keys is None else keys)
    if weights.shape[-2:] != expected:
        raise InputError(
            "The weights are {rows} x {columns}, but there are {queries} query tokens and {keys} key tokens. Give one row per query and one column per key.",
            rows=weights.shape[-2],
            columns=weights.shape[-1],
            queries=expected[0],
            keys=expected[1],
        )
