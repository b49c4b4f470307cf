from __future__ import annotations

import pytest
import torch

from attention_viz.errors import SelectionError
from attention_viz.experiments.interventions.switches import each_alone, switched


def test_heads_of_one_layer_are_switched_together() -> None:
    found = switched([(0, 1), (2, 0), (0, 2)], n_heads=[3, 3, 2])
    assert {layer: gates.tolist() for layer, gates in found.gates.items()} == {0: [[1, 0, 0]], 2: [[0, 1]]}
    assert not found.uniform


def test_uniform_heads_are_named_and_no_output_is_dimmed() -> None:
    found = switched([(1, 1)], n_heads=[3, 2], how="uniform")
    assert {layer: chosen.tolist() for layer, chosen in found.uniform.items()} == {1: [[False, True]]}
    assert not found.gates


def test_each_copy_of_a_text_lacks_another_head() -> None:
    gates = each_alone(3, range(1, 4), n_heads=5, how="zero").gates[3]
    assert gates.tolist() == (1 - torch.eye(5)[1:4]).tolist()


@pytest.mark.parametrize(
    ("head", "why"),
    [
        ((4, 0), "no layer index 4; the model has 4 layers"),
        ((-1, 0), "no layer index -1"),
        ((0, 3), "no head index 3 in layer index 0; it has 3 heads"),
        ((2, 2), "no head index 2 in layer index 2; it has 2 heads"),
        ((0, -1), "no head index -1"),
        ((3, 0), "index 3 .* has no attention weights. Choose an index among 0, 1, 2"),
    ],
)
def test_a_head_that_does_not_exist_is_named(head: tuple[int, int], why: str) -> None:
    with pytest.raises(SelectionError, match=why):
        switched([head], n_heads=[3, 3, 2, 0])


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(SelectionError, match="not by half"):
        switched([], n_heads=[3], how="half")
