"""The mean of heads is an attention of its own."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention, DenseSource, Tokens, mean_heads
from attention_viz.errors import SelectionError
from attention_viz.means import mean_of, members


@pytest.mark.parametrize(
    ("layer", "head", "axis"),
    [(1, None, (1, slice(None))), (None, 2, (slice(None), 2)), (None, None, ...), (0, 1, (0, 1))],
)
def test_every_weight_is_the_mean_of_the_heads_that_are_meant(
    attention: Attention, layer: int | None, head: int | None, axis: object
) -> None:
    whole = np.stack([attention.weights(each) for each in range(attention.n_layers)])
    wanted = whole[axis].reshape(-1, *attention.shape).mean(axis=0)  # type: ignore[index]
    found = mean_heads(attention, layer, head)
    assert (found.n_layers, found.n_heads, found.tokens) == (1, 1, attention.tokens)
    np.testing.assert_allclose(found.weights(0, 0), wanted, atol=1e-7)
    np.testing.assert_allclose(found.weights(0)[0].sum(axis=-1), 1, atol=1e-6)
    np.testing.assert_allclose(found.tile(0, 0, slice(1, 3), slice(2, 4)), wanted[1:3, 2:4], atol=1e-7)


def test_layers_may_have_different_numbers_of_heads(rng: np.random.Generator) -> None:
    layers = tuple(rng.dirichlet(np.ones(3), size=(heads, 3)).astype(np.float32) for heads in (1, 4))
    tokens = Tokens.plain(["a", "b", "c"])
    attention = Attention(DenseSource(layers), tokens, tokens)
    assert members(attention, head=3) == ((1, 3),)
    np.testing.assert_allclose(mean_heads(attention).weights(0, 0), np.concatenate(layers).mean(axis=0), atol=1e-7)


def test_a_key_counts_as_readable_where_any_of_the_heads_may_read_it(attention: Attention) -> None:
    before, itself = np.tri(4, k=-1, dtype=bool), np.eye(4, dtype=bool)

    class Masked:
        """The first layer reads what stands before, the second itself."""

        name, heads, nbytes = "masked", attention.source.heads, 0
        tile = staticmethod(attention.tile)

        @staticmethod
        def readable(layer: int, queries: slice, keys: slice) -> np.ndarray:
            return (before, itself)[layer][queries, keys]

    masked = attention.with_source(lambda _: Masked(), attention.query_tokens, attention.key_tokens)
    np.testing.assert_array_equal(mean_heads(masked).readable(0), before | itself)
    np.testing.assert_array_equal(mean_of(masked, [(0, 1)]).readable(0, slice(1, 3)), before[1:3])
    np.testing.assert_array_equal(mean_of(masked, [(1, 1), (1, 2)]).readable(0), itself)


@pytest.mark.parametrize(("layer", "head"), [(2, None), (None, 3), (-1, None), (0, 7)])
def test_heads_that_are_not_there_are_refused(attention: Attention, layer: int | None, head: int | None) -> None:
    with pytest.raises(SelectionError, match="2 layers with up to 3 heads"):
        mean_heads(attention, layer, head)


def test_layers_without_heads_are_no_members(hybrid: Attention) -> None:
    assert members(hybrid, head=0) == ((1, 0), (4, 0))
    wanted = (hybrid.weights(1, 0) + hybrid.weights(4, 0)) / 2
    np.testing.assert_allclose(mean_heads(hybrid, head=0).weights(0, 0), wanted, atol=1e-7)
    with pytest.raises(SelectionError, match="no layer 2"):
        mean_heads(hybrid, layer=2)
