"""A chart draws every point that it is given, with or without lines between them."""

from __future__ import annotations

from attention_viz.view.chart import Curve, chart


def test_a_cloud_has_its_marks_and_no_lines() -> None:
    curves = [Curve("a", [(0.0, 0.1), (1.0, 0.4), (2.0, 0.2)])]
    cloud, curve = (chart(curves, name="n", across="x", up="y", joined=joined) for joined in (False, True))
    assert (cloud.count('class="line"'), curve.count('class="line"')) == (0, 2)
    assert cloud.count("title=") == curve.count("title=") == 3
