"""Tensors on a stack are the numbers that were put there; what one text has of them is its own."""

from __future__ import annotations

import pytest
import torch

from attention_viz.models.engine.stack import Stack


@pytest.mark.parametrize("by_token", [True, False])
def test_a_text_has_its_own_numbers_without_padding_in_its_own_memory(by_token: bool) -> None:
    shape = (3, 7, 4, 5) if by_token else (3, 4, 7, 5)  # (text, token, head, d), as linear layers leave it; or by head
    given = [torch.randn(shape).transpose(1, 2) if by_token else torch.randn(shape) for _ in range(2)]
    lengths = (7, 2, 5)
    stack = Stack(given[0], 2, lengths)
    assert [stack.put(each) for each in given] == [0, 1]
    for text, n_tokens in enumerate(lengths):
        found = stack.of_text(text)
        for layer in range(2):
            assert torch.equal(found[layer], given[layer][text : text + 1, :, :n_tokens])
            assert found[layer].stride(2) == (4 * 5 if by_token else 5)  # as it was given, so that it is moved at once
        assert found[0].untyped_storage().nbytes() == 2 * 4 * n_tokens * 5 * 4
    assert len({stack.of_text(text)[1].untyped_storage().data_ptr() for text in range(3)}) == 3


def test_a_stack_is_full_when_as_many_are_on_it_as_there_is_room_for() -> None:
    stack, tensor = Stack(torch.ones(1, 2, 3, 4), 2, [3]), torch.ones(1, 2, 3, 4)
    stack.put(tensor)
    assert not stack.is_full
    stack.put(tensor)
    assert stack.is_full


def test_a_row_of_numbers_for_each_token_is_stacked_too() -> None:
    stack = Stack(torch.arange(12.0).view(2, 2, 3), 1, [3, 2])
    stack.put(torch.arange(12.0).view(2, 2, 3))
    assert stack.of_text(1)[0].tolist() == [[[6, 7], [9, 10]]]
