"""Steps: a calculation step by step, each step with its name, shape, formula and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from attention_viz.errors import InputError, SelectionError


@dataclass(frozen=True, eq=False)
class Step:
    """One step: its name, the names of the axes of its numbers (none = a single number), its formula as TeX."""

    name: str
    axes: tuple[str, ...]
    formula: str
    numbers: Tensor

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.numbers.shape)


@dataclass(frozen=True)
class Contribution:
    """What one dimension adds to the score of one key: product = query * key."""

    dimension: int
    query: float
    key: float
    product: float


@dataclass(frozen=True)
class Walkthrough:
    """The steps of a calculation in order; `walkthrough["weights"]` is the step of that name."""

    steps: tuple[Step, ...]

    def __getitem__(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name:
                return step
        raise SelectionError("There is no step {name}. Choose one of {names}.", name=name, names=", ".join(self.names))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(step.name for step in self.steps)

    def contributions(self, key: int) -> tuple[Contribution, ...]:
        """Which dimensions make the score of one key: every product, largest first; their sum is the unscaled score."""
        products = self["products"].numbers  # (key, d_head)
        if not 0 <= key < len(products):
            raise SelectionError("There is no key {key}; there are {n}.", key=key + 1, n=len(products))
        query, keys = self["query"].numbers, self["keys"].numbers
        return tuple(
            Contribution(
                dimension, query[dimension].item(), keys[key, dimension].item(), products[key, dimension].item()
            )
            for dimension in self["order"].numbers[key].tolist()
        )

    def differences(self, own: Mapping[str, Tensor]) -> dict[str, float]:
        """How far steps are from a model's own tensors of the same names: the largest absolute difference of each."""
        return {name: _difference(self[name], tensor) for name, tensor in own.items()}


class StepLog:
    """The steps computed so far."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, name: str, axes: tuple[str, ...], formula: str, numbers: Tensor) -> Tensor:
        self.steps.append(Step(name, axes, formula, numbers))
        return numbers


def _difference(step: Step, tensor: Tensor) -> float:
    if step.numbers.shape != tensor.shape:
        raise InputError(
            "The step {name} has the shape {step}, the tensor beside it {tensor}.",
            name=step.name,
            step=step.shape,
            tensor=tuple(tensor.shape),
        )
    # equal infinities (hidden keys) differ by 0, not by NaN
    return torch.where(step.numbers == tensor, 0, (step.numbers - tensor).abs()).max().item()
