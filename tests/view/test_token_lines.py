"""Wires join each reader with what it reads, thicker for a higher weight, and escape their tokens."""

from __future__ import annotations

import re

import numpy as np
import pytest

from attention_viz.errors import InputError
from attention_viz.view.beside import beside
from attention_viz.view.token_lines import token_lines

LINE = re.compile(r'<i class="(on|off)" style="clip-path:polygon\(([^)]*)\);opacity:([\d.]+)"')


def lines(html: str) -> list[tuple[str, list[list[float]], float]]:
    return [
        (kind, [[float(part.rstrip("%")) for part in corner.split()] for corner in corners.split(",")], float(opacity))
        for kind, corners, opacity in LINE.findall(html)
    ]


def test_a_line_runs_from_the_reader_above_to_what_it_reads_below() -> None:
    html = token_lines(np.array([[0, 1.0], [0, 0]]), name="n", queries=["a", "b"], keys=["c", "d"])
    [(_, corners, _)] = lines(html)
    assert np.mean(corners[:2], axis=0).tolist() == pytest.approx([25, 0])
    assert np.mean(corners[2:], axis=0).tolist() == pytest.approx([75, 100])


def test_a_higher_weight_is_thicker_and_darker() -> None:
    html = token_lines(np.array([[0.1, 0.9]]), name="n", queries=["a"], keys=["c", "d"])
    (_, thin, faint), (_, thick, dark) = lines(html)
    assert np.ptp(np.array(thin[:2])[:, 0]) < np.ptp(np.array(thick[:2])[:, 0])
    assert faint < dark


def test_the_lines_of_one_reader_come_last_and_stand_out() -> None:
    html = token_lines(np.full((3, 3), 0.4), name="n", queries=["a", "b", "c"], query=1)
    kinds = [kind for kind, _, _ in lines(html)]
    assert kinds == ["off"] * 6 + ["on"] * 3
    assert html.count("class=on") == 1


def test_what_is_not_linked_has_no_line() -> None:
    assert len(lines(token_lines(np.eye(4, dtype=bool), name="n", queries=list("abcd")))) == 4


def test_tokens_are_escaped() -> None:
    html = token_lines(np.ones((1, 1)), name="<n>", queries=['<script>"'])
    assert "<script>" not in html
    assert "&lt;n&gt;" in html


def test_labels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="2 tokens above and 2 below"):
        token_lines(np.ones((3, 2)), name="n", queries=["a", "b"])


def test_figures_stand_beside_one_another() -> None:
    assert beside("<p>a</p>", "<p>b</p>") == '<div class="av-beside"><p>a</p><p>b</p></div>'
