"""A link that is cut is seen in every figure, in the head where it is cut and in no other, and the caption names it. What stands
for several links, some of which are cut, has a dot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import attention_viz as av
from attention_viz import Attention
from attention_viz.cut_links import CutLink
from attention_viz.plots.cut_marks import STRIPES

CUTS: tuple[CutLink, ...] = ((1, 0, 2, 1), (0, None, 3, 3))


@pytest.fixture(scope="module")
def attention() -> Attention:
    weights = np.full((2, 2, 4, 4), 0.25, dtype=np.float32)
    return Attention.from_weights(weights, ["the", "cat", "sat", "down"])


def striped(figure: Figure) -> list[list[tuple[float, float]]]:
    """Of each axes, where stripes begin."""
    return [[each.get_xy() for each in axes.patches if each.get_hatch() == STRIPES] for axes in figure.axes]


def dots(figure: Figure) -> list[list[tuple[float, float]]]:
    """Of each axes, the places of dots, to one digit."""
    return [
        [
            (round(float(x), 1), round(float(y), 1))
            for line in axes.lines
            if line.get_marker() == "o"
            for x, y in line.get_xydata()
        ]
        for axes in figure.axes
    ]


def words(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text() for text in figure.findobj(match=_is_text)).split())


def _is_text(artist: Any) -> bool:
    return hasattr(artist, "get_text")


def test_a_cell_is_striped_in_the_head_where_its_link_is_cut(attention: Attention) -> None:
    assert striped(av.plot_head(attention, 1, 0, cuts=CUTS))[0] == [(1, 2)]
    assert striped(av.plot_head(attention, 1, 1, cuts=CUTS))[0] == []
    assert striped(av.plot_heads(attention, 0, cuts=CUTS))[:2] == [[(3, 3)], [(3, 3)]]


def test_the_caption_names_what_is_cut_here_and_counts_what_is_cut_elsewhere(attention: Attention) -> None:
    here, elsewhere = words(av.plot_head(attention, 1, 0, cuts=CUTS)), words(av.plot_lines(attention, 1, 1, cuts=CUTS))
    assert "links that are cut (sat → cat). The weights are those before the cut." in here
    assert "Links that are cut in other heads: 1." in here
    assert "sat → cat" not in elsewhere
    assert "Links that are cut in other heads: 2." in elsewhere
    assert "cut" not in words(av.plot_head(attention, 1, 0))


def test_a_line_has_a_gap_where_its_link_is_cut(attention: Attention) -> None:
    lines = av.plot_lines(attention, 1, 0, beside=((0, 1),), cuts=CUTS).axes[0].collections
    assert [sum(len(path.vertices) == 8 for path in each.get_paths()) for each in lines] == [1, 1]
    assert all(len(path.vertices) == 4 for path in av.plot_lines(attention, 1, 0).axes[0].collections[0].get_paths())


def test_a_token_is_striped_where_none_of_the_queries_reads_it_any_more(attention: Attention) -> None:
    one, two, all_of_them = (
        striped(av.plot_text(attention, 1, 0, queries=queries, cuts=CUTS))[0] for queries in ((2,), (2, 3), ())
    )
    assert (len(one), two, all_of_them) == (1, [], [])


@pytest.fixture(scope="module")
def long() -> Attention:
    """1,024 tokens: two of them to a cell of one head, eight to one of all heads of a layer."""
    weights = np.full((1, 2, 1_024, 1_024), 2**-10, dtype=np.float32)
    return Attention.from_weights(weights, [f"w{n}" for n in range(1_024)])


HELD = ("With a dot: what holds a cut link", "with a dot: what holds one.")


def test_a_cell_that_stands_for_several_tokens_has_a_dot_where_it_holds_a_cut_link(long: Attention) -> None:
    figure = av.plot_head(long, 0, 0, cuts=[(0, 0, 501, 3)])
    assert (striped(figure)[0], dots(figure)[0]) == ([], [(1.5, 250.5)])
    assert HELD[0] in words(figure)
    assert dots(av.plot_head(long, 0, 1, cuts=[(0, 0, 501, 3)]))[0] == []
    assert dots(av.plot_heads(long, 0, cuts=[(0, None, 501, 3)]))[:2] == [[(0.5, 62.5)], [(0.5, 62.5)]]


def test_a_mean_has_a_dot_where_a_link_is_cut_in_some_of_its_heads(attention: Attention) -> None:
    cuts: list[CutLink] = [(1, 0, 2, 1), (1, 0, 3, 3), (1, 1, 3, 3), (0, 0, 0, 0)]
    mean = av.mean_heads(attention, layer=1)
    figure = av.plot_head(mean, 0, 0, cuts=cuts)
    assert striped(figure)[0] == [(3, 3)]
    ((x, y),) = dots(figure)[0]
    assert (int(x), int(y)) == (1, 2)
    assert "Links that are cut in other heads: 1." in words(figure)
    lines = av.plot_lines(mean, 0, 0, cuts=cuts)
    assert sum(len(path.vertices) == 8 for each in lines.axes[0].collections for path in each.get_paths()) == 1
    assert len(dots(lines)[0]) == 1
    text = av.plot_text(mean, 0, 0, queries=[2], cuts=cuts)
    assert (striped(text)[0], len(dots(text)[0])) == ([], 1)
    assert all(HELD[1] in words(each) for each in (figure, lines))
    assert HELD[0] in words(text)


def test_of_several_queries_a_token_has_a_dot_where_one_of_them_reads_it_no_more(attention: Attention) -> None:
    assert [
        len(dots(av.plot_text(attention, 1, 0, queries=queries, cuts=CUTS))[0]) for queries in ((2,), (2, 3), ())
    ] == [
        0,
        1,
        1,
    ]


def test_among_all_heads_a_dot_stands_in_those_where_a_link_is_cut(attention: Attention) -> None:
    figure = av.plot_layers(attention, cuts=CUTS)
    assert [(int(x), int(y)) for x, y in dots(figure)[0]] == [(0, 0), (1, 0), (0, 1)]
    assert HELD[0] in words(figure)
    assert dots(av.plot_layers(attention))[0] == []
