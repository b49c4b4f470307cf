"""Depth: the layers of a model as they run, so that each map of attention has the number of its own layer.

A hybrid has attention in some of its layers only, and gives out maps of those alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import nn


@dataclass
class Depth:
    """The members of a network's lists of modules that ran, those inside another one not counted.

    lists : the name of each one's list, in the order in which they ran
    """

    lists: list[str] = field(default_factory=list)
    inside: int = 0

    @property
    def now(self) -> int | None:
        """The place in `lists` of the member that runs; None = none does."""
        return len(self.lists) - 1 if self.inside else None

    def listen(self, network: nn.Module) -> list[Any]:
        """Handles of the hooks that note what runs; a member of two lists runs as one of the first."""
        members = {
            id(member): (name, member)
            for name, each in reversed(list(network.named_modules()))
            if isinstance(each, nn.ModuleList)
            for member in each
        }
        return [
            handle
            for name, member in members.values()
            for handle in (
                member.register_forward_pre_hook(lambda *_, name=name: self._begin(name)),
                member.register_forward_hook(lambda *_: self._end()),
            )
        ]

    def _begin(self, name: str) -> None:
        if not self.inside:
            self.lists.append(name)
        self.inside += 1

    def _end(self) -> None:
        self.inside -= 1

    def numbered(self, places: Sequence[int | None]) -> list[int | None]:
        """The layers of one map of attention, in the order in which they ran.

        places  : for each tensor of weights, the place of the layer that made it; None = no layer is known
        returns : for each layer the index of its weights among them, None for a layer without attention. A layer that
                  attends twice counts as two; without known layers, each tensor is one.
        """
        known = [place for place in places if place is not None]
        if len(known) < len(places) or known != sorted(known):
            return list(range(len(places)))
        stacks = {self.lists[place] for place in known}
        made: dict[int, list[int | None]] = {}
        for index, place in enumerate(known):
            made.setdefault(place, []).append(index)
        return [index for place, name in enumerate(self.lists) if name in stacks for index in made.get(place, [None])]
