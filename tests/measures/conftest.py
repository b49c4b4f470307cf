"""A pair of texts as a tokenizer would spell it, and random heads on it."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Tokens

TEXTS = ("[CLS]", "the", "cat", ",", "the", "dog", ".", "[SEP]", "no", "cat", "!", "[SEP]")
SEGMENTS = (0,) * 8 + (1,) * 4


@pytest.fixture
def pair() -> Tokens:
    """12 tokens: two texts, two [SEP], a comma, a full stop and another mark, words that come twice."""
    special = tuple(text in {"[CLS]", "[SEP]"} for text in TEXTS)
    n = len(TEXTS)
    return Tokens(TEXTS, TEXTS, special, (False,) * n, SEGMENTS, tuple(range(n)), ((0, 0),) * n)


@pytest.fixture
def heads(rng: np.random.Generator, pair: Tokens) -> np.ndarray:
    """(layer 2, head 3, query 12, key 12), rows sum to 1; float64, so that a comparison shows the formula's error."""
    return rng.dirichlet(np.full(len(pair), 0.3), size=(2, 3, len(pair)))
