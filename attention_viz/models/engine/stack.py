"""Stack: tensors of one kind from all layers of a pass, such as the queries, of each text in one allocation."""

from __future__ import annotations

from collections.abc import Sequence

import torch


class Stack:
    """Of each text, one tensor (1, head, token, ...) of each layer, as many as are alike; opened by the first of them.

    Left where they are, between what each layer needs for a moment, they would leave the heap full of holes: more memory at
    the peak, and little of it given back to the system afterwards. Together with those of other texts, they would stay as
    long as any of these is looked at.
    """

    def __init__(self, first: torch.Tensor, layers: int, lengths: Sequence[int]) -> None:
        """first : (text, head, token, ...); layers : how many there will be if all are like it; lengths : tokens of each text"""
        self._lengths = lengths
        self._texts = [_empty(first[:1, :, :n_tokens], layers) for n_tokens in lengths]
        self._used = 0

    @property
    def is_full(self) -> bool:
        return self._used == len(self._texts[0])

    def put(self, tensor: torch.Tensor) -> int:
        """Moves it in, without the padding; returns its number on the stack."""
        longest = tensor.shape[2]
        rows = [
            row if n_tokens == longest else row.narrow(2, 0, n_tokens)
            for row, n_tokens in zip(torch.split(tensor, 1), self._lengths, strict=True)
        ]
        torch._foreach_copy_([layers[self._used] for layers in self._texts], rows)
        self._used += 1
        return self._used - 1

    def of_text(self, text: int) -> Sequence[torch.Tensor]:
        """Every layer's tensor of one text: (1, head, token, ...)."""
        return self._texts[text]


def _empty(like: torch.Tensor, layers: int) -> Sequence[torch.Tensor]:
    """Empty tensors in one piece of memory, their axes in the order in which they lie in the given one, so that what lies
    side by side is moved at once."""
    order = sorted(range(like.ndim), key=like.stride().__getitem__, reverse=True)
    held = like.new_empty([layers, *(like.shape[axis] for axis in order)])
    return held.permute(0, *(1 + order.index(axis) for axis in range(like.ndim))).unbind(0)
