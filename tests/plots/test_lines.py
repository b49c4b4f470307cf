"""Lines between the tokens: which weights have one, where it begins and ends, how strong it is."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from attention_viz import Attention
from attention_viz.drawing import LINES
from attention_viz.errors import SelectionError
from attention_viz.palettes import palette
from attention_viz.plots import plot_lines
from attention_viz.plots.lines import ACROSS, LONGEST, PITCH
from attention_viz.tokens import Tokens
from plots.reading import ODD_TOKENS, assert_legible, random_attention, words

WEIGHTS = np.array([[0.9, 0.06, 0.04, 0.0], [0.5, 0.5, 0.0, 0.0], [0.0, 0.2, 0.0, 0.8], [0.1, 0.1, 0.79, 0.01]])
"""Of (query, key); a twentieth of the highest is 0.045."""
TOKENS = ["[CLS]", "the", ".", "cat"]

Line = tuple[int, int]


@pytest.fixture
def by_hand() -> Attention:
    return Attention.from_weights(WEIGHTS, TOKENS)


def collections(figure: Figure) -> list[PathCollection]:
    return [each for each in figure.axes[0].collections if isinstance(each, PathCollection)]


def ends(figure: Figure, pitch: float = PITCH) -> list[Line]:
    """(query, key) of each line of the only head, weakest first."""
    (lines,) = collections(figure)
    found = []
    for path in lines.get_paths():
        (left, start), (right, end) = np.asarray(path.vertices)[[0, -1]]
        assert (left, right) == (0.0, pytest.approx(ACROSS))
        found.append((round(start / pitch - 0.5), round(end / pitch - 0.5)))
    return found


def test_each_weight_that_can_be_seen_is_a_line_from_its_query_to_its_key(by_hand: Attention) -> None:
    wanted = [(q, k) for q in range(4) for k in range(4) if WEIGHTS[q, k] >= 0.045]
    figure = plot_lines(by_hand, 0, 0)
    assert sorted(ends(figure)) == wanted
    assert figure.axes[0].get_title() == "Layer 1, head 1"
    assert "9 weights are drawn as lines, the lowest is 0.0600." in words(figure)


def test_the_stronger_the_weight_the_thicker_and_darker_and_the_strongest_is_opaque(by_hand: Attention) -> None:
    figure = plot_lines(by_hand, 0, 0)
    (lines,) = collections(figure)
    weights = np.array([WEIGHTS[end] for end in ends(figure)])
    assert (np.diff(weights) >= 0).all()
    widths = np.asarray(lines.get_linewidths())
    np.testing.assert_allclose(widths, np.maximum(0.5, 5 * weights / 0.9), rtol=1e-6)
    alphas = np.asarray(lines.get_edgecolor())[:, 3]
    np.testing.assert_allclose(alphas, np.sqrt(weights / 0.9), rtol=1e-6)
    assert alphas[-1] == 1


def test_a_threshold_and_chosen_queries_leave_the_others_out(by_hand: Attention) -> None:
    assert sorted(ends(plot_lines(by_hand, 0, 0, threshold=0.5))) == [(0, 0), (1, 0), (1, 1), (2, 3), (3, 2)]
    assert sorted(ends(plot_lines(by_hand, 0, 0, queries=[3]))) == [(3, 0), (3, 1), (3, 2)]


@pytest.mark.parametrize(("pairs", "wanted"), [("AA", {0, 1}), ("AB", {0, 1}), ("BA", {2, 3}), ("BB", {2, 3})])
def test_of_a_pair_only_one_direction_is_drawn(pairs: str, wanted: set[int]) -> None:
    tokens = replace(Tokens.plain(TOKENS), segments=(0, 0, 1, 1))
    weights = np.full((1, 1, 4, 4), 0.25, np.float32)
    found = ends(plot_lines(Attention.from_weights(weights, tokens), 0, 0, pairs=pairs))
    assert len(found) == 4
    assert {query for query, _ in found} == wanted
    assert {key for _, key in found} == ({0, 1} if pairs[1] == "A" else {2, 3})


def test_lines_of_several_heads_have_their_colours_and_a_legend(rng: np.random.Generator) -> None:
    figure = plot_lines(random_attention(rng, TOKENS, layers=2, heads=9), 1, 8, beside=[(0, n) for n in range(9)])
    styles = [(tuple(each.get_edgecolor()[-1][:3]), each.get_linestyle()[0][1] is None) for each in collections(figure)]
    assert len(set(styles)) == 10
    assert len({colour for colour, _ in styles}) == 8
    assert [solid for _, solid in styles] == [True] * 8 + [False] * 2
    assert {"Layer 1, head 1", "Layer 2, head 9"} <= set(words(figure))
    assert figure.axes[0].get_title() == "10 heads"
    assert_legible(figure)


def test_a_head_that_is_named_twice_is_drawn_once(by_hand: Attention) -> None:
    assert len(collections(plot_lines(by_hand, 0, 0, beside=[(0, 0)]))) == 1


def test_excluded_keys_have_no_line(by_hand: Attention) -> None:
    figure = plot_lines(by_hand, 0, 0, exclude=["special"])
    assert (
        {(1, 1), (2, 1), (2, 3), (3, 1), (3, 2)} <= set(ends(figure)) <= {(q, k) for q in range(4) for k in (1, 2, 3)}
    )
    assert "Special tokens are left out as keys." in " ".join(words(figure))


def test_of_many_weights_the_strongest_are_drawn(rng: np.random.Generator) -> None:
    attention = random_attention(rng, ["t"] * 700)
    figure = plot_lines(attention, 0, 0)
    weights = np.sort(attention.weights(0, 0).ravel())
    drawn = np.sort([attention.weights(0, 0)[end] for end in ends(figure, LONGEST / 700)])
    np.testing.assert_array_equal(drawn, weights[-len(drawn) :])
    assert len(drawn) == LINES.most
    assert_legible(figure)


def test_many_strong_lines_are_thin_so_that_none_hides_the_others() -> None:
    (lines,) = collections(plot_lines(Attention.from_weights(np.full((30, 30), 1 / 30), ["t"] * 30), 0, 0))
    assert set(lines.get_linewidths()) == {0.5}


def test_that_all_lines_are_thin_is_said() -> None:
    many = plot_lines(Attention.from_weights(np.full((30, 30), 1 / 30), ["t"] * 30), 0, 0)
    few = plot_lines(Attention.from_weights(np.eye(30), ["t"] * 30), 0, 0)
    assert ["all are thin" in " ".join(words(figure)) for figure in (many, few)] == [True, False]


def test_pinned_queries_have_the_one_highlight_and_the_others_are_quiet(by_hand: Attention) -> None:
    names = {text.get_text(): text.get_color() for text in plot_lines(by_hand, 0, 0, queries=[1]).axes[0].texts[:4]}
    light = palette("light")
    assert names == {"[CLS]": light.secondary, "the": light.accent, ".": light.secondary, "cat": light.secondary}


def test_of_one_head_the_share_that_is_left_out_is_said(by_hand: Attention) -> None:
    said = " ".join(words(plot_lines(by_hand, 0, 0, exclude=["special"]))).replace("\n", " ")
    assert re.search(r"left out as keys\. They took 3[78]% of the attention\.", said)


def test_a_line_a_token_is_no_crowd() -> None:
    (lines,) = collections(plot_lines(Attention.from_weights(np.eye(100), ["t"] * 100), 0, 0))
    assert min(lines.get_linewidths()) > 2


def test_a_head_without_any_weight_says_so() -> None:
    figure = plot_lines(Attention.from_weights(np.zeros((2, 2)), ["a", "b"]), 0, 0)
    assert collections(figure) == []
    assert "No weight is high enough for a line." in words(figure)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_cut_off_and_nothing_overlaps(rng: np.random.Generator, theme: str) -> None:
    attention = random_attention(rng, [*TOKENS, *"小猫坐下", "w" * 50, "\u202eשלום", "𝔘" * 9], heads=3)
    assert_legible(plot_lines(attention, 0, 0, beside=[(0, 1), (0, 2)], theme=theme))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"queries": [4]}, "query 4"),
        ({"queries": [-1]}, "query -1"),
        ({"pairs": "CA"}, "CA"),
        ({"beside": [(0, 1)]}, "head"),
    ],
)
def test_what_is_not_there_is_refused(by_hand: Attention, options: dict[str, object], named: str) -> None:
    with pytest.raises(SelectionError, match=named):
        plot_lines(by_hand, 0, 0, **options)  # type: ignore[arg-type]


def test_words_are_translated(by_hand: Attention) -> None:
    figure = plot_lines(by_hand, 0, 0, translate=lambda template: "译" + template)
    assert {"译query (reads)", "译key (is read)"} <= set(words(figure))


@settings(max_examples=15, deadline=None)
@given(odd=ODD_TOKENS)
def test_any_token_is_drawn_as_text_without_a_warning(odd: list[str]) -> None:
    assert_legible(plot_lines(Attention.from_weights(np.eye(len(odd)), odd), 0, 0))
