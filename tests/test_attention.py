"""Attention gives back the numbers it was given, whole, in part or pooled, and never lets them be changed."""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attention_viz import Attention, DenseSource, Tokens
from attention_viz.errors import InputError, SelectionError
from attention_viz.pooling import ROWS_AT_ONCE, block_edges


def rows(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Random weights whose rows sum to 1."""
    return rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]).astype(np.float32)


def one_head(weights: np.ndarray) -> Attention:
    """One layer, one head, tokens named by their position."""
    queries, keys = (
        [f"{side}{position}" for position in range(n)] for side, n in zip("qk", weights.shape, strict=True)
    )
    return Attention.from_weights(weights, queries, keys)


@dataclass(frozen=True)
class WatchedSource:
    """One head that notes how many rows it is asked for at once."""

    matrix: np.ndarray
    asked: list[int] = field(default_factory=list)
    name: str = "watched"
    heads: tuple[int, ...] = (1,)
    nbytes: int = 0

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        self.asked.append(queries.stop - queries.start)
        return self.matrix[queries, keys]


def test_counts_and_tokens_are_those_of_the_arrays(attention: Attention) -> None:
    assert (attention.n_layers, attention.n_heads, attention.n_tokens) == (2, 3, 4)
    assert attention.tokens == ("[CLS]", "sun", "##rise", "[SEP]")
    assert attention.nbytes == 2 * 3 * 4 * 4 * 4
    assert attention.source.name == "dense"


@pytest.mark.parametrize("axes", [2, 3, 4])
def test_matrices_may_come_without_head_and_layer_axes(rng: np.random.Generator, axes: int) -> None:
    weights = rows(rng, *(2, 3, 4, 4)[4 - axes :])
    attention = Attention.from_weights(weights, list("abcd"))
    np.testing.assert_array_equal(attention.weights(0), weights.reshape(-1, 3 if axes > 2 else 1, 4, 4)[0])
    assert attention.n_layers == (2 if axes == 4 else 1)


def test_weights_are_the_given_numbers_in_the_order_layer_head_query_key(rng: np.random.Generator) -> None:
    weights = rows(rng, 2, 3, 4, 5)
    attention = Attention.from_weights(weights, list("abcd"), list("vwxyz"))
    assert attention.shape == (4, 5)
    for layer, head in np.ndindex(2, 3):
        np.testing.assert_array_equal(attention.weights(layer, head), weights[layer, head])
        np.testing.assert_array_equal(attention.weights(layer)[head], weights[layer, head])


def test_a_tile_follows_the_rules_of_python_slices(attention: Attention) -> None:
    whole = attention.weights(1, 2)
    for part in (slice(None), slice(1, 3), slice(-2, None), slice(3, 1), slice(2, 99)):
        np.testing.assert_array_equal(attention.tile(1, 2, part, slice(1, None)), whole[part, 1:])


def test_a_tile_that_skips_tokens_is_refused(attention: Attention) -> None:
    with pytest.raises(SelectionError, match=r"cannot skip tokens \(step 2\)"):
        attention.tile(0, 0, slice(None, None, 2))


def test_what_is_given_back_cannot_be_written_to(attention: Attention) -> None:
    for array in (attention.weights(0, 0), attention.weights(0), attention.tile(0, 0), attention.overview(0, 0, 2)):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_changing_the_given_array_afterwards_changes_nothing(rng: np.random.Generator) -> None:
    weights = rows(rng, 2, 2)
    attention = one_head(weights)
    before = attention.weights(0, 0).copy()
    weights[...] = 0
    np.testing.assert_array_equal(attention.weights(0, 0), before)


@pytest.mark.parametrize(("layer", "head"), [(2, 0), (-1, 0), (0, 3), (0, -1)])
def test_a_layer_or_head_that_does_not_exist_is_refused_with_the_range(
    attention: Attention, layer: int, head: int
) -> None:
    with pytest.raises(SelectionError, match=r"Choose 0 to [12]\."):
        attention.weights(layer, head)


def test_layers_may_differ_in_their_number_of_heads(rng: np.random.Generator) -> None:
    tokens = Tokens.plain(list("abc"))
    attention = Attention(DenseSource((rows(rng, 2, 3, 3), rows(rng, 5, 3, 3))), tokens, tokens)
    assert (attention.heads_of(0), attention.heads_of(1), attention.n_heads) == (2, 5, 5)
    assert [(layer, head) for layer, head, _ in attention.thumbnails()] == [(0, 0), (0, 1)] + [(1, h) for h in range(5)]
    with pytest.raises(SelectionError, match="There is no head index 2 in layer index 0"):
        attention.weights(0, 2)


@pytest.mark.parametrize(
    ("weights", "tokens", "said"),
    [
        (np.ones(3), "abc", "1 axes"),
        (np.ones((1, 1, 1, 1, 1)), "a", "5 axes"),
        (np.full((2, 3), 0.5), "ab", "2 x 3, but there are 2 query tokens and 2 key tokens"),
        (np.empty((0, 0)), "", "0 x 0"),
        (np.full((2, 2), np.nan), "ab", "finite"),
        (np.full((2, 2), np.inf), "ab", "finite"),
        (np.full((2, 2), 1e300), "ab", "finite"),
        (np.full((2, 2), -0.1), "ab", "between 0 and 1"),
        (np.full((2, 2), 7.0), "ab", "after the softmax"),
        ([["a", "b"], ["c", "d"]], "ab", "numbers"),
        ([[0.5], [0.5, 0.5]], "ab", "numbers"),
        (np.full((2, 2), 0.5j), "ab", "numbers"),
    ],
)
def test_arrays_that_are_no_weights_are_refused_with_the_reason(weights: object, tokens: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Attention.from_weights(weights, list(tokens))  # type: ignore[arg-type]


@given(n=st.integers(1, 300), size=st.integers(1, 80))
def test_blocks_cover_every_token_once_and_differ_by_at_most_one(n: int, size: int) -> None:
    edges = block_edges(n, size)
    lengths = np.diff(edges)
    assert (edges[0], edges[-1]) == (0, n)
    assert len(lengths) == min(n, size)
    assert lengths.min() >= 1
    assert lengths.max() - lengths.min() <= 1


@pytest.mark.parametrize("pool", ["max", "mean"])
@given(
    weights=arrays.arrays(
        np.float32, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.floats(0, 1, width=32)
    ),
    size=st.integers(1, 45),
)
def test_an_overview_is_the_pooling_of_each_block_on_its_own(weights: np.ndarray, size: int, pool: str) -> None:
    pooled = one_head(weights).overview(0, 0, size, pool)  # type: ignore[arg-type]
    blocks = [
        [getattr(part, pool)() for part in np.split(strip, block_edges(weights.shape[1], size)[1:-1], axis=1)]
        for strip in np.split(weights.astype(np.float64), block_edges(weights.shape[0], size)[1:-1], axis=0)
    ]
    np.testing.assert_allclose(pooled, blocks, atol=1e-6)


@pytest.mark.parametrize(("pool", "reference"), [("max", torch.nn.MaxPool2d), ("mean", torch.nn.AvgPool2d)])
def test_an_overview_of_a_long_text_is_the_pooling_of_torch(
    rng: np.random.Generator, pool: str, reference: type[torch.nn.Module]
) -> None:
    weights = rows(rng, 1280, 640)  # more rows than are read at once
    pooled = one_head(weights).overview(0, 0, 64, pool)  # type: ignore[arg-type]
    expected = reference((20, 10))(torch.from_numpy(weights)[None])[0].numpy()
    np.testing.assert_allclose(pooled, expected, rtol=1e-5)


@given(n=st.integers(2, 1500), place=st.tuples(st.floats(0, 1), st.floats(0, 1)), size=st.integers(1, 64))
def test_max_pooling_keeps_a_single_strong_weight_where_it_is(n: int, place: tuple[float, float], size: int) -> None:
    query, key = (min(n - 1, int(share * n)) for share in place)
    weights = np.zeros((n, n), dtype=np.float32)
    weights[query, key] = 0.9
    pooled = one_head(weights).overview(0, 0, size)
    found = np.argwhere(pooled == np.float32(0.9))
    assert len(found) == 1
    for block, position in zip(found[0], (query, key), strict=True):
        edges = block_edges(n, size)
        assert edges[block] <= position < edges[block + 1]


@given(n=st.integers(1, 900), size=st.integers(1, 64))
def test_mean_pooling_keeps_the_mass(n: int, size: int) -> None:
    weights = np.full((n, n), 1 / n, dtype=np.float32)
    pooled = one_head(weights).overview(0, 0, size, "mean")
    lengths = np.diff(block_edges(n, size))
    assert (pooled * np.outer(lengths, lengths)).sum() == pytest.approx(n, rel=1e-4)


@pytest.mark.parametrize("size", [1, 3, 64])
@pytest.mark.parametrize("pool", ["max", "mean"])
def test_pooling_never_reads_more_rows_at_once_than_promised(rng: np.random.Generator, size: int, pool: str) -> None:
    source = WatchedSource(rows(rng, 3 * ROWS_AT_ONCE + 7, 5))
    attention = Attention(source, Tokens.plain(["q"] * len(source.matrix)), Tokens.plain(list("abcde")))
    attention.overview(0, 0, size, pool)  # type: ignore[arg-type]
    assert max(source.asked) <= ROWS_AT_ONCE
    assert sum(source.asked) == len(source.matrix)


def test_an_overview_of_what_fits_is_exact(attention: Attention) -> None:
    np.testing.assert_array_equal(attention.overview(1, 1), attention.weights(1, 1))


def test_pooling_by_something_else_is_refused(attention: Attention) -> None:
    with pytest.raises(SelectionError, match="not by median"):
        attention.overview(0, 0, pool="median")  # type: ignore[arg-type]


def test_plain_tokens_know_pieces_specials_and_unknowns() -> None:
    tokens = Tokens.plain(["[CLS]", "sun", "##rise", "[UNK]", "[SEP]", "[PAD]"])
    assert tokens.surfaces == ("[CLS]", "sun", "rise", "[UNK]", "[SEP]", "[PAD]")
    assert tokens.special == (True, False, False, False, True, True)
    assert tokens.unknown == (False, False, False, True, False, False)
    assert tokens.words == (0, 1, 1, 2, 3, 4)
    assert list(tokens) == list(tokens.texts)
    assert (len(tokens), tokens[2]) == (6, "##rise")


@pytest.mark.parametrize(
    ("texts", "words"), [(["##rise", "sun"], (0, 1)), (["[CLS]", "##rise", "##s"], (0, 1, 1)), ([], ())]
)
def test_a_piece_with_no_word_before_it_begins_one(texts: list[str], words: tuple[int, ...]) -> None:
    assert Tokens.plain(texts).words == words


def test_punctuation_is_what_consists_of_marks_and_symbols_alone() -> None:
    tokens = Tokens.plain(["[SEP]", ",", "。", "##!", "don't", "…?", "€", "7", "的", " "])
    assert tokens.punctuation == (False, True, True, True, False, True, True, False, False, False)


def test_fields_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="differ in length"):
        Tokens(("a", "b"), ("a",), (False,), (False,), (0,), (0,), ((0, 1),))
