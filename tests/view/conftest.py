"""Fixtures of the view: texts of every size, and the tools that run JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Callable

import numpy as np
import pytest

from attention_viz import Attention


@pytest.fixture
def softmax_attention(rng: np.random.Generator) -> Callable[..., Attention]:
    """Attention of any size: softmax of random scores; `tokens` are names, or how many there are."""

    def make(layers: int = 2, heads: int = 3, tokens: int | list[str] = 5) -> Attention:
        names = [f"t{position}" for position in range(tokens)] if isinstance(tokens, int) else tokens
        scores = np.exp(2 * rng.normal(size=(layers, heads, len(names), len(names))).astype(np.float32))
        return Attention.from_weights(scores / scores.sum(-1, keepdims=True), names)

    return make


@pytest.fixture(scope="session")
def node() -> str:
    """The program that runs JavaScript outside a browser."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("node is not installed; README.md says how to")
    return path
