"""Relations: which (query, key) pairs count as "previous", "itself", "[SEP]", ...

A head's share of a relation is linear in its weights, so all relations of all heads are one matrix product.
"""

from __future__ import annotations

import numpy as np

from attention_viz.attention import Tokens

POSITIONAL = ("previous", "next", "self", "distance")
"""Relations that compare positions: they have no meaning where queries and keys are two different texts."""

RELATIONS = (
    *POSITIONAL,
    "same_token",
    "cls",
    "sep",
    "punctuation",
    "stop",
    "own_segment",
    "other_segment",
    "sep_sep",
)

STOPS = frozenset(".,。，、．")
"""What Clark et al. count as punctuation ("." and ","), and what stands for it in Chinese."""


def relations(
    queries: Tokens, keys: Tokens | None = None, rows: slice = slice(None), names: tuple[str, ...] = RELATIONS
) -> np.ndarray:
    """Which keys stand in which relation to each query?

    keys    : the keys' tokens where they are not the queries' own
    rows    : the queries wanted, so that a long text need not be held at once
    returns : (relation, query, key) float32, in the order of `names`; 1 where the relation holds, else 0;
              "distance" is |query - key| instead; positional relations are 0 where queries and keys are two texts

    same_token    : another occurrence of the query's own token, special tokens apart
    cls, sep      : the key is [CLS] or [SEP] (both [SEP] of a pair), see `is_cls`, `is_sep`
    punctuation   : the key is made of punctuation marks or symbols; stop: it is a full stop or a comma
    own_segment   : the key lies in the query's text, other_segment: in the other text of a pair; special keys in neither
    sep_sep       : both are [SEP]
    """
    square = keys is None or keys is queries
    keys = queries if keys is None else keys
    builders = _positional(len(queries), len(keys), rows, square) | _of_tokens(queries, keys, rows, square)
    shape = len(range(len(queries))[rows]), len(keys)
    held = np.empty((len(names), *shape), dtype=np.float32)
    for each, name in enumerate(names):
        held[each] = builders[name]
    return held


def _positional(n_queries: int, n_keys: int, rows: slice, square: bool) -> dict[str, np.ndarray]:
    offset = np.arange(n_keys) - np.arange(n_queries)[rows, None]  # (query, key)
    if not square:
        return dict.fromkeys(POSITIONAL, np.zeros_like(offset))
    return {"previous": offset == -1, "next": offset == 1, "self": offset == 0, "distance": np.abs(offset)}


def _of_tokens(queries: Tokens, keys: Tokens, rows: slice, square: bool) -> dict[str, np.ndarray]:
    spellings: dict[str, int] = {}
    down, across = (
        np.array([spellings.setdefault(text, len(spellings)) for text in side.texts], dtype=int)
        for side in (queries, keys)
    )
    ordinary = ~np.array(keys.special, dtype=bool)
    same = (down[rows, None] == across) & ordinary
    if square:
        same &= np.arange(len(keys)) != np.arange(len(queries))[rows, None]
    own = np.array(queries.segments)[rows, None] == np.array(keys.segments)
    sep = is_sep(keys)
    return {
        "same_token": same,
        "cls": is_cls(keys),
        "sep": sep,
        "punctuation": np.array(keys.punctuation, dtype=bool),
        "stop": np.array([surface.strip() in STOPS for surface in keys.surfaces], dtype=bool) & ordinary,
        "own_segment": own & ordinary,
        "other_segment": ~own & ordinary,
        "sep_sep": (sep if square else is_sep(queries))[rows, None] & sep,
    }


def is_cls(tokens: Tokens) -> np.ndarray:
    """Which tokens open the text: a special token at the start ([CLS], <s>), or spelt "cls" anywhere: (token,) bool."""
    return np.array(
        [
            special and (position == 0 or "cls" in text.lower()) and not _is_padding(text)
            for position, (text, special) in enumerate(zip(tokens.texts, tokens.special, strict=True))
        ],
        dtype=bool,
    )


def is_sep(tokens: Tokens) -> np.ndarray:
    """Which tokens close or divide the text: special, neither opening nor padding ([SEP], </s>): (token,) bool."""
    kept = [special and not _is_padding(text) for text, special in zip(tokens.texts, tokens.special, strict=True)]
    return np.asarray(np.array(kept, dtype=bool) & ~is_cls(tokens))


def _is_padding(text: str) -> bool:
    return text.lower() in {"[pad]", "<pad>", "<|pad|>"}
