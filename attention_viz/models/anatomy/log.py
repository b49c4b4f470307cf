"""Log: the modules that ran in one pass of a network, in their order, with what each was given and gave out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel
from transformers.pytorch_utils import Conv1D

from attention_viz.models.engine.replay import ModuleCall


@dataclass(frozen=True, eq=False)
class Ran:
    """One module that ran: what it was given and what it gave, (token, width) float32; of a table, both what it gave."""

    name: str
    module: nn.Module
    given: Tensor
    gave: Tensor


@dataclass
class Log:
    """What ran in a pass, in its order: linear modules, tables and normalisations; and each run of one attention module.

    events : (name, module, given, gave); calls : (how many events came before, what the attention was given)
    inside : the attention's own linear modules
    """

    events: list[tuple[str, nn.Module, Any, Any]] = field(default_factory=list)
    calls: list[tuple[int, ModuleCall]] = field(default_factory=list)
    inside: set[nn.Module] = field(default_factory=set)

    def listen(self, network: PreTrainedModel, attention: nn.Module) -> None:
        """For good: the network is this call's own."""
        self.inside = {each for each in attention.modules() if isinstance(each, (nn.Linear, Conv1D))}
        attention.register_forward_pre_hook(
            lambda _, args, kwargs: self.calls.append((len(self.events), ModuleCall(args, kwargs))), with_kwargs=True
        )
        for name, module in network.named_modules():
            if isinstance(module, (nn.Linear, Conv1D, nn.Embedding)) or _is_norm(module):
                module.register_forward_hook(
                    lambda module, args, output, name=name: self.events.append((name, module, args[:1], output))
                )

    def ran(self, index: int) -> Ran:
        name, module, given, gave = self.events[index]
        gave = gave[0] if isinstance(gave, tuple) else gave  # I-BERT's modules give out their numbers and a factor
        numbers = given and torch.is_tensor(given[0]) and given[0].is_floating_point()
        return Ran(name, module, plain(given[0] if numbers else gave), plain(gave))

    def find(self, name: str | None, start: int) -> int | None:
        """Where a module ran first, from an event on."""
        places = (index for index in range(start, len(self.events)) if self.events[index][0] == name)
        return next(places, None)

    def linears(self, span: slice) -> tuple[Ran, ...]:
        places = range(*span.indices(len(self.events)))
        return tuple(self.ran(place) for place in places if self.events[place][1] in self.inside)

    def norms(self, places: Iterable[int], most: int) -> tuple[Ran, ...]:
        """The first normalisations over the whole width that are met; those of single heads are passed over."""
        found: list[Ran] = []
        for place in places:
            _, module, given, _ = self.events[place]
            if _is_norm(module) and given and given[0].ndim <= 3:
                found.append(self.ran(place))
            if len(found) == most:
                break
        return tuple(found)


def _is_norm(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    return "norm" in type(module).__name__.lower() and isinstance(weight, Tensor) and weight.ndim == 1


def plain(tensor: Tensor) -> Tensor:
    """Of the only text of the pass, in float32."""
    plain = tensor.detach().cpu().float()
    return plain[0] if plain.ndim > 2 else plain
