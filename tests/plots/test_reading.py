"""The check that nothing is cut off and nothing overlaps does see both."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from plots.reading import assert_legible


def test_a_text_that_leaves_the_figure_is_seen() -> None:
    figure = Figure(figsize=(2, 2))
    figure.text(0.9, 0.5, "too far to the side")
    with pytest.raises(AssertionError, match="cut off"):
        assert_legible(figure)


def test_two_tick_labels_that_meet_are_seen() -> None:
    figure = Figure(figsize=(3, 3))
    axes = figure.add_axes((0.3, 0.3, 0.5, 0.5))
    axes.set_xticks([0.4, 0.5], ["a long label", "another label"])
    with pytest.raises(AssertionError, match="another label"):
        assert_legible(figure)


def test_texts_apart_from_each_other_pass() -> None:
    figure = Figure(figsize=(3, 3))
    figure.text(0.1, 0.1, "here")
    figure.text(0.1, 0.8, "and there")
    assert_legible(figure)
