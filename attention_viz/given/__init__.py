"""Given: weights and tokens that somebody brings of their own.

Tensors and tokenizers are asked by their methods alone, so that no library of them is imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from attention_viz.errors import InputError
from attention_viz.given.arrays import matrices
from attention_viz.given.tokens import tokens_of
from attention_viz.given.weights import weights_of
from attention_viz.tokens import Tokens

__all__ = ["Given", "matrices", "read_given"]


@dataclass(frozen=True, eq=False)
class Given:
    """One text's weights with its tokens.

    layers : (head, query, key) float32, read-only, of each layer; a layer that gives none out has no head
    causal : known, since the text was written token by token
    """

    layers: tuple[np.ndarray, ...]
    queries: Tokens
    keys: Tokens
    causal: bool


def read_given(weights: object, tokens: object, key_tokens: object = None, tokenizer: Any = None) -> Given:
    """What is given, in any form that `Attention.from_weights` takes. Raises InputError where it does not fit."""
    found = weights_of(weights, one_text=key_tokens is None)
    n_queries, n_keys = found.layers[0].shape[1:] if found.layers else (0, 0)
    queries = tokens_of(tokens, tokenizer, n_queries + 1 if found.written else None)
    keys = queries if key_tokens is None else tokens_of(key_tokens, tokenizer)
    no_head = not any(map(len, found.layers))
    if no_head or 0 in (n_queries, n_keys) or (n_queries, n_keys) != (len(queries), len(keys)):
        raise InputError(
            "The weights are {rows} x {columns}, but there are {queries} query tokens and {keys} key tokens. Give one row per query and one column per key.",
            rows=n_queries,
            columns=n_keys,
            queries=len(queries),
            keys=len(keys),
        )
    return Given(found.layers, queries, keys, causal=found.written and key_tokens is None)
