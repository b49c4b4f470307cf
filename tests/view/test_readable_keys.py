"""A mask of any kind comes back from its stripes, and those of real models are few."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from attention_viz import Attention, Tokens
from attention_viz.view.readable_keys import MOST_STRIPES, mask_of, readable_keys


class Masked:
    """A source with a mask of its own; only its mask is ever asked for."""

    name, heads, nbytes = "masked", (1,), 0

    def __init__(self, mask: np.ndarray) -> None:
        self.mask = mask

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        raise AssertionError("no weights are needed")

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        return self.mask[queries, keys]


def masked(mask: np.ndarray) -> Attention:
    queries, keys = (Tokens.plain([f"t{position}" for position in range(n)]) for n in mask.shape)
    return Attention(Masked(mask), queries, keys)


@given(arrays.arrays(bool, st.tuples(st.integers(1, 9), st.integers(1, 9))))
def test_any_mask_comes_back(mask: np.ndarray) -> None:
    np.testing.assert_array_equal(mask_of(readable_keys(masked(mask), 0), mask.shape), mask)


def band(n: int, before: int, after: int) -> np.ndarray:
    distance = np.arange(n)[:, None] - np.arange(n)
    return (distance <= before) & (-distance <= after)


N = 1_200
PADDED = np.ones((N, N), dtype=bool)
PADDED[:, 900:] = PADDED[900:] = False
PARTS = np.zeros((N, N), dtype=bool)
for start in range(0, N, 300):
    PARTS[start : start + 300, start : start + 300] = True
PARTS[:, 0] = True


@pytest.mark.parametrize(
    ("mask", "stripes"),
    [
        (band(N, N, N), 0),
        (band(N, N, 0), 1),
        (band(N, 100, 0), 2),
        (band(N, 64, 64), 3),
        (PADDED, 1),
        (PADDED & band(N, N, 0), 1),
        (PARTS, 7),
    ],
    ids=["open", "causal", "window", "window on both sides", "padding", "causal padding", "parts"],
)
def test_the_masks_of_models_take_few_stripes(mask: np.ndarray, stripes: int) -> None:
    found = readable_keys(masked(mask), 0)
    assert len(found or ()) == stripes
    np.testing.assert_array_equal(mask_of(found, mask.shape), mask)


def test_without_a_mask_of_its_own_the_rule_of_the_model_counts(attention: Attention) -> None:
    assert readable_keys(attention, 1) is None
    assert readable_keys(replace(attention, causal=True), 1) == ((0, 4, 0, 0, 1, 1),)


def test_a_mask_without_order_is_not_told(rng: np.random.Generator) -> None:
    mask = rng.random((400, 400)) < 0.5
    assert mask.sum() > MOST_STRIPES
    assert readable_keys(masked(mask), 0) is None
