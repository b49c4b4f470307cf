"""A large matrix as a small one: where each weight goes, and how much of it stays."""

from __future__ import annotations

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attention_viz.errors import SelectionError
from attention_viz.pooling import ROWS_AT_ONCE, Pool, block_edges, pooled


def pool_of(weights: np.ndarray, size: int, pool: Pool = "max") -> np.ndarray:
    return pooled(lambda rows: weights[rows], (weights.shape[0], weights.shape[1]), size, pool)


@given(n=st.integers(1, 300), size=st.integers(1, 80))
def test_blocks_cover_every_token_once_and_differ_by_at_most_one(n: int, size: int) -> None:
    edges = block_edges(n, size)
    lengths = np.diff(edges)
    assert (edges[0], edges[-1]) == (0, n)
    assert len(lengths) == min(n, size)
    assert lengths.min() >= 1
    assert lengths.max() - lengths.min() <= 1


@pytest.mark.parametrize("pool", ["max", "mean"])
@given(
    weights=arrays.arrays(
        np.float32, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.floats(0, 1, width=32)
    ),
    size=st.integers(1, 45),
)
def test_an_overview_is_the_pooling_of_each_block_on_its_own(weights: np.ndarray, size: int, pool: Pool) -> None:
    cells = pool_of(weights, size, pool)
    blocks = [
        [getattr(part, pool)() for part in np.split(strip, block_edges(weights.shape[1], size)[1:-1], axis=1)]
        for strip in np.split(weights.astype(np.float64), block_edges(weights.shape[0], size)[1:-1], axis=0)
    ]
    np.testing.assert_allclose(cells, blocks, atol=1e-6)


@pytest.mark.parametrize(("pool", "reference"), [("max", torch.nn.MaxPool2d), ("mean", torch.nn.AvgPool2d)])
def test_an_overview_of_a_long_text_is_the_pooling_of_torch(
    rng: np.random.Generator, pool: Pool, reference: type[torch.nn.Module]
) -> None:
    weights = rng.dirichlet(np.ones(640), size=1280).astype(np.float32)  # more rows than are read at once
    cells = pool_of(weights, 64, pool)
    expected = reference((20, 10))(torch.from_numpy(weights)[None])[0].numpy()
    np.testing.assert_allclose(cells, expected, rtol=1e-5)


@given(n=st.integers(2, 1500), place=st.tuples(st.floats(0, 1), st.floats(0, 1)), size=st.integers(1, 64))
def test_max_pooling_keeps_a_single_strong_weight_where_it_is(n: int, place: tuple[float, float], size: int) -> None:
    query, key = (min(n - 1, int(share * n)) for share in place)
    weights = np.zeros((n, n), dtype=np.float32)
    weights[query, key] = 0.9
    cells = pool_of(weights, size)
    found = np.argwhere(cells == np.float32(0.9))
    assert len(found) == 1
    for block, position in zip(found[0], (query, key), strict=True):
        edges = block_edges(n, size)
        assert edges[block] <= position < edges[block + 1]


@given(n=st.integers(1, 900), size=st.integers(1, 64))
def test_mean_pooling_keeps_the_mass(n: int, size: int) -> None:
    weights = np.full((n, n), 1 / n, dtype=np.float32)
    cells = pool_of(weights, size, "mean")
    lengths = np.diff(block_edges(n, size))
    assert (cells * np.outer(lengths, lengths)).sum() == pytest.approx(n, rel=1e-4)


@pytest.mark.parametrize("size", [1, 3, 64])
@pytest.mark.parametrize("pool", ["max", "mean"])
def test_pooling_never_reads_more_rows_at_once_than_promised(rng: np.random.Generator, size: int, pool: Pool) -> None:
    weights = rng.random((3 * ROWS_AT_ONCE + 7, 5))
    asked: list[int] = []

    def rows(part: slice) -> np.ndarray:
        asked.append(part.stop - part.start)
        return weights[part]

    pooled(rows, (len(weights), 5), size, pool)
    assert max(asked) <= ROWS_AT_ONCE
    assert sum(asked) == len(weights)


def test_what_fits_is_given_back_as_it_is(rng: np.random.Generator) -> None:
    weights = rng.random((7, 9)).astype(np.float32)
    np.testing.assert_array_equal(pool_of(weights, 9), weights)
    np.testing.assert_array_equal(pool_of(weights, 64, "mean"), weights)


def test_pooling_by_something_else_is_refused() -> None:
    with pytest.raises(SelectionError, match="not by median"):
        pool_of(np.ones((3, 3)), 2, "median")  # type: ignore[arg-type]
