"""Weights that are already there, and what is held of those that are not."""

from __future__ import annotations

import numpy as np

from attention_viz.sources import DenseSource


def test_layers_may_differ_in_their_number_of_heads(rng: np.random.Generator) -> None:
    source = DenseSource((rng.random((2, 3, 3)), rng.random((5, 3, 3))))
    assert source.heads == (2, 5)
    assert source.nbytes == 7 * 9 * 8
    np.testing.assert_array_equal(source.tile(1, 4, slice(1, 3), slice(0, 2)), source.layers[1][4, 1:3, :2])
