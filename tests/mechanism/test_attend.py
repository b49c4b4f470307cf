from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F  # noqa: N812 - its usual name

from attention_viz.errors import AttentionVizError, InputError
from attention_viz.mechanism import (
    SCORINGS,
    attend,
    causal_mask,
    dot_scores,
    gaussian_scores,
    look_up,
    masked_sparsemax,
    tempered,
    valid_mask,
)

from .draws import assert_same, both_types, chance, examples, normal, seeds

sizes = st.integers(1, 7)


def _three(seed, batch, n, m, d, d_value, dtype=torch.float32):
    generator = chance(seed)
    shapes = ((n, d), (m, d), (m, d_value))
    return tuple(normal(generator, *batch, *shape, dtype=dtype) for shape in shapes)


@both_types
@examples
@given(seed=seeds, batch=st.lists(sizes, max_size=2), n=sizes, m=sizes, d=sizes, d_value=sizes)
def test_attention_is_torchs_scaled_dot_product(dtype, seed, batch, n, m, d, d_value) -> None:
    queries, keys, values = _three(seed, batch, n, m, d, d_value, dtype)
    output, weights = attend(queries, keys, values)
    assert_same(output, F.scaled_dot_product_attention(queries, keys, values))
    assert weights.shape == (*batch, n, m)
    assert_same(weights.sum(-1), torch.ones(*batch, n, dtype=dtype))


@both_types
@examples
@given(seed=seeds, batch=sizes, n=sizes, m=sizes, d=sizes)
def test_masks_and_valid_lengths_are_torchs(dtype, seed, batch, n, m, d) -> None:
    queries, keys, values = _three(seed, [batch], n, m, d, 3, dtype)
    generator = chance(seed + 1)
    mask = torch.rand(batch, n, m, generator=generator) < 0.7
    mask[..., 0] = True
    valid = torch.randint(1, m + 1, (batch,), generator=generator)
    per_query = torch.randint(1, m + 1, (batch, n), generator=generator)
    for given_lengths, theirs in ((valid, valid[:, None, None]), (per_query, per_query[..., None])):
        real = torch.arange(m) < theirs
        output, weights = attend(queries, keys, values, mask=mask, valid=given_lengths)
        assert_same(output, F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask & real))
        assert torch.all(weights[~(mask & real)] == 0)
        assert_same(weights.sum(-1), torch.ones(batch, n, dtype=dtype))


@both_types
def test_the_causal_mask_is_torchs(dtype: torch.dtype) -> None:
    queries, keys, values = _three(3, [2, 3], 5, 5, 4, 6, dtype)
    output, _ = attend(queries, keys, values, mask=causal_mask(5))
    assert_same(output, F.scaled_dot_product_attention(queries, keys, values, is_causal=True))


@both_types
def test_unscaled_attention_is_torchs_with_a_scale_of_one(dtype: torch.dtype) -> None:
    queries, keys, values = _three(3, [2], 4, 5, 6, 3, dtype)
    output, _ = attend(queries, keys, values, scores=dot_scores)
    assert_same(output, F.scaled_dot_product_attention(queries, keys, values, scale=1.0))


def test_a_look_up_worked_by_hand() -> None:
    # one query, scores ln 3 and 0: weights 3/4 and 1/4
    queries, keys = torch.tensor([[1.0]]), torch.tensor([[np.log(3)], [0.0]], dtype=torch.float32)
    output, weights = attend(queries, keys, torch.tensor([[4.0, 0.0], [0.0, 8.0]]), scores=dot_scores)
    assert_same(weights, torch.tensor([[0.75, 0.25]]))
    assert_same(output, torch.tensor([[3.0, 2.0]]))


def test_gaussian_scores_make_kernel_regression() -> None:
    positions, places = normal(chance(), 9, 1, dtype=torch.float64), normal(chance(1), 4, 1, dtype=torch.float64)
    values = positions.sin()
    output, _ = attend(places, positions, values, scores=lambda q, k: gaussian_scores(q, k, 0.5))
    kernel = np.exp(-np.square(places.numpy() - positions.numpy().T) / (2 * 0.25))
    expected = (kernel @ values.numpy()) / kernel.sum(1, keepdims=True)
    assert_same(output, torch.from_numpy(expected))


def test_the_normaliser_can_be_another() -> None:
    queries, keys, values = _three(3, [], 4, 5, 6, 3)
    output, weights = attend(queries, keys, values, normalise=masked_sparsemax, mask=torch.ones(4, 5) > 0)
    assert_same(weights, masked_sparsemax(queries @ keys.T / 6**0.5))
    assert_same(output, weights @ values)


def test_a_sequence_of_no_valid_key_is_refused_or_reads_zeros_as_torch_does() -> None:
    queries, keys, values = _three(3, [2], 4, 5, 6, 3)
    with pytest.raises(AttentionVizError, match="4 of 8 queries may not read any key"):
        attend(queries, keys, values, valid=[5, 0])
    output, weights = attend(queries, keys, values, valid=[5, 0], empty="zeros")
    theirs = F.scaled_dot_product_attention(queries, keys, values, attn_mask=valid_mask([5, 0], (2, 4, 5)))
    assert_same(output, theirs)
    assert weights[1].abs().max() == 0


def test_dropout_falls_on_the_weights_and_keeps_their_mean() -> None:
    queries, keys = torch.zeros(400, 2), torch.zeros(10, 2)
    output, weights = attend(queries, keys, torch.eye(10), dropout=0.3, generator=chance())
    assert_same(weights, torch.full((400, 10), 0.1))  # before dropout
    assert torch.allclose(output.unique(), torch.tensor([0.0, 0.1 / 0.7]))
    assert float((output == 0).float().mean()) == pytest.approx(0.3, abs=0.03)
    assert float(output.sum(-1).mean()) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("name", [name for name, scoring in SCORINGS.items() if scoring.equal_widths])
def test_near_temperature_zero_attention_is_a_look_up_in_a_dictionary(name: str) -> None:
    queries, keys, values = _three(3, [2], 4, 5, 6, 3, torch.float64)
    score = SCORINGS[name].function
    found, positions = look_up(queries, keys, values, score)
    output, weights = attend(queries, keys, values, tempered(score, 1e-4))
    assert torch.equal(weights.argmax(-1), positions)
    assert torch.allclose(output, found, atol=1e-9)
    for batch, query in np.ndindex(2, 4):
        assert torch.equal(found[batch, query], values[batch, positions[batch, query]])


def test_a_key_can_be_its_own_value() -> None:
    queries, keys, _ = _three(3, [2], 4, 5, 6, 3)
    assert_same(attend(queries, keys, keys)[0], F.scaled_dot_product_attention(queries, keys, keys))


@pytest.mark.parametrize(
    ("shapes", "sentence"),
    [
        (((3, 2), (4, 2), (5, 2)), r"keys have the shape \(4, 2\).*values \(5, 2\).*one value per key"),
        (((3, 2), (0, 2), (0, 2)), r"values are empty"),
        (((0, 2), (4, 2), (4, 2)), r"queries are empty"),
        (((3, 3), (4, 2), (4, 2)), r"queries are 3 wide and the keys 2"),
        (((2, 3, 2), (4, 2), (4, 2)), r"All axes but the last two must be equal"),
        (((3,), (4, 2), (4, 2)), r"queries have the shape \(3,\)"),
    ],
)
def test_shapes_that_do_not_fit_get_a_sentence(shapes, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        attend(*(torch.ones(shape) for shape in shapes))


@pytest.mark.parametrize("name", ["queries", "keys", "values"])
@pytest.mark.parametrize("wrong", [torch.nan, torch.inf, -torch.inf])
def test_numbers_that_are_none_get_a_sentence(name: str, wrong: float) -> None:
    three = dict(zip(("queries", "keys", "values"), _three(3, [], 4, 5, 6, 3), strict=True))
    three[name][0, 0] = wrong
    with pytest.raises(InputError, match=f"Among the {name}, 1 of"):
        attend(**three)


def test_scores_or_outputs_too_large_for_the_type_get_a_sentence() -> None:
    huge = torch.full((2, 2), 1e30)
    with pytest.raises(InputError, match="scores are NaN or infinite"):
        attend(huge, huge, huge)
