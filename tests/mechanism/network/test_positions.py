from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from attention_viz.errors import InputError
from attention_viz.mechanism import (
    EncoderLayer,
    MultiHeadAttention,
    Positions,
    frequencies,
    order_gap,
    rotation,
    similarity,
    sinusoids,
)
from mechanism.draws import assert_same, both_types, chance, examples, normal, redrawn


@both_types
@examples
@given(n=st.integers(1, 40), d=st.integers(1, 33))
def test_sinusoids_are_the_formula_cell_by_cell_for_even_and_odd_widths(dtype, n, d) -> None:
    actual = sinusoids(n, d, dtype=dtype)
    assert actual.shape == (n, d)
    for position, dimension in np.ndindex(n, d):
        angle = position / 10000 ** (2 * (dimension // 2) / d)
        expected = math.sin(angle) if dimension % 2 == 0 else math.cos(angle)
        assert float(actual[position, dimension]) == pytest.approx(
            expected, abs=1e-7 if dtype == torch.float32 else 1e-13
        )


@both_types
@examples
@given(k=st.integers(-20, 20), half=st.integers(1, 16))
def test_moving_on_by_k_positions_is_one_rotation_whatever_the_position(dtype, k, half) -> None:
    turn = rotation(k, 2 * half, dtype=dtype)
    table = sinusoids(60, 2 * half, dtype=dtype)
    assert_same(table[20:40] @ turn.T, table[20 + k : 40 + k])
    assert_same(turn @ turn.T, torch.eye(2 * half, dtype=dtype))
    assert float(torch.linalg.det(turn)) == pytest.approx(1, abs=1e-5)


def test_rotations_add_up() -> None:
    both = rotation(3, 10, dtype=torch.float64) @ rotation(4, 10, dtype=torch.float64)
    assert_same(both, rotation(7, 10, dtype=torch.float64))


@pytest.mark.parametrize("d", [0, 1, 7])
def test_an_odd_width_has_sinusoids_but_no_rotation(d: int) -> None:
    with pytest.raises(InputError, match=f"A width of {d} has no pairs"):
        rotation(1, d)


def test_how_alike_two_sinusoids_are_depends_on_their_distance_alone() -> None:
    alike = similarity(sinusoids(30, 16, dtype=torch.float64))
    distance = torch.arange(30)
    expected = (distance[:, None] * frequencies(16)).cos().mean(-1)  # mean of cos(k w_i)
    assert_same(alike, expected[(distance[:, None] - distance[None]).abs()])


def test_similarity_is_torchs_cosine_for_any_vectors() -> None:
    vectors = normal(chance(), 6, 4)
    assert_same(similarity(vectors), nn.functional.cosine_similarity(vectors[:, None], vectors[None], dim=-1))


@pytest.mark.parametrize("norm_first", [True, False])
def test_without_positions_attention_only_shuffles_along(norm_first: bool) -> None:
    order = torch.tensor([3, 0, 4, 1, 2])
    tokens = normal(chance(), 2, 5, 8, dtype=torch.float64)
    theirs = redrawn(
        nn.TransformerEncoderLayer(8, 2, 16, norm_first=norm_first, batch_first=True, dtype=torch.float64), chance(1)
    )
    ours = EncoderLayer.from_torch(theirs)
    assert order_gap(lambda x: ours(x)[0], tokens, order) < 1e-12
    assert order_gap(theirs, tokens, order) < 1e-12
    add = Positions(8, 5).double()
    assert order_gap(lambda x: ours(add(x))[0], tokens, order) > 0.1
    recurrent = nn.RNN(8, 8, batch_first=True, dtype=torch.float64)
    assert order_gap(lambda x: recurrent(x)[0], tokens, order) > 0.01


def test_the_weights_are_shuffled_along_both_axes() -> None:
    attention = redrawn(MultiHeadAttention(8, 2), chance())
    tokens, order = normal(chance(1), 2, 5, 8), torch.tensor([3, 0, 4, 1, 2])
    assert_same(attention(tokens[:, order])[1], attention(tokens)[1][:, :, order][:, :, :, order])


def test_an_order_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match=r"\[0, 0, 1\] is no order of 3 tokens"):
        order_gap(lambda x: x, torch.ones(1, 3, 2), torch.tensor([0, 0, 1]))


def test_both_layouts_add_the_same_vector_to_the_same_token() -> None:
    tokens = normal(chance(), 2, 5, 6)
    batch_first, token_first = Positions(6, 9), Positions(6, 9, layout="token_first")
    assert_same(batch_first(tokens), tokens + sinusoids(5, 6))
    assert_same(token_first(tokens.transpose(0, 1)).transpose(0, 1), batch_first(tokens))


def test_positions_can_be_learned_and_dropped() -> None:
    learned = Positions(6, 9, learned=True, generator=chance())
    assert [tuple(each.shape) for each in learned.parameters()] == [(9, 6)]
    assert list(Positions(6, 9).parameters()) == []
    dropping = Positions(50, 60, dropout=0.5, generator=chance())
    tokens = torch.ones(1, 60, 50)
    assert float((dropping(tokens) == 0).float().mean()) == pytest.approx(0.5, abs=0.05)
    assert_same(dropping.eval()(tokens), tokens + sinusoids(60, 50))


@pytest.mark.parametrize("shape", [(2, 10, 6), (2, 5, 7), (5, 6)])
def test_too_long_a_text_or_another_width_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="at most 9 tokens"):
        Positions(6, 9)(torch.ones(shape))
    with pytest.raises(InputError, match="d is 0"):
        sinusoids(4, 0)
