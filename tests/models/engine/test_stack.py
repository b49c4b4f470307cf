"""Tensors on a stack are the numbers that were put there; what one text has of them is its own."""

from __future__ import annotations

import pytest
import torch

from attention_viz.models.engine.stack import Stack


@pytest.mark.parametrize("by_token", [True, False])
def test_a_text_has_its_own_numbers_without_padding_in_its_own_memory(by_token: bool) -> None:
    shape = (3, 7, 4, 5) if by_token else (3, 4, 7, 5)  # (text, token, head, d), as linear layers leave it; or by head
    given = [torch.randn(shape).transpose(1, 2) if by_token else torch.randn(shape) for _ in range(2)]
    stack = Stack(given[0], 2)
    assert [stack.put(each) for each in given] == [0, 1]
    assert all(torch.equal(one, other) for one, other in zip(stack.all(), given, strict=True))
    own = [stack.of_text(text, n_tokens) for text, n_tokens in enumerate((7, 2, 5))]
    for text, (found, n_tokens) in enumerate(zip(own, (7, 2, 5), strict=True)):
        for layer in range(2):
            assert torch.equal(found[layer], given[layer][text : text + 1, :, :n_tokens])
        assert found[0].untyped_storage().nbytes() == 2 * 4 * n_tokens * 5 * 4
    assert len({found[0].untyped_storage().data_ptr() for found in own}) == 3


def test_only_tensors_like_the_first_fit_and_only_as_many_as_there_is_room_for() -> None:
    stack = Stack(torch.ones(1, 2, 3, 4), 2)
    assert not stack.fits(torch.ones(1, 2, 3, 5))
    assert not stack.fits(torch.ones(1, 2, 3, 4).half())
    stack.put(torch.ones(1, 2, 3, 4))
    assert stack.fits(torch.ones(1, 2, 3, 4))
    stack.put(torch.ones(1, 2, 3, 4))
    assert not stack.fits(torch.ones(1, 2, 3, 4))


def test_a_row_of_numbers_for_each_token_is_stacked_too() -> None:
    stack = Stack(torch.arange(12.0).view(2, 2, 3), 1)
    stack.put(torch.arange(12.0).view(2, 2, 3))
    assert stack.of_text(1, 2)[0].tolist() == [[[6, 7], [9, 10]]]
