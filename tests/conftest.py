"""Fixtures that every room shares; no two sizes are equal, so that a swapped axis cannot pass."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture
def attention(rng: np.random.Generator) -> Attention:
    """2 layers, 3 heads, 4 tokens; rows sum to 1."""
    scores = rng.normal(size=(2, 3, 4, 4))
    weights = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    return Attention.from_weights(weights, ["[CLS]", "sun", "##rise", "[SEP]"])
