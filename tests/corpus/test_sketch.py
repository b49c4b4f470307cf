"""Quantiles of a stream, against numpy's of all values held together."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz.corpus.sketch import K, Sketch

SHARES = np.linspace(0, 1, 21)


def filled(values: np.ndarray, step: int) -> Sketch:
    sketch = Sketch(values.shape[1])
    for start in range(0, len(values), step):
        sketch.add(values[start : start + step].T)
    return sketch


def worst_rank(sketch: Sketch, values: np.ndarray) -> float:
    """How far the rank of any quantile is from what was asked for, as a share of all values."""
    found = sketch.quantiles(SHARES)
    ordered = np.sort(values, axis=0)
    worst = 0.0
    for each in range(values.shape[1]):
        low = np.searchsorted(ordered[:, each], found[:, each], side="left") / len(values)
        high = np.searchsorted(ordered[:, each], found[:, each], side="right") / len(values)
        worst = max(worst, float(np.maximum(low - SHARES, SHARES - high).max()))
    return worst


def test_of_few_values_the_quantiles_are_exact(rng: np.random.Generator) -> None:
    values = rng.normal(size=(K - 1, 3)).astype(np.float32)
    found = filled(values, 50).quantiles(SHARES)
    np.testing.assert_array_equal(found, np.quantile(values, SHARES, axis=0, method="inverted_cdf"))


@pytest.mark.parametrize("step", [1, 7, 256, 1000])
def test_of_many_values_the_rank_is_off_by_no_more_than_is_told(rng: np.random.Generator, step: int) -> None:
    values = rng.beta(0.4, 3, size=(5000, 3)).astype(np.float32)
    sketch = filled(values, step)
    assert sketch.n == 5000
    assert worst_rank(sketch, values) <= sketch.error + 1 / K
    assert sketch.error < 0.02


def test_sorted_values_are_no_worse(rng: np.random.Generator) -> None:
    values = np.sort(rng.normal(size=(20_000, 2)), axis=0).astype(np.float32)
    assert worst_rank(filled(values, 256), values) <= filled(values, 256).error + 1 / K


def test_sketches_of_parts_give_that_of_the_whole(rng: np.random.Generator) -> None:
    values = rng.normal(size=(3000, 4)).astype(np.float32)
    merged = filled(values[:1100], 256)
    merged.merge(filled(values[1100:1900], 256))
    merged.merge(filled(values[1900:], 256))
    assert merged.n == 3000
    assert worst_rank(merged, values) <= merged.error + 2 / K


def test_of_no_values_there_is_no_quantile() -> None:
    assert np.isnan(Sketch(3).quantiles(SHARES)).all()
