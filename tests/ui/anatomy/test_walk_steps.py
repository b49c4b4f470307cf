from __future__ import annotations

import pytest

from attention_viz.ui.anatomy.walk_steps import check


@pytest.mark.parametrize(
    ("difference", "equal", "changed", "mark", "shown"),
    [
        (0.0, True, False, "✓", "largest difference <span>0</span>"),
        (2.4e-7, True, False, "✓", "largest difference <span>2.4e-07</span>"),
        (0.31274, False, True, "≠", "by up to <span>0.3127</span>, since you changed"),
        (0.002, False, False, "≠", "by up to <span>0.0020</span></p>"),
    ],
)
def test_a_check_says_what_was_compared_and_how_far_apart_it_is(
    difference: float, equal: bool, changed: bool, mark: str, shown: str
) -> None:
    line = check("a", difference, equal, changed)
    assert f"<b>{mark} a</b>" in line
    assert shown in line


def test_what_was_compared_is_no_markup() -> None:
    assert "<img" not in check("<img src=x>", 0.0, True)
