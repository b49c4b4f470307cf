"""Piece: one piece of memory for what all layers of a pass leave of one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch


@dataclass
class Piece:
    """Memory that is opened once, by the first layer, as if those to come were like it.

    Left where they are, between what each layer needs for a moment, queries, keys and values would leave the heap full of
    holes: more memory at the peak, and little of it given back to the system afterwards. Apart from those of other texts,
    they go when nobody looks at their own text any more.

    layers : how many are still to come
    left   : what is left of the piece, for each type of number
    """

    layers: int
    left: dict[torch.dtype, torch.Tensor] = field(default_factory=dict)

    def take(self, given: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The same numbers, as this layer leaves them, moved into the piece."""
        self._open(given)
        self.layers -= 1
        kept = [self._place(tensor) for tensor in given]
        torch._foreach_copy_(kept, list(given))
        return kept

    def _open(self, given: Sequence[torch.Tensor]) -> None:
        for kind in {each.dtype for each in given}:
            needed = sum(each.numel() for each in given if each.dtype == kind)
            if kind not in self.left or len(self.left[kind]) < needed:
                self.left[kind] = given[0].new_empty(needed * max(1, self.layers), dtype=kind)

    def _place(self, tensor: torch.Tensor) -> torch.Tensor:
        room, size = self.left[tensor.dtype], tensor.numel()
        self.left[tensor.dtype] = room[size:]
        return room[:size].view(tensor.shape)
