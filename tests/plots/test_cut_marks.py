"""A link that is cut is seen in every figure, in the head where it is cut and in no other, and the caption names it."""

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
