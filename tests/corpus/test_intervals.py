"""Intervals, against scipy's, and against how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from attention_viz.corpus.intervals import percentiles, resampled, wilson


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (10, 10), (96, 100), (1920, 2000), (1, 3)])
def test_wilson_is_the_interval_of_scipy(hits: int, n: int) -> None:
    expected = stats.binomtest(hits, n).proportion_ci(method="wilson")
    found = wilson(hits, n)
    assert (found.value, found.n) == (hits / n, n)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_without_cases_there_is_no_share() -> None:
    assert np.isnan(wilson(0, 0).value)


def test_the_bootstrap_of_a_mean_is_as_wide_as_its_standard_error_says(rng: np.random.Generator) -> None:
    values = rng.exponential(size=1000)
    parts = [(shard, values[shard * 250 : (shard + 1) * 250]) for shard in range(4)]
    samples = [(resampled(shard, len(part), 0), part) for shard, part in parts]
    means = sum(each @ part for each, part in samples) / sum(each.sum(axis=1) for each, _ in samples)
    low, high = percentiles(means)
    error = values.std() / np.sqrt(len(values))
    assert (values.mean() - low, high - values.mean()) == pytest.approx((1.96 * error, 1.96 * error), rel=0.25)


def test_a_shard_is_drawn_the_same_each_time_and_differently_from_the_next() -> None:
    np.testing.assert_array_equal(resampled(3, 10, 0), resampled(3, 10, 0))
    assert not np.array_equal(resampled(3, 10, 0), resampled(4, 10, 0))
    assert not np.array_equal(resampled(3, 10, 0), resampled(3, 10, 1))
