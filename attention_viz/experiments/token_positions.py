"""Places: the tokens of a text at which a model is asked, or from which its answer is read."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from attention_viz.attention import Tokens
from attention_viz.errors import TextError

EVERY = 7
"""Where nothing is masked, every seventh token is: near the 15 % of BERT's own training (Devlin et al. 2019)."""


def every_seventh(tokens: Tokens) -> list[int]:
    """Every seventh of the tokens that are not special, at least one."""
    places = ordinary(tokens)
    return places[min(EVERY, len(places)) // 2 :: EVERY]


def ordinary(tokens: Tokens) -> list[int]:
    """The tokens that are not special. Raises TextError where there is none."""
    positions = [position for position, special in enumerate(tokens.special) if not special]
    if not positions:
        raise TextError("This text has no token beside the special ones. Write words.")
    return positions


def read_from(positions: Sequence[int], n_tokens: int) -> torch.Tensor:
    """Reading from these tokens alike: (token,), sums to 1."""
    readout = torch.zeros(n_tokens)
    for position in positions:
        readout[position] += 1 / len(positions)
    return readout
