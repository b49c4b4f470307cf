from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import entropy as scipy_entropy

from attention_viz import measures
from attention_viz.errors import InputError


def test_entropy_is_scipys(heads: np.ndarray) -> None:
    assert measures.entropy(heads) == pytest.approx(scipy_entropy(heads, axis=-1), abs=1e-9)
    single = heads.astype(np.float32)
    assert measures.entropy(single) == pytest.approx(scipy_entropy(heads, axis=-1), abs=1e-5)


def test_entropy_of_one_key_is_0_and_of_uniform_attention_ln_n() -> None:
    assert (measures.entropy(np.eye(5)) == 0).all()
    assert measures.entropy(np.full((2, 7, 7), 1 / 7)) == pytest.approx(np.full((2, 7), math.log(7)))
    assert measures.entropy(np.ones((1, 1))).tolist() == [0]


def test_smoothing_gives_clarks_entropy_by_a_plain_loop(heads: np.ndarray) -> None:
    row = heads[1, 2, 4]
    expected = -sum((p := 0.9999 * weight + 0.0001 / 12) * math.log(p) for weight in row)
    assert measures.entropy(heads, smoothing=1e-4)[1, 2, 4] == pytest.approx(expected, abs=1e-9)


def test_smoothing_beyond_1_is_refused(heads: np.ndarray) -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        measures.entropy(heads, smoothing=1.5)


def test_uniform_entropy_counts_the_keys_that_a_query_may_read() -> None:
    assert measures.uniform_entropy(np.ones((3, 5), dtype=bool)) == pytest.approx([math.log(5)] * 3)
    assert measures.uniform_entropy(np.tri(4, dtype=bool)) == pytest.approx([0, math.log(2), math.log(3), math.log(4)])
    window = np.tri(6, dtype=bool) & ~np.tri(6, k=-3, dtype=bool)  # the query itself and the two before it
    assert measures.uniform_entropy(window) == pytest.approx(np.log([1, 2, 3, 3, 3, 3]))
    assert measures.uniform_entropy(np.zeros((2, 5), dtype=bool)).tolist() == [0, 0]  # padding


def test_confidence_is_the_mean_of_the_highest_weights(heads: np.ndarray) -> None:
    by_hand = [[sum(max(row) for row in head) / 12 for head in layer] for layer in heads.tolist()]
    assert measures.confidence(heads) == pytest.approx(np.array(by_hand))


def test_confidence_can_leave_keys_out() -> None:
    weights = np.array([[0.1, 0.2, 0.7], [0.5, 0.4, 0.1]])
    assert measures.confidence(weights, keep=np.array([True, True, False])) == pytest.approx((0.2 + 0.5) / 2)
    assert measures.confidence(weights, keep=np.zeros(3, dtype=bool)) == 0


def test_a_row_of_padding_counts_in_no_mean() -> None:
    weights = np.array([[0.6, 0.4], [0.0, 0.0]])
    assert measures.queries_read(weights).tolist() == [True, False]
    assert measures.confidence(weights) == pytest.approx(0.6)
    assert np.isnan(measures.confidence(np.zeros((2, 2))))
