"""What is drawn of a head, and which labels stand along its edges."""

from __future__ import annotations

import numpy as np
import pytest

from attention_viz import Attention, Tokens
from attention_viz.plots.heatmap import axis_labels, heatmap


def test_each_cell_knows_its_first_query_and_key() -> None:
    attention = Attention.from_weights(np.full((10, 7), 0.1), list("abcdefghij"), list("tuvwxyz"))
    shown = heatmap(attention, 0, 0, (), size=5)
    assert shown.queries == (0, 2, 4, 6, 8)
    assert shown.keys == (0, 1, 2, 4, 5)
    assert shown.values.shape == (5, 5)


def test_columns_are_masked_only_where_each_key_has_its_own() -> None:
    attention = Attention.from_weights(np.full((4, 4), 0.25), ["[CLS]", "a", "b", "[SEP]"])
    exact = heatmap(attention, 0, 0, ["special"], size=4)
    pooled = heatmap(attention, 0, 0, ["special"], size=2)
    assert np.ma.getmaskarray(exact.values).all(axis=0).tolist() == [True, False, False, True]
    assert not np.ma.getmaskarray(pooled.values).any()


@pytest.mark.parametrize(
    ("tokens", "turned"),
    [
        (["a", "b", "c"], [False, False, False]),
        (["a", "understanding", "c"], [True, True, True]),
        (["[CLS]", "小", "猫"], [True, False, False]),
    ],
)
def test_labels_are_turned_where_they_have_no_room_and_special_ones_alone(
    tokens: list[str], turned: list[bool]
) -> None:
    labels = axis_labels(Tokens.plain(tokens), range(3), length=0.9, sizes=(8, 12))
    assert list(labels.turned) == turned


def test_labels_grow_with_their_cells_within_bounds() -> None:
    few, many = (axis_labels(Tokens.plain(["t"] * n), range(n), length=6, sizes=(8, 12)) for n in (4, 300))
    assert (few.size, few.every) == (12, 1)
    assert many.size == 8
    assert many.every > 1
    assert len(many.labels) == len(many.cells) == len(range(0, 300, many.every))
