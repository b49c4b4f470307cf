from __future__ import annotations

import pytest
import torch
from torch import nn

from attention_viz.errors import InputError
from attention_viz.mechanism import BlockParameters, LinearMap, MultiHeadAttention, Norm
from mechanism.draws import assert_same, chance, normal, redrawn


@pytest.mark.parametrize("bias", [True, False])
def test_a_map_and_a_norm_are_torchs(bias: bool) -> None:
    linear, norm = redrawn(nn.Linear(5, 6, bias=bias), chance()), redrawn(nn.LayerNorm(5, eps=0.1, bias=bias), chance())
    x = normal(chance(1), 3, 5)
    assert_same(LinearMap.from_linear(linear).of(x), linear(x).detach())
    assert_same(Norm.from_torch(norm).of(x), norm(x).detach())


def test_the_heads_of_a_map_lie_side_by_side_in_its_output() -> None:
    whole = LinearMap(normal(chance(), 6, 5), normal(chance(1), 6))
    x = normal(chance(2), 3, 5)
    assert_same(torch.cat([whole.head(head, 3).of(x) for head in range(3)], -1), whole.of(x))
    assert whole.head(0, 3).d_out == 2


def test_parameters_share_memory_with_the_model_and_carry_no_gradient() -> None:
    attention = MultiHeadAttention(8, 2, generator=chance())
    parameters = BlockParameters.from_attention(attention)
    assert parameters.query.weight.data_ptr() == attention.query.weight.data_ptr()
    assert not parameters.query.weight.requires_grad
    assert parameters.n_heads == 2


@pytest.mark.parametrize(
    ("shapes", "n_heads"),
    [
        ([(8, 8), (8, 8), (8, 8), (8, 8)], 3),
        ([(8, 8), (6, 8), (8, 8), (8, 8)], 2),
        ([(8, 8), (8, 8), (8, 8), (8, 6)], 2),
        ([(8, 8), (8, 8), (8, 6), (8, 8)], 2),
        ([(8, 8), (8, 8), (8, 8), (8, 8)], 0),
    ],
)
def test_maps_that_do_not_make_heads_get_a_sentence(shapes: list[tuple[int, int]], n_heads: int) -> None:
    with pytest.raises(InputError, match=f"do not make {n_heads} heads"):
        BlockParameters(*(LinearMap(torch.ones(shape)) for shape in shapes), n_heads)
