"""Attention gives back the numbers it was given, whole, in part or pooled, and never lets them be changed."""

from __future__ import annotations

import base64
import copy
import dataclasses
import io
import pickle
import re

import numpy as np
import pytest
from PIL import Image

from attention_viz import Attention, DenseSource, Tokens
from attention_viz.errors import InputError, SelectionError
from attention_viz.palettes import LIGHT


def rows(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Random weights whose rows sum to 1."""
    return rng.dirichlet(np.ones(shape[-1]), size=shape[:-1]).astype(np.float32)


def test_counts_and_tokens_are_those_of_the_arrays(attention: Attention) -> None:
    assert (attention.n_layers, attention.n_heads, attention.n_tokens) == (2, 3, 4)
    assert attention.tokens == ("[CLS]", "sun", "##rise", "[SEP]")
    assert attention.nbytes == 2 * 3 * 4 * 4 * 4
    assert attention.source.name == "dense"


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


def test_an_overview_of_what_fits_is_exact(attention: Attention) -> None:
    np.testing.assert_array_equal(attention.overview(1, 1), attention.weights(1, 1))


@pytest.mark.parametrize(
    ("weights", "tokens", "said"),
    [
        (np.full((2, 3), 0.3), "ab", "2 x 3, but there are 2 query tokens and 2 key tokens"),
        (np.empty((0, 0)), "", "0 x 0"),
        (np.empty((0, 3, 2, 2)), "ab", "0 x 0"),
    ],
)
def test_matrices_that_do_not_fit_the_tokens_are_refused(weights: np.ndarray, tokens: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Attention.from_weights(weights, list(tokens))


def test_the_overviews_of_all_heads_come_layer_by_layer(attention: Attention) -> None:
    found = list(attention.thumbnails(2))
    assert [(layer, head) for layer, head, _ in found] == list(np.ndindex(2, 3))
    for layer, head, small in found:
        expected = attention.weights(layer, head).reshape(2, 2, 2, 2).max(axis=(1, 3))
        np.testing.assert_array_equal(small, expected)


def test_a_causal_query_reads_itself_and_what_comes_before(attention: Attention) -> None:
    causal = dataclasses.replace(attention, causal=True)
    np.testing.assert_array_equal(causal.readable(0), np.tril(np.ones((4, 4), dtype=bool)))
    np.testing.assert_array_equal(causal.readable(1, slice(2, 4), slice(1, 4)), [[True, True, False], [True] * 3])
    assert attention.readable(0).all()


@pytest.mark.parametrize("asked", ["scores", "queries", "keys", "values", "output"])
def test_what_weights_were_computed_from_is_not_made_up_where_only_weights_are_known(
    attention: Attention, asked: str
) -> None:
    with pytest.raises(InputError, match="its source is dense"):
        getattr(attention, asked)(0, 0)


def test_it_is_an_array_of_layer_head_query_and_key(attention: Attention) -> None:
    expected = np.stack([attention.weights(layer) for layer in range(2)])
    np.testing.assert_array_equal(np.asarray(attention), expected)
    assert np.asarray(attention, dtype=np.float64).dtype == np.float64


def test_unequal_heads_are_no_array_and_say_what_to_take(rng: np.random.Generator) -> None:
    tokens = Tokens.plain(list("abc"))
    uneven = Attention(DenseSource((rows(rng, 2, 3, 3), rows(rng, 5, 3, 3))), tokens, tokens)
    with pytest.raises(InputError, match=r"The layers have 2, 5 heads.*attention\.weights\(layer\)"):
        np.asarray(uneven)


def test_it_equals_itself_alone_and_comparing_never_raises(attention: Attention) -> None:
    other = dataclasses.replace(attention)
    assert attention == attention
    assert attention != other
    assert len({attention, other}) == 2
    assert copy.deepcopy(attention) is attention


def test_a_pickle_holds_the_weights_and_little_else(attention: Attention) -> None:
    content = pickle.dumps(attention)
    back = pickle.loads(content)
    np.testing.assert_array_equal(np.asarray(back), np.asarray(attention))
    assert (back.query_tokens, back.causal) == (attention.query_tokens, attention.causal)
    assert len(content) < attention.nbytes + 2_000


def test_a_pickle_of_a_part_of_a_large_array_is_small(rng: np.random.Generator) -> None:
    large = np.zeros((1, 2, 1_000, 1_000), dtype=np.float32)
    tokens = Tokens.plain(["a", "b"])
    assert len(pickle.dumps(Attention(DenseSource((large[0, :, :2, :2],)), tokens, tokens))) < 2_000


def test_it_says_in_one_line_what_it_is_and_shows_all_heads_in_a_notebook(attention: Attention) -> None:
    named = dataclasses.replace(attention, model="<b>model", part="decoder")
    assert repr(named) == "Attention(<b>model, decoder, 2 layers x 3 heads, 4 tokens, dense)"
    shown = named._repr_html_()
    assert "&lt;b&gt;model" in shown
    assert shown.count("<img") == 1
    assert len(shown) < 10_000


def test_the_picture_of_all_heads_has_the_colour_of_each_weight(attention: Attention) -> None:
    source = re.findall(r"base64,([^\"]+)", attention._repr_html_())[0]
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(source))).convert("RGB")).astype(int)
    shades = np.array([[int(step[place : place + 2], 16) for place in (1, 3, 5)] for step in LIGHT.weights])
    for layer, head, query, key in np.ndindex(2, 3, 4, 4):
        at = np.sqrt(attention.weights(layer, head)[query, key]) * 10
        expected = [np.interp(at, range(11), channel) for channel in shades.T]
        seen = picture[2 + layer * 6 + query, 2 + head * 6 + key]
        assert np.abs(seen - expected).max() <= 4


def test_a_long_text_is_not_read_for_a_look_at_it(rng: np.random.Generator) -> None:
    long = Attention.from_weights(np.full((1, 1, 1, 600), 1 / 600), ["a"], ["b"] * 600)
    assert long._repr_html_() == "<div>1 layers x 1 heads, 1 queries x 600 keys, dense</div>"


def test_a_word_is_found_among_the_queries(attention: Attention) -> None:
    assert attention.find("sunrise") == (1, 2)
    assert attention.key_tokens.find("[SEP]") == (3,)


def test_layers_keep_the_models_numbers_where_some_have_no_weights(hybrid: Attention) -> None:
    assert (hybrid.n_layers, hybrid.layers, hybrid.n_heads) == (5, (1, 4), 3)
    assert [hybrid.heads_of(layer) for layer in range(5)] == [0, 2, 0, 0, 3]
    assert [place[:2] for place in hybrid.thumbnails()] == [(1, 0), (1, 1), (4, 0), (4, 1), (4, 2)]
    for ask in (hybrid.weights, hybrid.readable, hybrid.scale, hybrid.projection, hybrid.values):
        with pytest.raises(SelectionError, match=r"index 2 \(number 3\) has no attention weights.* among 1, 4"):
            ask(2)
    with pytest.raises(SelectionError, match="no attention weights"):
        hybrid.tile(0, 0)
    with pytest.raises(SelectionError, match="no layer index 5"):
        hybrid.weights(5)
