"""All layers: every thumbnail holds its head's weights, in its place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from attention_viz import Attention, DenseSource
from attention_viz.plots import plot_layers
from attention_viz.plots.layers import MOST_CELLS
from plots.reading import ODD_TOKENS, assert_legible, cells, random_attention, words

SENTENCE = "[CLS] the sun rose . [SEP]".split()


def thumbnail(drawn: np.ma.MaskedArray, layer: int, head: int, size: int) -> np.ma.MaskedArray:
    """Cells of one head: thumbnails are `size` cells wide and one empty cell apart."""
    top, first = layer * (size + 1), head * (size + 1)
    return drawn[top : top + size, first : first + size]


def test_rows_are_layers_columns_are_heads_and_each_holds_its_weights(rng: np.random.Generator) -> None:
    attention = random_attention(rng, SENTENCE, layers=3, heads=5)
    drawn = cells(plot_layers(attention).axes[0])
    assert drawn.shape == (3 * 7 - 1, 5 * 7 - 1)
    for layer in range(3):
        for head in range(5):
            np.testing.assert_array_equal(thumbnail(drawn, layer, head, 6).filled(-1), attention.weights(layer, head))
    assert np.ma.getmaskarray(drawn)[6::7].all()
    assert np.ma.getmaskarray(drawn)[:, 6::7].all()


def test_thumbnails_are_drawn_beside_their_numbers(rng: np.random.Generator) -> None:
    axes = plot_layers(random_attention(rng, SENTENCE, layers=3, heads=5)).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["1", "2", "3"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["1", "2", "3", "4", "5"]
    assert (axes.get_ylabel(), axes.get_xlabel()) == ("layer", "head")
    corners = axes.collections[0].get_coordinates()  # (row + 1, column + 1, x and y)
    for layer, tick in enumerate(axes.get_yticks()):
        assert tick == pytest.approx(corners[[layer * 7, layer * 7 + 6], 0, 1].mean())
    for head, tick in enumerate(axes.get_xticks()):
        assert tick == pytest.approx(corners[0, [head * 7, head * 7 + 6], 0].mean())
    assert axes.yaxis_inverted()


def test_a_layer_with_fewer_heads_leaves_their_places_empty(attention: Attention) -> None:
    uneven = replace(attention, source=DenseSource((attention.weights(0), attention.weights(1)[:2])))
    drawn = cells(plot_layers(uneven).axes[0])
    assert np.ma.getmaskarray(thumbnail(drawn, 1, 2, 4)).all()
    np.testing.assert_array_equal(thumbnail(drawn, 1, 1, 4).filled(-1), attention.weights(1, 1))


def test_long_texts_are_pooled_and_the_figure_says_so(rng: np.random.Generator) -> None:
    attention = random_attention(rng, ["t"] * 128, layers=2, heads=3)
    figure = plot_layers(attention)
    pairs = attention.weights(1, 2).reshape(64, 2, 64, 2).max(axis=(1, 3))
    np.testing.assert_array_equal(thumbnail(cells(figure.axes[0]), 1, 2, 64).filled(-1), pairs)
    assert "Pooled: 128 x 128 tokens are drawn as 64 x 64 cells" in " ".join(words(figure)).replace("\n", " ")


def test_very_many_heads_stay_within_the_number_of_cells(rng: np.random.Generator) -> None:
    figure = plot_layers(random_attention(rng, ["t"] * 40, layers=30, heads=25))
    assert cells(figure.axes[0]).count() <= MOST_CELLS
    assert "Pooled" in " ".join(words(figure))


def test_queries_and_keys_may_differ_in_number(rng: np.random.Generator) -> None:
    weights = rng.dirichlet(np.ones(5), size=(2, 4, 3)).astype(np.float32)
    drawn = cells(plot_layers(Attention.from_weights(weights, list("abc"), list("vwxyz"))).axes[0])
    np.testing.assert_array_equal(drawn[4:7, 6:11].filled(-1), weights[1, 1])


@pytest.mark.parametrize(("layers", "heads"), [(1, 1), (1, 24), (24, 1), (6, 12), (48, 25)])
def test_nothing_is_cut_off_and_nothing_overlaps(rng: np.random.Generator, layers: int, heads: int) -> None:
    attention = random_attention(rng, SENTENCE, layers, heads)
    assert_legible(plot_layers(attention, scale="root", theme="dark", exclude=["special"], renormalise=True))


def test_words_are_translated(attention: Attention) -> None:
    figure = plot_layers(attention, translate=lambda template: "译" + template)
    axes = figure.axes[0]
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == (
        "译All heads of all layers",
        "译head",
        "译layer",
    )


@settings(max_examples=10, deadline=None)
@given(tokens=ODD_TOKENS)
def test_any_token_is_taken_without_a_warning(tokens: list[str]) -> None:
    assert_legible(plot_layers(Attention.from_weights(np.eye(len(tokens)), tokens)))


def test_a_layer_without_heads_has_no_row_and_the_others_keep_their_numbers(hybrid: Attention) -> None:
    axes = plot_layers(hybrid).axes[0]
    drawn = cells(axes)
    assert drawn.shape == (2 * 5 - 1, 3 * 5 - 1)
    np.testing.assert_allclose(thumbnail(drawn, 1, 2, 4), hybrid.weights(4, 2))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["2", "5"]
