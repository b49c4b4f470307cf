from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from torch.nn import functional as F  # noqa: N812 - its usual name

from attention_viz.errors import InputError
from attention_viz.mechanism import (
    additive_scores,
    concat_scores,
    cosine_scores,
    dot_scores,
    gaussian_scores,
    general_scores,
    scaled_dot_scores,
    split_concat,
    tempered,
)

from .draws import assert_same, both_types, chance, examples, normal, seeds

sizes = st.integers(1, 6)


@both_types
@examples
@given(seed=seeds, batch=st.lists(sizes, max_size=2), n=sizes, m=sizes, d=sizes)
def test_dot_scores_are_numpys_sums_of_products(dtype, seed, batch, n, m, d) -> None:
    generator = chance(seed)
    queries, keys = normal(generator, *batch, n, d, dtype=dtype), normal(generator, *batch, m, d, dtype=dtype)
    expected = torch.from_numpy(np.einsum("...qd,...kd->...qk", queries.numpy(), keys.numpy()))
    assert_same(dot_scores(queries, keys), expected)
    assert_same(scaled_dot_scores(queries, keys), expected / np.sqrt(d))


@both_types
def test_general_scores_are_torchs_bilinear_form(dtype: torch.dtype) -> None:
    generator = chance()
    queries, keys = normal(generator, 4, 3, dtype=dtype), normal(generator, 5, 2, dtype=dtype)
    matrix = normal(generator, 3, 2, dtype=dtype)
    rows, columns = queries.repeat_interleave(5, 0), keys.repeat(4, 1)
    assert_same(general_scores(queries, keys, matrix), F.bilinear(rows, columns, matrix[None]).reshape(4, 5))


@both_types
def test_concat_scores_are_a_network_over_each_pair(dtype: torch.dtype) -> None:
    generator = chance()
    queries, keys = normal(generator, 2, 4, 3, dtype=dtype), normal(generator, 2, 5, 2, dtype=dtype)
    matrix, vector = normal(generator, 7, 5, dtype=dtype) / 3, normal(generator, 7, dtype=dtype) / 3
    actual = concat_scores(queries, keys, matrix, vector)
    for batch, query, key in np.ndindex(2, 4, 5):
        pair = torch.cat([queries[batch, query], keys[batch, key]])
        assert_same(actual[batch, query, key], torch.dot(vector, torch.tanh(F.linear(pair, matrix))))


@both_types
@examples
@given(seed=seeds, n=sizes, m=sizes, d_query=sizes, d_key=sizes, hidden=sizes)
def test_additive_is_concat_with_the_matrix_split(dtype, seed, n, m, d_query, d_key, hidden) -> None:
    generator = chance(seed)
    queries, keys = normal(generator, 2, n, d_query, dtype=dtype), normal(generator, 2, m, d_key, dtype=dtype)
    matrix = normal(generator, hidden, d_query + d_key, dtype=dtype) / (d_query + d_key) ** 0.5
    vector = normal(generator, hidden, dtype=dtype) / hidden
    query_matrix, key_matrix = split_concat(matrix, d_query)
    assert_same(torch.cat([query_matrix, key_matrix], 1), matrix)
    assert_same(
        additive_scores(queries, keys, query_matrix, key_matrix, vector),
        concat_scores(queries, keys, matrix, vector),
    )


@both_types
def test_cosine_scores_are_torchs_and_a_zero_vector_scores_zero(dtype: torch.dtype) -> None:
    generator = chance()
    queries, keys = normal(generator, 4, 3, dtype=dtype), normal(generator, 5, 3, dtype=dtype)
    assert_same(cosine_scores(queries, keys), F.cosine_similarity(queries[:, None], keys[None], dim=-1))
    assert cosine_scores(torch.zeros_like(queries), keys).abs().max() == 0


@both_types
def test_gaussian_scores_are_scipys_squared_distances(dtype: torch.dtype) -> None:
    generator = chance()
    queries, keys = normal(generator, 4, 3, dtype=dtype), normal(generator, 5, 3, dtype=dtype)
    squared = torch.from_numpy(cdist(queries.numpy(), keys.numpy(), "sqeuclidean")).to(dtype)
    assert_same(gaussian_scores(queries, keys, bandwidth=2.0), -squared / 8)


def test_a_score_worked_by_hand() -> None:
    queries, keys = torch.tensor([[1.0, 2.0, 2.0, 0.0]]), torch.tensor([[3.0, 0.0, 4.0, 0.0], [0.0, 1.0, 0.0, 0.0]])
    assert dot_scores(queries, keys).tolist() == [[11.0, 2.0]]
    assert scaled_dot_scores(queries, keys).tolist() == [[5.5, 1.0]]
    assert torch.allclose(cosine_scores(queries, keys), torch.tensor([[11 / 15, 2 / 3]]))
    assert gaussian_scores(queries, keys).tolist() == [[-6.0, -3.0]]


def test_temperature_divides_the_scores() -> None:
    queries, keys = normal(chance(), 4, 3), normal(chance(1), 5, 3)
    assert_same(tempered(dot_scores, 4.0)(queries, keys), queries @ keys.T / 4)
    with pytest.raises(InputError, match="temperature is 0"):
        tempered(dot_scores, 0)


@pytest.mark.parametrize("score", [dot_scores, scaled_dot_scores, cosine_scores, gaussian_scores])
def test_scores_without_a_matrix_need_equal_widths(score) -> None:
    with pytest.raises(InputError, match="queries are 3 wide and the keys 2"):
        score(torch.ones(4, 3), torch.ones(5, 2))
    with pytest.raises(InputError, match="queries are empty"):
        score(torch.ones(0, 3), torch.ones(5, 3))


def test_a_learned_matrix_that_does_not_fit_is_named_with_the_shape_it_needs() -> None:
    queries, keys = torch.ones(4, 3), torch.ones(5, 2)
    with pytest.raises(InputError, match=r"matrix has the shape \(2, 3\).*need \(3, 2\)"):
        general_scores(queries, keys, torch.ones(2, 3))
    with pytest.raises(InputError, match=r"matrix .* need \(7, 5\)"):
        concat_scores(queries, keys, torch.ones(7, 4), torch.ones(7))
    with pytest.raises(InputError, match=r"key_matrix .* need \(7, 2\)"):
        additive_scores(queries, keys, torch.ones(7, 3), torch.ones(7, 3), torch.ones(7))
    with pytest.raises(InputError, match=r"vector has the shape \(1, 7\)"):
        additive_scores(queries, keys, torch.ones(7, 3), torch.ones(7, 2), torch.ones(1, 7))
    with pytest.raises(InputError, match=r"matrix .*float64.* need .*float32"):
        general_scores(queries, keys, torch.ones(3, 2, dtype=torch.float64))
    with pytest.raises(InputError, match="has no 5 columns for the query"):
        split_concat(torch.ones(7, 5), 5)
