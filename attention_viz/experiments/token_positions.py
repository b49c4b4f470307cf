"""Token positions: the tokens of a text that are masked, or from which an answer is read."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from attention_viz.attention import Tokens
from attention_viz.errors import SelectionError, TextError

EVERY = 7
"""Where no mask is given, every seventh token is masked: near the 15 % of BERT's training (Devlin et al. 2019)."""


def every_seventh(tokens: Tokens) -> list[int]:
    """Every seventh of the tokens that are not special, at least one."""
    places = not_special(tokens)
    return places[min(EVERY, len(places)) // 2 :: EVERY]


def not_special(tokens: Tokens) -> list[int]:
    """The tokens that are not special. Raises TextError where there is none."""
    positions = [position for position, special in enumerate(tokens.special) if not special]
    if not positions:
        raise TextError("This text has no token beside the special ones. Write words.")
    return positions


def uniform_readout(positions: Sequence[int], n_tokens: int) -> torch.Tensor:
    """The same share of the readout for each of these tokens: (token,), sums to 1."""
    readout = torch.zeros(n_tokens)
    for position in positions:
        readout[position] += 1 / len(positions)
    return readout


def check_token(token: int, n_tokens: int) -> None:
    """Raises SelectionError for a token that the text does not have."""
    if not 0 <= token < n_tokens:
        raise SelectionError(
            "There is no token index {token}; the text has {n} tokens. Choose 0 to {last}.",
            token=token,
            n=n_tokens,
            last=n_tokens - 1,
        )
