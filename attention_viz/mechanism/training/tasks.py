"""Toy tasks: a sequence in, a sequence of the same symbols out, by a simple rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.shapes import require_at_least

RULES: Mapping[str, Callable[[Tensor], Tensor]] = MappingProxyType(
    {
        "reverse": lambda given: given.flip(-1),
        "sort": lambda given: given.sort(-1).values,
        "copy": lambda given: given.clone(),
        "shift": lambda given: given.roll(1, -1),
    }
)
"""(batch, token) -> (batch, token): backwards, in ascending order, as it is, one place to the right (the last first)."""


@dataclass(frozen=True)
class Task:
    """A rule over sequences of `length` symbols out of `n_symbols`."""

    rule: str = "reverse"
    n_symbols: int = 8
    length: int = 6

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise InputError("The rule is {rule}. Choose one of {rules}.", rule=self.rule, rules=", ".join(RULES))
        require_at_least("n_symbols", self.n_symbols, 2)
        require_at_least("length", self.length, 2)

    def draw(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """n sequences at random and the right answer to each: two of (n, length), whole numbers below n_symbols."""
        given = torch.randint(self.n_symbols, (n, self.length), generator=generator)
        return given, self.wanted(given)

    def wanted(self, given: Tensor) -> Tensor:
        """The right answer to each sequence: (batch, token) -> (batch, token)."""
        return RULES[self.rule](given)
