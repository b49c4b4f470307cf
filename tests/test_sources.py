"""Matrices of one's own become weights: copied, checked, in the order layer, head, query, key."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from attention_viz.errors import InputError
from attention_viz.sources import (
    DenseSource,
    attending,
    check_unbroken,
    layers_note,
    matrices,
    nearest,
    without_weights,
)


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


def test_layers_may_differ_in_their_number_of_heads(rng: np.random.Generator) -> None:
    source = DenseSource((rng.random((2, 3, 3)), rng.random((5, 3, 3))))
    assert source.heads == (2, 5)
    assert source.nbytes == 7 * 9 * 8
    np.testing.assert_array_equal(source.tile(1, 4, slice(1, 3), slice(0, 2)), source.layers[1][4, 1:3, :2])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.ones(3), "1 axes"),
        (np.ones((1, 1, 1, 1, 1)), "5 axes"),
        (np.full((2, 2), np.nan), "finite"),
        (np.full((2, 2), np.inf), "finite"),
        (np.full((2, 2), 1e300), "finite"),
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


def test_layers_without_weights_are_counted_as_the_screen_counts_them() -> None:
    heads = (0, 0, 4, 0, 6, 0, 0, 0)
    assert attending(heads) == (2, 4)
    assert without_weights(heads) == "1–2, 4, 6–8"
    assert "1–2, 4, 6–8" in str(layers_note(heads)[0])
    assert without_weights((3, 3)) == ""
    assert layers_note((3, 3)) == ()


@pytest.mark.parametrize(("layer", "found"), [(0, 2), (2, 2), (3, 4), (4, 4), (5, 4), (99, 4), (-1, 2)])
def test_the_nearest_layer_with_weights_is_itself_the_next_or_the_last(layer: int, found: int) -> None:
    assert nearest((0, 0, 4, 0, 6, 0), layer) == found


def test_nothing_is_followed_through_layers_that_hide_what_they_pass_on() -> None:
    check_unbroken((2, 3))
    with pytest.raises(InputError, match=r"through all layers of this model: layers 1, 3 have no attention weights"):
        check_unbroken((0, 2, 0))
