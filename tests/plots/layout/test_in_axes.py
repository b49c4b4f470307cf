"""A picture in the user's own axes fills them and leaves the rest of their figure as it is."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from attention_viz import Attention
from attention_viz.errors import SelectionError
from attention_viz.plots import Paper, plot_head, plot_layers, plot_lines, plot_text, plot_top
from plots.reading import cells, random_attention, render, words

SENTENCE = "[CLS] the animal was too tired . [SEP]".split()
Draw = Callable[..., Figure]
PLOTS: dict[str, tuple[Draw, tuple[int, ...]]] = {
    "head": (plot_head, (0, 1)),
    "layers": (plot_layers, ()),
    "lines": (plot_lines, (0, 1)),
    "text": (plot_text, (0, 1)),
    "top": (plot_top, (0, 1)),
}


@pytest.fixture
def attention(rng: np.random.Generator) -> Attention:
    return random_attention(rng, SENTENCE, layers=2, heads=3)


def users_figure() -> Figure:
    """Two axes side by side, the left one with a line of the user's."""
    figure = Figure(figsize=(12, 5))
    left, _ = figure.subplots(1, 2)
    left.plot([1, 2, 3])
    left.set_title("mine")
    return figure


@pytest.mark.parametrize("plot", PLOTS)
def test_it_is_drawn_into_the_axes_and_the_others_are_as_they_were(attention: Attention, plot: str) -> None:
    draw, place = PLOTS[plot]
    figure, untouched = users_figure(), users_figure()
    left, right = figure.axes
    assert draw(attention, *place, ax=right) is figure
    drawn, before = render(figure), render(untouched)
    half = drawn.shape[1] * 45 // 100  # where nothing of the right axes hangs out
    np.testing.assert_array_equal(drawn[:, :half], before[:, :half])
    assert (drawn[:, half:] != before[:, half:]).any()
    assert left.get_position().bounds == untouched.axes[0].get_position().bounds
    assert figure.get_size_inches() == pytest.approx((12, 5))
    assert right.get_title(loc="center") or right.texts


def test_the_cells_are_those_of_a_figure_of_its_own(attention: Attention) -> None:
    figure = users_figure()
    plot_head(attention, 1, 2, ax=figure.axes[1], scale="peak")
    np.testing.assert_array_equal(cells(figure.axes[1]).data, attention.weights(1, 2))
    assert [label.get_text() for label in figure.axes[1].get_yticklabels()] == SENTENCE
    assert len(figure.axes) == 3, "one colour bar"


def test_what_is_left_out_is_said_below_the_axes(attention: Attention) -> None:
    figure = users_figure()
    plot_head(attention, 0, 0, ax=figure.axes[1], exclude=["special"])
    assert "Special tokens are left out as keys." in " ".join(words(figure)).replace("\n", " ")


def test_many_tokens_are_thinned_out_to_the_height_of_the_axes(rng: np.random.Generator) -> None:
    figure = users_figure()
    plot_head(random_attention(rng, [f"t{n}" for n in range(100)]), 0, 0, ax=figure.axes[1])
    render(figure)
    boxes = [label.get_window_extent() for label in figure.axes[1].get_yticklabels()]
    assert 5 < len(boxes) < 50
    assert all(lower.y1 <= upper.y0 + 1 for upper, lower in itertools.pairwise(boxes))


def test_a_text_that_is_longer_than_the_axes_is_cut_and_that_is_said(rng: np.random.Generator) -> None:
    figure = users_figure()
    plot_text(random_attention(rng, ["word"] * 300), 0, 0, ax=figure.axes[1])
    render(figure)
    drawn = [text for text in figure.axes[1].texts if text.get_text() == "word"]
    assert 0 < len(drawn) < 300
    assert min(text.get_window_extent().y0 for text in drawn) >= figure.axes[1].bbox.y0
    assert f"The first {len(drawn)} of 300 are drawn." in " ".join(words(figure)).replace("\n", " ")


def test_it_works_under_constrained_layout(attention: Attention) -> None:
    figure = Figure(figsize=(10, 5), layout="constrained")
    for axes, title in zip(figure.subplots(1, 2), "ab", strict=True):
        plot_head(attention, 0, 0, ax=axes, title=title)
    render(figure)
    (left, right) = (axes.get_tightbbox() for axes in figure.axes[:2])
    assert left.x1 <= right.x0


@pytest.mark.parametrize("wrong", [3, "ax", [1, 2], None.__class__])
def test_what_are_no_axes_is_refused(attention: Attention, wrong: Any) -> None:
    with pytest.raises(SelectionError, match="ax takes one flat Axes"):
        plot_head(attention, 0, 0, ax=wrong)


def test_axes_that_are_not_flat_and_a_width_beside_axes_are_refused(attention: Attention) -> None:
    figure = mpl.figure.Figure()
    with pytest.raises(SelectionError, match="not polar"):
        plot_top(attention, 0, 0, ax=figure.add_subplot(projection="polar"))
    with pytest.raises(SelectionError, match="width='column'"):
        plot_head(attention, 0, 0, ax=figure.add_subplot(), paper=Paper(width="column"))
