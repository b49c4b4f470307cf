"""A plot's options make one style; left-out keys, tile by tile, are what is left out of the whole."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attention_viz import Attention, plots
from attention_viz.errors import Message, SelectionError
from attention_viz.filters import leave_out
from attention_viz.plots.layout.style import ColourOptions, FilterOptions, PlotOptions, Style
from attention_viz.vocabulary import PAIRS

SPANS = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: slice(*sorted(pair)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=SPANS, keys=SPANS, renormalise=st.booleans())
def test_a_tile_is_cut_from_the_whole_head_as_it_is_left(
    attention: Attention, queries: slice, keys: slice, renormalise: bool
) -> None:
    seen = Style(exclude=["special"], renormalise=renormalise).seen(attention)
    whole = leave_out(attention.weights(1, 2), np.array([False, True, True, False]), renormalise)
    np.testing.assert_array_equal(seen.tile(1, 2, queries, keys), whole[queries, keys])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(queries=SPANS, keys=SPANS, pairs=st.sampled_from(PAIRS), threshold=st.floats(0, 1))
def test_the_other_directions_of_a_pair_and_faint_weights_are_nothing(
    attention: Attention, queries: slice, keys: slice, pairs: str, threshold: float
) -> None:
    tokens = replace(attention.query_tokens, segments=(0, 0, 1, 1))
    pair = Attention.from_weights(np.stack([attention.weights(layer) for layer in range(2)]), tokens)
    tile = Style(exclude=["special"], renormalise=True, pairs=pairs, threshold=threshold).seen(pair)
    left = leave_out(attention.weights(1, 2), np.array([False, True, True, False]), True)
    for q, k in np.ndindex(left.shape):
        if pairs not in ("all", "AABB"[q] + "AABB"[k]) or left[q, k] < np.float32(threshold):
            left[q, k] = 0
    np.testing.assert_array_equal(tile.tile(1, 2, queries, keys), left[queries, keys])


def test_with_nothing_to_leave_out_the_attention_is_the_same_object(attention: Attention) -> None:
    assert Style().seen(attention) is attention


def test_an_unknown_kind_or_direction_is_refused(attention: Attention) -> None:
    with pytest.raises(SelectionError, match="verbs"):
        Style(exclude=["verbs"]).seen(attention)
    with pytest.raises(SelectionError, match="CC"):
        Style(pairs="CC").seen(attention)


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_that_no_weight_can_have_is_refused(attention: Attention, threshold: float) -> None:
    with pytest.raises(SelectionError, match="threshold"):
        Style(threshold=threshold).seen(attention)


def test_a_title_of_ones_own_is_not_translated_and_an_empty_one_stays_empty() -> None:
    usual = Message("Layer {layer}", {"layer": 3})
    assert Style(translate=lambda _: "第 {layer} 层").heading(usual) == "第 3 层"
    assert Style(title="Mine", translate=lambda _: "第 {layer} 层").heading(usual) == "Mine"
    assert Style(title="").heading(usual) == ""


def test_a_style_has_a_field_for_each_option() -> None:
    assert {each.name for each in fields(Style)} == set(ColourOptions.__annotations__)


PLOTS = [
    (plots.plot_head, ColourOptions),
    (plots.plot_heads, ColourOptions),
    (plots.plot_layers, ColourOptions),
    (plots.plot_text, ColourOptions),
    (plots.plot_lines, FilterOptions),
    (plots.plot_top, PlotOptions),
]


@pytest.mark.parametrize(("plot", "options"), PLOTS)
def test_the_help_of_a_plot_lists_its_options_and_their_defaults(plot: Callable[..., object], options: type) -> None:
    shown = inspect.signature(plot).parameters
    usual = vars(Style()) | ({"scale": "root"} if plot is plots.plot_text else {})
    assert {name: shown[name].default for name in options.__annotations__} == {
        name: usual[name] for name in options.__annotations__
    }
    assert all(f"{name} : " in (plot.__doc__ or "") for name in options.__annotations__)
    assert "options" not in shown


def test_an_option_that_a_plot_does_not_take_is_refused_by_its_name(attention: Attention) -> None:
    with pytest.raises(TypeError, match="scale"):
        plots.plot_lines(attention, 0, 0, scale="peak")
    with pytest.raises(TypeError, match="threshold"):
        plots.plot_top(attention, 0, 0, threshold=0.1)


@pytest.mark.parametrize(
    "wrong", [{"scale": "log"}, {"theme": "sepia"}, {"palette": "red"}, {"pairs": "CC"}, {"exclude": "special"}]
)
def test_a_style_cannot_have_another_value(wrong: dict[str, str]) -> None:
    with pytest.raises(SelectionError, match=next(iter(wrong.values()))):
        Style(**wrong)
