"""What is printed has the colours that are on the screen: two drawings of one look, made by different code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from screen import Open, cells, settled

from attention_viz import Attention, Selection
from attention_viz.ui.explore.downloads import figure
from attention_viz.view.show import show

pytestmark = pytest.mark.browser

TOKENS = ["[CLS]", "the", "sun", "##rise", "over", "the", "bay", ".", "[SEP]"]
LOOKS: list[dict[str, Any]] = [
    {},
    {"scale": "peak", "palette": "grey"},
    {"exclude": ("special", "punctuation"), "renormalise": True, "threshold": 0.15},
    {"pairs": "BA", "queries": (7,)},
    {"average": "heads", "queries": (2, 5), "scale": "peak"},
    {"queries": (1, 2, 3)},
]
GROUNDS = """() => [...document.querySelectorAll(".text-heatmap .word")].map(
    word => getComputedStyle(word).backgroundColor.match(/[\\d.]+/g).map(Number))"""
NEAR = 5
"""Of 255: the screen rounds roots to 1/255 of the colours, the print to 1/256."""


@pytest.fixture
def attention(softmax_attention: Callable[..., Attention]) -> Attention:
    made = softmax_attention(layers=2, heads=3, tokens=TOKENS)
    pair = replace(made.query_tokens, segments=(0,) * 5 + (1,) * 4)
    return Attention.from_weights(np.stack([made.weights(layer) for layer in range(2)]), pair)


def printed(drawn: Figure) -> dict[str, tuple[float, ...]]:
    """The ground under each token that has one, by where the token stands."""
    grounds = {each.get_xy(): each.get_facecolor() for each in drawn.axes[0].patches if each.get_fill()}
    return {f"{x:.3f} {y:.3f}": tuple(255 * part for part in colour[:3]) for (x, y), colour in grounds.items()}


@pytest.mark.parametrize("changes", LOOKS)
def test_each_word_has_the_ground_that_it_has_on_the_screen(
    opened: Open, attention: Attention, changes: dict[str, Any]
) -> None:
    look = Selection(layer=1, head=2, view="text", **changes)
    page = opened(show(attention, selection=look))
    settled(page)
    seen = [colour[:3] for colour in page.evaluate(GROUNDS) if len(colour) == 3]  # with a fourth it is transparent
    drawn = figure(attention, look, str)
    expected = list(printed(drawn).values())
    assert len(seen) == len(expected) == (6 if "exclude" in changes else 9)
    assert np.abs(np.array(seen) - expected).max() <= NEAR
    reach = float(page.locator(".legend .ticks span").last.inner_text())
    assert reach == pytest.approx(drawn.axes[1].get_ylim()[1], rel=0.05), "two digits"


def test_words_that_a_decoder_cannot_read_have_no_ground_on_either(opened: Open, attention: Attention) -> None:
    weights = np.stack([np.tril(attention.weights(layer)) for layer in range(2)])
    causal = replace(Attention.from_weights(weights, attention.query_tokens), causal=True)
    look = Selection(layer=1, head=2, view="text", queries=(4,))
    page = opened(show(causal, selection=look))
    settled(page)
    seen = [colour[:3] for colour in page.evaluate(GROUNDS) if len(colour) == 3]
    expected = list(printed(figure(causal, look, str)).values())
    assert len(seen) == len(expected) == 5
    assert np.abs(np.array(seen) - expected).max() <= NEAR


@pytest.mark.parametrize("changes", [*LOOKS[:2], *(pytest.param(each, marks=pytest.mark.slow) for each in LOOKS[2:4])])
def test_each_cell_has_the_colour_that_it_has_on_the_screen(
    opened: Open, attention: Attention, changes: dict[str, Any]
) -> None:
    look = Selection(layer=1, head=2, **(changes | {"queries": ()}))
    page = opened(show(attention, selection=look))
    drawn = figure(attention, look, str)
    mesh = next(each for each in drawn.axes[0].collections if isinstance(each, QuadMesh))
    colours = 255 * mesh.to_rgba(np.asarray(mesh.get_array()).reshape(9, 9))[..., :3]
    checked = 0
    for query, key, seen in cells(page, 57):
        assert np.abs(np.array(seen[:3]) - colours[query, key]).max() <= NEAR
        checked += 1
    assert checked > 10
