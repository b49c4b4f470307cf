from __future__ import annotations

import pytest
import torch
from torch import nn

from attention_viz.errors import InputError
from attention_viz.mechanism import allowed_keys, causal_mask, masked_scores, valid_mask


@pytest.mark.parametrize("n", [1, 2, 7])
def test_the_causal_mask_is_torchs_square_subsequent_mask(n: int) -> None:
    theirs = nn.Transformer.generate_square_subsequent_mask(n)
    assert torch.equal(masked_scores(torch.zeros(n, n), causal_mask(n)), theirs)


def test_valid_lengths_per_sequence_hide_what_comes_after() -> None:
    allowed = valid_mask([2, 0, 4], (3, 5, 4))
    assert allowed.shape == (3, 1, 4)
    assert allowed[:, 0].tolist() == [[True, True, False, False], [False] * 4, [True] * 4]


def test_valid_lengths_per_query_differ_from_row_to_row() -> None:
    allowed = valid_mask(torch.tensor([[1, 3], [2, 0]]), (2, 2, 3))
    assert allowed.int().tolist() == [[[1, 0, 0], [1, 1, 1]], [[1, 1, 0], [0, 0, 0]]]


def test_one_sequence_takes_a_single_number_or_one_per_query() -> None:
    assert valid_mask(2, (4, 3)).int().tolist() == [[1, 1, 0]]
    assert valid_mask([1, 2, 3, 0], (4, 3)).sum(-1).tolist() == [1, 2, 3, 0]


def test_valid_lengths_per_query_of_1_to_n_are_the_causal_mask() -> None:
    assert torch.equal(valid_mask(torch.arange(1, 6), (5, 5)), causal_mask(5))


def test_a_mask_and_valid_lengths_hide_what_either_hides() -> None:
    allowed = allowed_keys((2, 3, 3), causal_mask(3), [3, 2])
    assert allowed is not None
    assert allowed.int().tolist() == [[[1, 0, 0], [1, 1, 0], [1, 1, 1]], [[1, 0, 0], [1, 1, 0], [1, 1, 0]]]
    assert allowed_keys((2, 3, 3)) is None


@pytest.mark.parametrize(
    ("valid", "sentence"),
    [
        ([5, 1], r"go from 1 to 5, but there are 4 keys\. Give lengths from 0 to 4"),
        ([-1, 1], r"go from -1 to 1"),
        ([1, 2, 3], r"have the shape \(3,\)\. Give \(2,\) \(one per sequence\) or \(2, 3\) \(one per query\)"),
        (torch.tensor([1.0, 2.0]), r"of type torch.float32\. Give whole numbers"),
        (torch.tensor([True, False]), r"of type torch.bool"),
    ],
)
def test_valid_lengths_that_fit_nothing_are_refused(valid, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        valid_mask(valid, (2, 3, 4))


@pytest.mark.parametrize(
    ("mask", "sentence"),
    [
        (torch.ones(3, 4), r"of type torch.float32\. Give booleans"),
        (torch.ones(4, 3, dtype=torch.bool), r"shape \(4, 3\), the scores \(\.\.\., query, key\) have \(2, 3, 4\)"),
        (torch.ones(5, 2, 3, 4, dtype=torch.bool), r"shape \(5, 2, 3, 4\)"),
        (torch.ones(4, dtype=torch.bool), r"shape \(4,\)"),
    ],
)
def test_a_mask_that_fits_nothing_is_refused(mask: torch.Tensor, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        allowed_keys((2, 3, 4), mask)


def test_a_sequence_of_nothing_has_no_causal_mask() -> None:
    with pytest.raises(InputError, match="n_tokens is 0"):
        causal_mask(0)
