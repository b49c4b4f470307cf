"""Switches: what is changed in the heads of a running model, layer by layer, so that a pass can begin at the first of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import torch

from attention_viz.attending import check_head
from attention_viz.errors import SelectionError
from attention_viz.experiments.interventions.head_patch import HeadPatch
from attention_viz.experiments.interventions.link_cuts import LinkCuts

How = Literal["zero", "uniform"]

HOW: tuple[How, ...] = ("zero", "uniform")
"""Two ways to take a head away: its output becomes zero (Michel et al. 2019), or it reads all its keys alike (Kovaleva et al. 2019)."""


@dataclass(frozen=True, eq=False)
class Switches:
    """What is done to which heads, in this order.

    uniform : layer -> (text or 1, head) bool, True = reads all the keys it may read alike
    cuts    : layer -> the links that its heads do not read
    patches : layer -> outputs of another run that stand in for its heads' own
    gates   : layer -> (text or 1, head or 1) the factor of each head's output; 0 = off. May require a gradient
    """

    gates: Mapping[int, torch.Tensor] = field(default_factory=dict)
    uniform: Mapping[int, torch.Tensor] = field(default_factory=dict)
    cuts: Mapping[int, LinkCuts] = field(default_factory=dict)
    patches: Mapping[int, HeadPatch] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The first layer that is changed; 0 where none is."""
        return min((layer for each in (self.gates, self.uniform, self.cuts, self.patches) for layer in each), default=0)


def switched(heads: Sequence[tuple[int, int]], n_heads: Sequence[int], how: How = "zero") -> Switches:
    """Switches that take these heads away, for every text alike.

    heads   : (layer, head) from 0; n_heads: of each layer
    Raises SelectionError for a head that does not exist, or an unknown way.
    """
    check_how(how)
    off: dict[int, torch.Tensor] = {}
    for layer, head in heads:
        check_head(n_heads, layer, head)
        off.setdefault(layer, torch.zeros(1, n_heads[layer], dtype=torch.bool))[0, head] = True
    return one_way(off, how)


def each_alone(layer: int, heads: Sequence[int], n_heads: int, how: How) -> Switches:
    """Switches for copies of one text, in each of which another of these heads is taken away."""
    return one_way({layer: torch.eye(n_heads, dtype=torch.bool)[list(heads)]}, how)


def one_way(off: Mapping[int, torch.Tensor], how: How) -> Switches:
    """Layer -> (text or 1, head) True where a head is taken away, as switches of one way."""
    return (
        Switches(uniform=off) if how == "uniform" else Switches({layer: (~each).float() for layer, each in off.items()})
    )


def check_how(how: How) -> None:
    if how not in HOW:
        raise SelectionError(
            "A head is taken away by zero or by uniform, not by {how}. Choose one of the two.", how=how
        )
