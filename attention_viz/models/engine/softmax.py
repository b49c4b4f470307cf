"""Softmax: what went into each softmax while modules ran, and what came out of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class SoftmaxWatch(TorchFunctionMode):
    """Watches, in this thread, what goes into each softmax, and what its result is multiplied with.

    place     : asked at each softmax for the layer that runs
    softmaxes : (given, result) of each; places: what `place` answered; products: the two factors of each
    """

    def __init__(self, place: Callable[[], int | None] = lambda: None) -> None:
        super().__init__()
        self.place = place
        self.softmaxes: list[tuple[torch.Tensor, torch.Tensor]] = []
        self.places: list[int | None] = []
        self.products: list[tuple[torch.Tensor, torch.Tensor]] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if func.__name__ == "softmax":
            self.softmaxes.append((args[0] if args else kwargs["input"], result))
            self.places.append(self.place())
        elif func.__name__ in ("matmul", "bmm", "__matmul__"):
            self.products.append(args[:2])
        return result

    def before(self, weights: torch.Tensor) -> torch.Tensor | None:
        """The scores that became these weights."""
        scores = [
            given
            for given, result in self.softmaxes
            if share(result, weights) and given.numel() == weights.numel()  # a sink is one more score, then cut off
        ]
        return scores[-1].view_as(weights) if scores else None

    def after(self, scores: torch.Tensor) -> torch.Tensor | None:
        """The weights that these scores became; None where they were given to no softmax."""
        weights = [
            result for given, result in self.softmaxes if share(given, scores) and result.numel() == scores.numel()
        ]
        return weights[-1].view_as(scores) if weights else None

    def weighed(self, scores: torch.Tensor) -> torch.Tensor:
        """The same of a model that gives these scores to a softmax, as its trial has shown."""
        weights = self.after(scores)
        assert weights is not None
        return weights

    def place_of(self, tensor: torch.Tensor) -> int | None:
        """The layer that ran the softmax which was given this tensor, or gave it; None where none did."""
        pairs = zip(self.softmaxes, self.places, strict=True)
        return next((place for seen, place in pairs if any(share(each, tensor) for each in seen)), None)

    def result_of(self, weights: torch.Tensor) -> torch.Tensor | None:
        """What a softmax gave, where these weights are some or all of its columns."""
        return next((result for _, result in self.softmaxes if _is_part(weights, result)), None)

    def values(self, weights: torch.Tensor) -> torch.Tensor | None:
        """What these weights were multiplied with: (text, own or shared head, key, d); None where it is not seen."""
        # A part of longer rows is multiplied with more values than are its own.
        values = [right for left, right in self.products if share(left, weights) and left.numel() == weights.numel()]
        return values[-1].reshape(len(weights), -1, *values[-1].shape[-2:]) if values else None


def share(first: torch.Tensor, second: torch.Tensor) -> bool:
    """Whether two tensors are views on the same numbers."""
    return first.untyped_storage().data_ptr() == second.untyped_storage().data_ptr()


def _is_part(weights: torch.Tensor, result: torch.Tensor) -> bool:
    if share(weights, result):
        return True
    first = result[..., : weights.shape[-1]]  # rounded to another type, they are other numbers in memory
    return first.shape == weights.shape and torch.equal(first.to(weights.dtype), weights)
