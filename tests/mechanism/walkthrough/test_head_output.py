from __future__ import annotations

import math

import pytest
import torch

from attention_viz.errors import InputError
from attention_viz.mechanism import SoftmaxSettings, walk_head
from mechanism.draws import assert_same, both_types, chance, normal

N, D = 5, 6


def vectors(dtype: torch.dtype = torch.float32) -> tuple[torch.Tensor, ...]:
    return normal(chance(1), D, dtype=dtype), normal(chance(2), N, D, dtype=dtype), normal(chance(3), N, D, dtype=dtype)


@both_types
@pytest.mark.parametrize("masked", [False, True])
def test_the_context_is_torchs_own_attention(dtype: torch.dtype, masked: bool) -> None:
    query, keys, values = vectors(dtype)
    mask = torch.tensor([True, False, True, True, False]) if masked else None
    attention = torch.nn.functional.scaled_dot_product_attention
    expected = attention(query[None], keys, values, attn_mask=None if mask is None else mask[None])[0]
    steps = walk_head(query, keys, values, SoftmaxSettings(mask))
    assert_same(steps["context"].numbers, expected)
    assert sum(each.product for each in steps.contributions(1)) == pytest.approx(float(query @ keys[1]), abs=1e-5)


@both_types
def test_a_bias_and_another_scale_are_torchs_own_too(dtype: torch.dtype) -> None:
    query, keys, values = vectors(dtype)
    bias = normal(chance(4), N, dtype=dtype)
    expected = torch.nn.functional.scaled_dot_product_attention(
        query[None], keys, values, attn_mask=bias[None], scale=0.5
    )
    steps = walk_head(query, keys, values, SoftmaxSettings(divisor=2.0, added=bias))
    assert_same(steps["context"].numbers, expected[0])
    assert steps["scaled"].formula == r"z_j = \frac{s_j}{2}"


@both_types
def test_a_sink_is_one_more_score_whose_share_nobody_gets(dtype: torch.dtype) -> None:
    query, keys, values = vectors(dtype)
    scores = torch.cat([keys @ query / math.sqrt(D), torch.tensor([0.7], dtype=dtype)])
    steps = walk_head(query, keys, values, SoftmaxSettings(sink=0.7))
    assert_same(steps["weights"].numbers, torch.softmax(scores, -1)[:N])
    assert "sink" in steps["sum"].formula


@pytest.mark.parametrize(
    ("how", "formula"),
    [
        ({}, r"z_j = \frac{s_j}{\sqrt{d}}"),
        ({"divisor": 1.0}, "z_j = s_j"),
        ({"divisor": 1.0, "temperature": 2.0}, r"z_j = \frac{s_j}{T}"),
        ({"temperature": 0.5}, r"z_j = \frac{s_j}{\sqrt{d} \, T}"),
    ],
)
def test_the_formula_says_what_is_divided_by(how: dict[str, float], formula: str) -> None:
    assert walk_head(*vectors(), SoftmaxSettings(**how))["scaled"].formula == formula


@pytest.mark.parametrize("how", [{"divisor": 0.0}, {"temperature": -1.0}])
def test_nothing_can_be_divided_by_nothing(how: dict[str, float]) -> None:
    with pytest.raises(InputError):
        SoftmaxSettings(**how)
