"""Weights become whole numbers and come back within the error that the encoding states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from attention_viz import Attention
from attention_viz.view.block import part, pooled, quantise, restore, seen_whole, whole

ERRORS = {"root8": 3.93e-3, "root16": 3.06e-5}
HEADS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2))

weights = arrays.arrays(np.float32, (3, 4), elements=st.floats(0, 1, width=32))


@pytest.mark.parametrize("encoding", ERRORS)
@given(weights)
def test_a_weight_comes_back_within_the_error_of_its_encoding(encoding: str, values: np.ndarray) -> None:
    assert np.abs(restore(quantise(values, encoding), encoding) - values).max() <= ERRORS[encoding]


@given(arrays.arrays(np.float32, (50,), elements=st.floats(0, 1, width=32)))
def test_four_digits_read_from_two_bytes_are_never_further_off_than_rounding(values: np.ndarray) -> None:
    read = (quantise(values, "root16") / 65535) ** 2
    shown = [float(f"{each:.4f}") for each in read]
    assert np.abs(np.array(shown) - values).max() <= 5e-5 + 1e-9


@pytest.mark.parametrize("encoding", ERRORS)
def test_none_and_all_of_the_attention_are_exact(encoding: str) -> None:
    assert restore(quantise(np.array([0.0, 1.0]), encoding), encoding).tolist() == [0, 1]


def test_a_weight_a_hair_above_1_does_not_wrap_round() -> None:
    assert quantise(np.array([1.00005]), "root16") == 65535


def test_a_pooled_block_says_how_and_an_unpooled_one_that_it_is_exact(softmax_attention: Callable) -> None:
    attention = softmax_attention(tokens=10)
    assert pooled(attention, HEADS, 4, "root8").pool == "max"
    assert pooled(attention, HEADS, 10, "root8").pool == "exact"


def test_max_pooling_keeps_a_needle() -> None:
    haystack = np.full((1, 1, 100, 100), 0.001)
    haystack[0, 0, 57, 91] = 0.9
    attention = Attention.from_weights(haystack, [f"t{i}" for i in range(100)])
    small = pooled(attention, ((0, 0),), 10, "root8").values[0]
    assert np.unravel_index(small.argmax(), small.shape) == (5, 9)
    assert restore(small, "root8").max() == pytest.approx(0.9, abs=4e-3)


@pytest.mark.parametrize("heads", [HEADS, HEADS[1:3], ((1, 2), (0, 0)), ((1, 1),)], ids=len)
def test_a_block_holds_the_heads_it_names_in_their_order(softmax_attention: Callable, heads: tuple) -> None:
    attention = softmax_attention()
    block = whole(attention, heads, "root16")
    assert block.heads == heads
    for values, (layer, head) in zip(block.values, heads, strict=True):
        np.testing.assert_allclose(restore(values, "root16"), attention.weights(layer, head), atol=ERRORS["root16"])


def test_a_small_part_is_exact(softmax_attention: Callable) -> None:
    attention = softmax_attention(tokens=20)
    block = part(attention, ((1, 2),), (1, 2), (3, 9), (10, 20), size=10)
    assert (block.heads, block.rows, block.columns, block.pool) == (((1, 2),), (3, 9), (10, 20), "exact")
    expected = attention.weights(1, 2)[3:9, 10:20]
    np.testing.assert_allclose(restore(block.values[0], "root16"), expected, atol=ERRORS["root16"])


def test_a_large_part_is_pooled_as_the_whole_would_be(softmax_attention: Callable) -> None:
    attention = softmax_attention(tokens=40)
    block = part(attention, ((0, 1),), (0, 1), (0, 40), (0, 40), size=7)
    assert block.pool == "max"
    np.testing.assert_array_equal(block.values, pooled(attention, ((0, 1),), 7, "root16").values)
    corner = part(attention, ((0, 1),), (0, 1), (20, 40), (0, 10), size=10)
    assert corner.values.shape == (1, 10, 10)
    halves = attention.weights(0, 1)[20:40, 0:10].reshape(10, 2, 10).max(axis=1)
    np.testing.assert_allclose(restore(corner.values[0], "root16"), halves, atol=ERRORS["root16"])


def test_the_mean_of_heads_is_the_mean_of_their_weights(softmax_attention: Callable) -> None:
    attention = softmax_attention()
    (block,) = seen_whole(attention, ((0, 1), (1, 1)), (-1, 1), 64)
    assert block.heads == ((-1, 1),)
    assert block.pool == "exact"
    expected = (attention.weights(0, 1) + attention.weights(1, 1)) / 2
    np.testing.assert_allclose(restore(block.values[0], "root16"), expected, atol=ERRORS["root16"])
    small = part(attention, ((0, 1), (1, 1)), (-1, 1), (1, 3), (0, 2), size=64)
    np.testing.assert_allclose(restore(small.values[0], "root16"), expected[1:3, :2], atol=ERRORS["root16"])


def test_what_keys_receive_is_the_mean_over_all_queries_however_long_the_text(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(1100), size=(1, 2, 1100)).astype(np.float32)
    attention, steps = Attention.from_weights(weights, [f"t{i}" for i in range(1100)]), []
    picture, row = seen_whole(attention, ((0, 1),), (0, 1), 512, progress=lambda *step: steps.append(step))
    assert (row.rows, row.columns, row.values.shape, row.pool) == ((0, 1100), (0, 1100), (1, 1, 1100), "mean")
    np.testing.assert_allclose(restore(row.values[0, 0], "root16"), weights[0, 1].mean(axis=0), atol=3.06e-5)
    np.testing.assert_array_equal(picture.values, pooled(attention, ((0, 1),), 512, "root16").values)
    assert steps == [(512, 1100), (1024, 1100), (1100, 1100)]


def test_the_progress_of_small_pictures_is_told_and_what_it_raises_stops_them(softmax_attention: Callable) -> None:
    steps: list[tuple[int, int]] = []
    pooled(softmax_attention(), HEADS, 4, "root8", progress=lambda *step: steps.append(step))
    assert steps == [(done, 6) for done in range(1, 7)]
    with pytest.raises(ZeroDivisionError):
        pooled(softmax_attention(), HEADS, 4, "root8", progress=lambda done, total: 1 // (done - 1))
