"""The picture for print shows what the screen shows: lines as lines, a head as a heatmap, a layer as all its heads."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.figure import Figure

import attention_viz as av
from attention_viz.selection import Selection
from attention_viz.ui.downloads import figure
from attention_viz.ui.snippet import snippet

TEXT, SECOND = "The animal did not cross the street.", "It was too tired."
LOOK = Selection(text=TEXT, second=SECOND, layer=2, head=4, view="lines", kept=((0, 1), (2, 4)), queries=(3, 12))


@pytest.fixture(scope="module")
def attention() -> av.Attention:
    return av.load_model().attend(TEXT, SECOND)


def lines(drawn: Figure) -> list[list[list[tuple[float, float]]]]:
    """Of each head its lines, as corners of their curves."""
    collections = [each for each in drawn.axes[0].collections if isinstance(each, PathCollection)]
    return [[[tuple(corner) for corner in path.vertices] for path in each.get_paths()] for each in collections]


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


def test_a_query_that_the_text_no_longer_has_is_passed_over(attention: av.Attention) -> None:
    assert len(lines(figure(attention, LOOK.at(queries=(3, 500)), str))) == 2


@pytest.mark.parametrize(
    ("view", "average", "n"), [("head", "none", 1), ("text", "none", 1), ("lines", "heads", 1), ("layer", "none", 12)]
)
def test_else_there_are_heatmaps(attention: av.Attention, view: str, average: str, n: int) -> None:
    drawn = figure(attention, LOOK.at(view=view, average=average), str)
    assert heatmaps(drawn) == n


@pytest.mark.parametrize("look", [LOOK, LOOK.at(queries=(), kept=(), pairs="BA", threshold=0.1, exclude=("special",))])
def test_the_script_that_is_shown_draws_the_same_lines(
    attention: av.Attention, look: Selection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.py"
    script.write_text(snippet(look), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = runpy.run_path(os.fspath(script))
    assert lines(made["figure"]) == lines(figure(attention, look, str))
