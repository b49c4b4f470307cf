"""Matrices of one's own become weights: copied, checked, in the order layer, head, query, key."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attention_viz.errors import InputError
from attention_viz.given import matrices


@pytest.mark.parametrize("axes", [2, 3, 4])
def test_matrices_may_come_without_head_and_layer_axes(rng: np.random.Generator, axes: int) -> None:
    given = rng.random((2, 3, 4, 5)[4 - axes :])
    weights = matrices(given)
    assert (weights.ndim, weights.dtype) == (4, np.float32)
    np.testing.assert_allclose(np.squeeze(weights), given, rtol=1e-6)


def test_changing_the_given_array_afterwards_changes_nothing(rng: np.random.Generator) -> None:
    given = rng.random((2, 2)).astype(np.float32)
    weights, before = matrices(given), given.copy()
    given[...] = 0
    np.testing.assert_array_equal(weights[0, 0], before)


def test_lists_and_tensors_are_taken_as_arrays() -> None:
    np.testing.assert_array_equal(matrices([[0.5, 0.5], [1, 0]]), matrices(torch.tensor([[0.5, 0.5], [1, 0]])))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.ones(3), "1 axes"),
        (np.ones((1, 1, 1, 1, 1)), "5 axes"),
        (np.full((2, 2), np.nan), "finite"),
        (np.full((2, 2), np.inf), "finite"),
        (np.full((2, 2), 1e300), "between 0 and 1"),
        (np.full((2, 2), -0.1), "between 0 and 1"),
        (np.full((2, 2), 7.0), "after the softmax"),
        ([["a", "b"], ["c", "d"]], "numbers"),
        ([[0.5], [0.5, 0.5]], "numbers"),
        (np.full((2, 2), 0.5j), "numbers"),
    ],
)
def test_arrays_that_are_no_weights_are_refused_with_the_reason(given: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        matrices(given)
