"""What the browser says of a typed number is taken only where it names a cell and a finite number."""

from __future__ import annotations

import pytest

from attention_viz.ui.widgets.editing import is_edit

GOOD = {"name": "queries", "row": 0, "column": 1, "value": 2.5}


def test_a_cell_and_a_number_are_taken() -> None:
    assert is_edit(GOOD)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": 1},
        {"row": -1},
        {"row": 0.5},
        {"column": True},
        {"value": float("nan")},
        {"value": float("inf")},
        {"value": None},
        {"value": "3"},
    ],
)
def test_anything_else_is_not(wrong: dict[str, object]) -> None:
    assert not is_edit({**GOOD, **wrong})


@pytest.mark.parametrize("other", [None, [], "cell", {}])
def test_what_is_no_cell_is_not(other: object) -> None:
    assert not is_edit(other)
