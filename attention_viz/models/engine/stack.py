"""Stack: what the layers of a pass leave of one kind, such as their queries, in one piece of memory."""

from __future__ import annotations

import torch


class Stack:
    """One tensor (text, head, token, ...) of each layer, as many as are alike; opened by the first of them.

    Left where they are, between what each layer needs for a moment, they would leave the heap full of holes: more memory at
    the peak, and little of it given back to the system afterwards.
    """

    def __init__(self, first: torch.Tensor, layers: int) -> None:
        """layers : how many there will be if all are like the first"""
        strides = first.stride()
        # The axes in the order in which they lie in memory, so that what lies side by side is moved at once.
        self._order = sorted(range(first.ndim), key=strides.__getitem__, reverse=True)
        self._inverse = [1 + self._order.index(axis) for axis in range(first.ndim)]
        self._shape = first.shape
        self._held = first.new_empty(
            [layers, *(first.shape[axis] for axis in self._order)]
        )  # (layer, axes as they lie)
        self._used = 0

    def fits(self, tensor: torch.Tensor) -> bool:
        """Whether another layer's tensor can be put on top."""
        return tensor.shape == self._shape and tensor.dtype == self._held.dtype and self._used < len(self._held)

    def put(self, tensor: torch.Tensor) -> int:
        """Moves it in; returns its number on the stack."""
        self._held[self._used].copy_(tensor.permute(self._order))
        self._used += 1
        return self._used - 1

    def all(self) -> tuple[torch.Tensor, ...]:
        """Every layer's tensor, as it was given: (text, head, token, ...)."""
        return self._given(self._held[: self._used])

    def of_text(self, text: int, n_tokens: int) -> tuple[torch.Tensor, ...]:
        """Every layer's tensor of one text without its padding, (1, head, token, ...), in memory of its own."""
        own = self._held[: self._used].narrow(self._inverse[0], text, 1).narrow(self._inverse[2], 0, n_tokens)
        return self._given(own.clone(memory_format=torch.contiguous_format))

    def _given(self, held: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return held.permute(0, *self._inverse).unbind(0)
