from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from attention_viz.errors import InputError
from attention_viz.mechanism import masked_sigmoid, masked_softmax, masked_sparsemax

from .draws import assert_same, both_types, chance, examples, normal, seeds

every = pytest.mark.parametrize("normalise", [masked_softmax, masked_sparsemax, masked_sigmoid])


@both_types
@examples
@given(seed=seeds, n=st.integers(1, 6), m=st.integers(1, 6), size=st.floats(0.1, 100))
def test_softmax_is_torchs_over_the_keys_that_may_be_read(dtype, seed, n, m, size) -> None:
    scores = normal(chance(seed), 2, n, m, dtype=dtype) * size
    allowed = torch.rand(2, n, m, generator=chance(seed + 1)) < 0.6
    allowed[..., seed % m] = True
    weights = masked_softmax(scores, allowed)
    assert_same(weights, torch.softmax(scores.masked_fill(~allowed, -torch.inf), -1))
    assert_same(masked_softmax(scores), torch.softmax(scores, -1))
    assert torch.all(weights[~allowed] == 0)


@pytest.mark.parametrize("shift", [1e4, -1e4])
def test_softmax_does_not_overflow(shift: float) -> None:
    scores = torch.tensor([[0.0, 1.0, 2.0]])
    assert_same(masked_softmax(scores + shift), torch.softmax(scores, -1))


def test_softmax_has_the_gradient_of_torchs_softmax_and_none_through_hidden_keys() -> None:
    scores = normal(chance(), 3, 4, dtype=torch.float64).requires_grad_()
    allowed = torch.tensor([True, True, False, True]).expand(3, 4)
    assert torch.autograd.gradcheck(lambda s: masked_softmax(s, allowed), scores)
    empty = torch.zeros(3, 4, dtype=torch.bool)
    (gradient,) = torch.autograd.grad(masked_softmax(scores, empty, "zeros").sum(), scores)
    assert torch.all(gradient == 0)


@pytest.mark.parametrize("seed", range(5))
def test_sparsemax_is_the_nearest_point_of_the_simplex(seed: int) -> None:
    scores = normal(chance(seed), 1, 5, dtype=torch.float64)
    target = scores[0].numpy()
    found = minimize(
        lambda p: np.square(p - target).sum(),
        np.full(5, 0.2),
        jac=lambda p: 2 * (p - target),
        bounds=[(0, 1)] * 5,
        constraints={"type": "eq", "fun": lambda p: p.sum() - 1, "jac": np.ones_like},
        options={"ftol": 1e-14},
    )
    assert np.allclose(masked_sparsemax(scores)[0].numpy(), found.x, atol=1e-6)


def test_sparsemax_gives_low_scores_exactly_nothing() -> None:
    assert masked_sparsemax(torch.tensor([[3.0, 2.5, 0.0]])).tolist() == [[0.75, 0.25, 0.0]]
    allowed = torch.tensor([[False, True, True]])
    assert masked_sparsemax(torch.tensor([[3.0, 2.5, 2.5]]), allowed).tolist() == [[0.0, 0.5, 0.5]]


def test_sigmoid_is_torchs_and_hides_keys() -> None:
    scores, allowed = torch.tensor([[0.0, 2.0, -1.0]]), torch.tensor([[True, False, True]])
    assert_same(masked_sigmoid(scores, allowed), torch.tensor([[0.5, 0.0, float(torch.sigmoid(torch.tensor(-1.0)))]]))


@every
def test_a_row_with_every_key_hidden_is_refused_or_becomes_zeros(normalise) -> None:
    scores, allowed = torch.ones(2, 3), torch.tensor([[True, True, False], [False, False, False]])
    with pytest.raises(InputError, match=r"1 of 2 queries may not read any key\. Leave each query at least one key"):
        normalise(scores, allowed)
    weights = normalise(scores, allowed, "zeros")
    assert weights[1].tolist() == [0, 0, 0]
    assert torch.equal(weights[0], normalise(scores[:1], allowed[:1])[0])


@every
@pytest.mark.parametrize("wrong", [torch.nan, torch.inf])
def test_scores_that_make_no_weights_are_refused(normalise, wrong: float) -> None:
    with pytest.raises(InputError, match="scores are NaN or infinite"):
        normalise(torch.tensor([[0.0, wrong]]))


@pytest.mark.parametrize("normalise", [masked_softmax, masked_sparsemax])
def test_rows_sum_to_one(normalise) -> None:
    assert_same(normalise(normal(chance(), 2, 3, 7)).sum(-1), torch.ones(2, 3))
