from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from attention_viz import measures
from attention_viz.errors import InputError


def test_rank_correlation_is_scipys_with_and_without_equal_values(rng: np.random.Generator) -> None:
    for levels in (1000, 4):
        one, other = rng.integers(levels, size=(2, 30))
        assert measures.rank_correlation(one, other) == pytest.approx(spearmanr(one, other).statistic)


def test_things_that_are_not_a_number_count_in_neither() -> None:
    one, other = np.array([1, np.nan, 3, 2, 9]), np.array([2, 7, 4, 3, np.nan])
    assert measures.rank_correlation(one, other) == pytest.approx(1)


def test_what_says_the_same_of_all_has_no_rank_correlation() -> None:
    assert np.isnan(measures.rank_correlation(np.ones(4), np.arange(4)))
    assert np.isnan(measures.rank_correlation(np.array([1.0]), np.array([2.0])))
    assert np.isnan(measures.rank_correlation(np.array([]), np.array([])))


def test_values_that_do_not_pair_are_refused() -> None:
    with pytest.raises(InputError, match="3 and 4"):
        measures.rank_correlation(np.arange(3), np.arange(4))


def test_chance_alone_stays_below_its_bound_nineteen_times_in_twenty(rng: np.random.Generator) -> None:
    drawn = [abs(measures.rank_correlation(*rng.normal(size=(2, 20)))) for _ in range(2000)]
    assert np.mean(np.array(drawn) > measures.chance_bound(20)) == pytest.approx(0.05, abs=0.02)
    assert measures.chance_bound(2) == measures.chance_bound(1) == 1
