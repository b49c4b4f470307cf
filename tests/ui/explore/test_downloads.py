"""The picture for print shows what the screen shows: lines as lines, a coloured text as one, a layer as all its heads."""

from __future__ import annotations

import os
import runpy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.figure import Figure

import attention_viz as av
from attention_viz.plots.layout.paper import WIDTHS
from attention_viz.selection import Selection
from attention_viz.tokens import Tokens
from attention_viz.ui.explore.downloads import WIDTHS as PRINT_WIDTHS
from attention_viz.ui.explore.downloads import _name_of_width, figure
from attention_viz.ui.explore.snippet import snippet
from attention_viz.view.look import within
from attention_viz.vocabulary import VIEWS

TEXT, SECOND = "The animal did not cross the street.", "It was too tired."
LOOK = Selection(text=TEXT, second=SECOND, layer=2, head=4, view="lines", kept=((0, 1), (2, 4)), queries=(3, 12))


@pytest.fixture(scope="module")
def attention(embedded: av.Model) -> av.Attention:
    return embedded.attend(TEXT, SECOND)


def test_a_mean_is_drawn_with_the_links_that_are_cut_in_all_of_its_heads(attention: av.Attention) -> None:
    cuts = ((2, None, 3, 1), (2, 4, 5, 1), (None, None, 6, 1), (1, None, 7, 1))
    look = LOOK.at(view="head", queries=(), cuts=cuts)
    striped = lambda look: [each.get_xy() for each in figure(attention, look, str).axes[0].patches]  # noqa: E731
    assert striped(look) == [(1, 3), (1, 5), (1, 6)]
    assert striped(look.at(average="heads")) == [(1, 3), (1, 6)]
    assert striped(look.at(average="all")) == [(1, 6)]
    dots = lambda look: sum(len(each.get_xdata()) for each in figure(attention, look, str).axes[0].lines)  # noqa: E731
    assert [dots(look.at(average=average)) for average in ("none", "heads", "all")] == [0, 1, 3]


def lines(drawn: Figure) -> list[list[list[tuple[float, float]]]]:
    """Of each head its lines, as corners of their curves."""
    collections = [each for each in drawn.axes[0].collections if isinstance(each, PathCollection)]
    return [[[tuple(corner) for corner in path.vertices] for path in each.get_paths()] for each in collections]


def drawn(figure: Figure) -> list[object]:
    """All that tells two pictures apart: their lines, cells, grounds and words."""
    cells = [
        (np.asarray(each.get_array()).tobytes(), each.cmap(0.7), each.norm(0.3))
        for axes in figure.axes
        for each in axes.collections
        if isinstance(each, QuadMesh) and each.get_array() is not None
    ]
    grounds = [(each.get_xy(), each.get_facecolor(), each.get_edgecolor()) for each in figure.axes[0].patches]
    words = [text.get_text() for text in [*figure.texts, *figure.axes[0].texts]]
    return [lines(figure), cells, grounds, words, figure.axes[0].get_title()]


def heatmaps(drawn: Figure) -> int:
    return sum(isinstance(each, QuadMesh) for axes in drawn.axes[:-1] for each in axes.collections)


def test_the_lines_on_the_screen_are_the_lines_in_print(attention: av.Attention) -> None:
    drawn = figure(attention, LOOK, str)
    assert lines(drawn) == lines(av.plot_lines(attention, 2, 4, beside=[(0, 1)], queries=[3, 12]))
    assert len(lines(drawn)) == 2
    heights = {line[0][1] for head in lines(drawn) for line in head}
    assert len(heights) == 4, "two queries, and two heads side by side"
    one_way = figure(attention, LOOK.at(pairs="AB", threshold=0.02, queries=()), str)
    assert lines(one_way) == lines(av.plot_lines(attention, 2, 4, beside=[(0, 1)], pairs="AB", threshold=0.02))


@pytest.mark.parametrize("view", ["lines", "text"])
def test_pinned_tokens_and_kept_heads_that_are_no_longer_there_are_passed_over(
    attention: av.Attention, embedded: av.Model, view: str
) -> None:
    gone = LOOK.at(view=view, queries=(3, 500), kept=((0, 1), (0, 12), (6, 0)))
    here = LOOK.at(view=view, queries=(3,), kept=((0, 1),))
    assert within(gone, attention) == here
    assert within(here.at(pairs="AB"), attention) == here.at(pairs="AB")
    alone = embedded.attend(TEXT)
    assert within(LOOK.at(pairs="AB", queries=(), kept=()), alone).pairs == "all"
    assert drawn(figure(attention, within(gone, attention), str)) == drawn(figure(attention, here, str))


@pytest.mark.parametrize(("view", "n"), [("head", 1), ("layer", 12)])
def test_a_head_is_a_heatmap_and_a_layer_one_of_each_head(attention: av.Attention, view: str, n: int) -> None:
    assert heatmaps(figure(attention, LOOK.at(view=view), str)) == n


@pytest.mark.parametrize("segments", [(0, 0, 0), (1, 1, 1)])
def test_a_direction_needs_two_texts(segments: tuple[int, ...]) -> None:
    one = av.Attention.from_weights(np.eye(3), replace(Tokens.plain("abc"), segments=segments))
    assert within(Selection(pairs="AB"), one).pairs == "all"


def test_pinned_rows_of_a_heatmap_are_framed(attention: av.Attention) -> None:
    frames = figure(attention, LOOK.at(view="head"), str).axes[0].patches
    assert [(each.get_y(), each.get_width()) for each in frames] == [(3, attention.n_tokens), (12, attention.n_tokens)]


def test_the_text_is_the_text(attention: av.Attention) -> None:
    shown = figure(attention, LOOK.at(view="text", palette="grey", scale="peak", exclude=("special",)), str)
    assert drawn(shown) == drawn(
        av.plot_text(attention, 2, 4, queries=[3, 12], palette="grey", scale="root_peak", exclude=["special"])
    )
    written = [text.get_text() for text in shown.axes[0].texts]
    assert written == [token.removeprefix("##") for token in attention.tokens]


@pytest.mark.parametrize(
    ("average", "axis", "title"),
    [
        ("heads", {"layer": 2}, "Layer 3, mean of 12 heads"),
        ("layers", {"head": 4}, "Head 5, mean of 6 layers"),
        ("all", {}, "Mean of all 72 heads"),
    ],
)
def test_a_mean_is_drawn_as_the_mean(attention: av.Attention, average: str, axis: dict[str, int], title: str) -> None:
    drawn = figure(attention, LOOK.at(view="head", average=average), str)
    (mesh,) = (each for each in drawn.axes[0].collections if isinstance(each, QuadMesh))
    whole = np.stack([attention.weights(layer) for layer in range(6)])  # (layer, head, query, key)
    chosen = whole[axis.get("layer", slice(None)), axis.get("head", slice(None))]
    wanted = chosen.reshape(-1, *attention.shape).mean(axis=0)
    np.testing.assert_allclose(np.asarray(mesh.get_array()).reshape(attention.shape), wanted, atol=1e-6)
    assert drawn.axes[0].get_title() == title
    assert lines(figure(attention, LOOK.at(average=average), str)) == lines(
        av.plot_lines(av.mean_heads(attention, **axis), 0, 0, queries=[3, 12])
    )


@pytest.mark.usefixtures("loaded_once")
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"queries": (), "kept": (), "pairs": "BA", "threshold": 0.1, "exclude": ("special",), "renormalise": True},
        pytest.param({"average": "heads", "palette": "grey"}, marks=pytest.mark.slow),
        pytest.param({"average": "layers", "scale": "peak"}, marks=pytest.mark.slow),
        pytest.param({"average": "all"}, marks=pytest.mark.slow),
    ],
)
def test_the_script_that_is_shown_draws_the_same(
    attention: av.Attention,
    view: str,
    changes: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look = LOOK.at(view=view, **changes)
    script = tmp_path / "script.py"
    script.write_text(snippet(attention, look), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made, wanted = drawn(runpy.run_path(os.fspath(script))["figure"]), drawn(figure(attention, look, str))
    assert made == wanted
    assert (tmp_path / "attention.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", ["column", "page"])
def test_every_view_can_be_had_in_the_width_of_a_column_or_a_page(
    attention: av.Attention, view: Any, width: str
) -> None:
    assert figure(attention, LOOK.at(view=view), str, width=width).get_size_inches()[0] == pytest.approx(WIDTHS[width])


def test_the_drawer_names_the_widths_that_figures_have() -> None:
    assert {f"{WIDTHS[width]:g}" in _name_of_width(width) for width in PRINT_WIDTHS if width} == {True}
    assert set(PRINT_WIDTHS) == {None, *WIDTHS}


def test_numbers_are_drawn_where_they_are_wished(attention: av.Attention) -> None:
    wished, usual = (figure(attention, LOOK.at(view="head"), str, numbers=numbers) for numbers in (True, False))
    assert wished.axes[0].texts
    assert not usual.axes[0].texts
