"""All heads of a layer: each holds its weights, any number of them, labels only along the edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attention_viz import Attention
from attention_viz.errors import SelectionError
from attention_viz.plots import plot_heads
from plots.reading import ODD_TOKENS, assert_legible, cells, random_attention, words

SENTENCE = "[CLS] the animal was too tired . [SEP]".split()


def panels(figure: Figure) -> list[Axes]:
    return [axes for axes in figure.axes if axes.get_title()]


@pytest.mark.parametrize("heads", [1, 3, 4, 7, 12, 16, 24])
def test_every_head_is_drawn_with_its_own_weights_and_title(rng: np.random.Generator, heads: int) -> None:
    attention = random_attention(rng, SENTENCE, layers=2, heads=heads)
    drawn = panels(plot_heads(attention, 1))
    assert [axes.get_title() for axes in drawn] == [f"Head {number}" for number in range(1, heads + 1)]
    for head, axes in enumerate(drawn):
        np.testing.assert_array_equal(cells(axes).data, attention.weights(1, head))


@pytest.mark.parametrize(("heads", "unused"), [(1, 0), (3, 0), (4, 0), (7, 1), (9, 3), (12, 0)])
def test_cells_without_a_head_are_hidden(rng: np.random.Generator, heads: int, unused: int) -> None:
    figure = plot_heads(random_attention(rng, SENTENCE, heads=heads), 0)
    assert len([axes for axes in figure.axes if not axes.get_visible()]) == unused
    assert len([axes for axes in figure.axes if axes.get_visible()]) == heads + 1, "one colour bar"


def test_four_heads_stand_in_a_row_and_the_next_below(rng: np.random.Generator) -> None:
    places = [axes.get_position() for axes in panels(plot_heads(random_attention(rng, SENTENCE, heads=7), 0))]
    assert len({round(place.y0, 6) for place in places[:4]}) == 1
    assert [round(place.x0, 6) for place in places[4:]] == [round(place.x0, 6) for place in places[:3]]
    assert all(place.y1 < places[0].y0 for place in places[4:])


def test_labels_stand_only_along_the_left_and_the_bottom_edge(rng: np.random.Generator) -> None:
    drawn = panels(plot_heads(random_attention(rng, SENTENCE, heads=7), 0))
    assert [bool(axes.get_yticklabels()) for axes in drawn] == [True, False, False, False, True, False, False]
    assert [bool(axes.get_xticklabels()) for axes in drawn] == [False, False, False, True, True, True, True]
    assert [label.get_text() for label in drawn[4].get_xticklabels()] == SENTENCE
    assert [label.get_text() for label in drawn[4].get_yticklabels()] == SENTENCE


def test_the_figure_names_its_layer_and_both_axes_once(rng: np.random.Generator) -> None:
    figure = plot_heads(random_attention(rng, SENTENCE, layers=3, heads=5), 2)
    assert figure.get_suptitle() == "Layer 3"
    assert (figure.get_supylabel(), figure.get_supxlabel()) == ("query (reads)", "key (is read)")
    assert words(figure).count("query (reads)") == 1


def test_all_heads_share_one_scale_and_its_peak_is_the_layers(rng: np.random.Generator) -> None:
    attention = random_attention(rng, SENTENCE, heads=5)
    for scale, top in (("unit", 1), ("peak", attention.weights(0).max())):
        drawn = panels(plot_heads(attention, 0, scale=scale))
        assert [axes.collections[0].norm.vmax for axes in drawn] == pytest.approx([top] * 5)


def test_long_texts_are_pooled_and_the_figure_says_so(rng: np.random.Generator) -> None:
    attention = random_attention(rng, [f"t{number}" for number in range(256)], heads=2)
    figure = plot_heads(attention, 0)
    pairs = attention.weights(0, 1).reshape(128, 2, 128, 2).max(axis=(1, 3))
    np.testing.assert_array_equal(cells(panels(figure)[1]).data, pairs)
    assert "Pooled: 256 x 256 tokens are drawn as 128 x 128 cells" in " ".join(words(figure)).replace("\n", " ")


def test_excluded_keys_are_empty_in_every_head(rng: np.random.Generator) -> None:
    figure = plot_heads(random_attention(rng, SENTENCE, heads=3), 0, exclude=("special", "punctuation"))
    for axes in panels(figure):
        assert np.ma.getmaskarray(cells(axes)).all(axis=0).tolist() == [True, *[False] * 5, True, True]
    assert "Special tokens and punctuation are left out as keys." in words(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("heads", [1, 2, 7, pytest.param(24, marks=pytest.mark.slow)])
def test_nothing_is_cut_off_and_nothing_overlaps(rng: np.random.Generator, heads: int, theme: str) -> None:
    for tokens in (["hi"], [*SENTENCE, *"小猫", "w" * 40] * 3):
        assert_legible(plot_heads(random_attention(rng, tokens, heads=heads), 0, scale="root", theme=theme))


def test_any_heads_of_any_layers_stand_side_by_side_in_the_order_asked_for(rng: np.random.Generator) -> None:
    attention = random_attention(rng, SENTENCE, layers=3, heads=6)
    chosen = [(0, 3), (2, 5), (1, 0)]
    figure = plot_heads(attention, heads=chosen, scale="peak")
    drawn = panels(figure)
    assert [axes.get_title() for axes in drawn] == ["Layer 1, head 4", "Layer 3, head 6", "Layer 2, head 1"]
    for (layer, head), axes in zip(chosen, drawn, strict=True):
        np.testing.assert_array_equal(cells(axes).data, attention.weights(layer, head))
    highest = max(attention.weights(*each).max() for each in chosen)
    assert drawn[0].collections[0].norm.vmax == pytest.approx(highest)
    assert figure.get_suptitle() == "3 heads"
    assert_legible(figure)


@pytest.mark.parametrize("options", [{}, {"heads": []}, {"layer": 0, "heads": [(0, 1)]}])
def test_either_a_layer_or_heads_are_drawn(attention: Attention, options: dict[str, Any]) -> None:
    with pytest.raises(SelectionError, match="either a layer or heads"):
        plot_heads(attention, **options)


def test_a_head_that_does_not_exist_is_refused_by_name(attention: Attention) -> None:
    with pytest.raises(SelectionError, match="head index 7"):
        plot_heads(attention, heads=[(0, 1), (1, 7)])


def test_words_are_translated(rng: np.random.Generator) -> None:
    figure = plot_heads(
        random_attention(rng, SENTENCE, heads=2), 0, translate=lambda words: words.replace("Head", "头")
    )
    assert [axes.get_title() for axes in panels(figure)] == ["头 1", "头 2"]


def test_a_layer_that_does_not_exist_is_refused_by_name(attention: Attention) -> None:
    with pytest.raises(SelectionError, match="layer index 2"):
        plot_heads(attention, 2)


@settings(max_examples=10, deadline=None)
@given(tokens=ODD_TOKENS)
def test_any_token_is_drawn_as_text_without_a_warning(tokens: list[str]) -> None:
    assert_legible(plot_heads(Attention.from_weights(np.stack([np.eye(len(tokens))] * 5), tokens), 0))
