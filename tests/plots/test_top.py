"""The tokens a head reads most: bars as long as the mean weights, highest first."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.axes import Axes

from attention_viz import Attention
from attention_viz.errors import SelectionError
from attention_viz.plots import plot_top
from plots.reading import ODD_TOKENS, assert_legible, random_attention, words

WEIGHTS = np.array(
    [
        [0.5, 0.2, 0.1, 0.2],
        [0.3, 0.4, 0.1, 0.2],
        [0.4, 0.0, 0.1, 0.5],
        [0.4, 0.2, 0.1, 0.3],
    ]
)  # mean over queries: 0.4, 0.2, 0.1, 0.3
TOKENS = ["[CLS]", "the", ".", "the"]


@pytest.fixture
def by_hand() -> Attention:
    return Attention.from_weights(WEIGHTS, TOKENS)


def bars(axes: Axes) -> list[float]:
    return [bar.get_width() for bar in axes.patches]


def tokens(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def test_bars_are_the_mean_weights_highest_first_with_token_and_position(by_hand: Attention) -> None:
    figure = plot_top(by_hand, 0, 0, k=3)
    axes = figure.axes[0]
    assert bars(axes) == pytest.approx([0.4, 0.3, 0.2])
    assert tokens(axes) == ["[CLS]", "the", "the"]
    assert [text.get_text() for text in axes.texts if text.get_text().isdigit()] == ["1", "4", "2"]
    assert {"0.4000", "0.3000", "0.2000"} <= set(words(figure))
    assert axes.yaxis_inverted()
    assert axes.get_xlim()[0] == 0
    assert axes.get_title() == "Layer 1, head 1"


def test_excluded_keys_have_no_bar_and_what_they_took_is_said(by_hand: Attention) -> None:
    figure = plot_top(by_hand, 0, 0, exclude=["special", "punctuation"])
    assert bars(figure.axes[0]) == pytest.approx([0.3, 0.2])
    said = " ".join(words(figure)).replace("\n", " ")
    assert "Special tokens and punctuation are left out as keys. They took 50% of the attention." in said


def test_renormalised_bars_are_the_rankings_own(by_hand: Attention) -> None:
    figure = plot_top(by_hand, 0, 0, exclude=["special"], renormalise=True)
    rows = WEIGHTS[:, 1:] / WEIGHTS[:, 1:].sum(axis=1, keepdims=True)
    assert bars(figure.axes[0]) == pytest.approx(sorted(rows.mean(axis=0), reverse=True))


def test_more_than_50_bars_are_cut_and_the_picture_says_so(rng: np.random.Generator) -> None:
    figure = plot_top(random_attention(rng, ["t"] * 80), 0, 0, k=70)
    assert len(bars(figure.axes[0])) == 50
    assert "The first 50 of 70 are drawn." in words(figure)
    assert_legible(figure)


def test_a_text_of_nothing_but_excluded_tokens_has_no_bars() -> None:
    figure = plot_top(Attention.from_weights(np.eye(2), ["[CLS]", "[SEP]"]), 0, 0, exclude=["special"])
    assert bars(figure.axes[0]) == []
    assert_legible(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_nothing_overlaps(rng: np.random.Generator, theme: str) -> None:
    attention = random_attention(rng, [*TOKENS, *"小猫坐下", "w" * 50, "\u202eשלום", "𝔘" * 9])
    assert_legible(plot_top(attention, 0, 0, k=12, theme=theme))


def test_k_below_1_is_refused(by_hand: Attention) -> None:
    with pytest.raises(SelectionError, match="k is 0"):
        plot_top(by_hand, 0, 0, k=0)


def test_words_are_translated(by_hand: Attention) -> None:
    figure = plot_top(by_hand, 0, 0, exclude=["special"], translate=lambda template: "译" + template)
    assert figure.axes[0].get_title().startswith("译")
    assert figure.axes[0].get_xlabel() == "译attention weight received, mean over all queries"
    assert "译position" in words(figure)


@settings(max_examples=15, deadline=None)
@given(odd=ODD_TOKENS)
def test_any_token_is_drawn_as_text_without_a_warning(odd: list[str]) -> None:
    figure = plot_top(Attention.from_weights(np.eye(len(odd)), odd), 0, 0)
    assert_legible(figure)
    assert all(tokens(figure.axes[0]))
