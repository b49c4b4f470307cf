from __future__ import annotations

import pytest
import torch

from attention_viz.errors import AttentionVizError, InputError
from attention_viz.mechanism import shapes


@pytest.mark.parametrize(
    ("tensor", "sentence"),
    [
        (torch.ones(2, 3, dtype=torch.long), r"The keys are of type torch.int64. Give floating-point numbers\."),
        (torch.ones(3), r"The keys have the shape \(3,\). Give at least two axes: \(token, width\)\."),
        (torch.ones(0, 3), r"The keys are empty: their shape is \(0, 3\)\. Give at least one token"),
        (torch.ones(3, 0), r"The keys are empty"),
        (torch.tensor([[1.0, torch.nan, torch.inf]]), r"Among the keys, 2 of 3 numbers are NaN or infinite\."),
    ],
)
def test_what_cannot_be_read_is_named_in_a_sentence(tensor: torch.Tensor, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        shapes.require_numbers("keys", tensor)


def test_pairs_must_share_type_and_batch() -> None:
    with pytest.raises(InputError, match=r"queries are torch.float32 and the keys are torch.float64"):
        shapes.require_pair(torch.ones(2, 3), torch.ones(2, 3, dtype=torch.float64))
    with pytest.raises(InputError, match=r"\(4, 2, 3\) and the keys \(5, 2, 3\)"):
        shapes.require_pair(torch.ones(4, 2, 3), torch.ones(5, 2, 3))
    shapes.require_pair(torch.ones(4, 2, 3), torch.ones(4, 6, 5))


@pytest.mark.parametrize("value", [0, -1.5, float("nan"), float("inf")])
def test_only_finite_numbers_above_zero_are_positive(value: float) -> None:
    with pytest.raises(AttentionVizError, match="temperature"):
        shapes.require_positive("temperature", value)


@pytest.mark.parametrize("value", [-0.1, 1.0, 2.0, float("nan")])
def test_a_share_leaves_something(value: float) -> None:
    with pytest.raises(AttentionVizError, match="dropout"):
        shapes.require_share("dropout", value)
