"""Log: the modules that ran in one forward pass, in their order, each with its input and its output."""

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
class ModuleRun:
    """One run of a module: its input and its output, (token, width) float32; of an embedding table both are the output."""

    name: str
    module: nn.Module
    input: Tensor
    output: Tensor


@dataclass
class Log:
    """What ran in a forward pass, in its order: linear modules, embedding tables and normalisations; and each call of one
    attention module.

    events : (name, module, positional inputs, output); calls : (number of events before, arguments of the attention module)
    inside : the linear modules inside the attention module
    """

    events: list[tuple[str, nn.Module, Any, Any]] = field(default_factory=list)
    calls: list[tuple[int, ModuleCall]] = field(default_factory=list)
    inside: set[nn.Module] = field(default_factory=set)

    def listen(self, network: PreTrainedModel, attention: nn.Module) -> None:
        """Registers the hooks. They are never removed, so the network must be a copy that nobody else uses."""
        self.inside = {each for each in attention.modules() if isinstance(each, (nn.Linear, Conv1D))}
        attention.register_forward_pre_hook(
            lambda _, args, kwargs: self.calls.append((len(self.events), ModuleCall(args, kwargs))), with_kwargs=True
        )
        for name, module in network.named_modules():
            if isinstance(module, (nn.Linear, Conv1D, nn.Embedding)) or _is_norm(module):
                module.register_forward_hook(
                    lambda module, args, output, name=name: self.events.append((name, module, args[:1], output))
                )

    def run(self, index: int) -> ModuleRun:
        """The run of a module that an event recorded."""
        name, module, inputs, output = self.events[index]
        output = output[0] if isinstance(output, tuple) else output  # I-BERT's modules return numbers and a factor
        is_vectors = inputs and torch.is_tensor(inputs[0]) and inputs[0].is_floating_point()
        return ModuleRun(name, module, plain(inputs[0] if is_vectors else output), plain(output))

    def find(self, name: str | None, start: int) -> int | None:
        """Index of the first run of a module at or after event `start`; None where there is none."""
        places = (index for index in range(start, len(self.events)) if self.events[index][0] == name)
        return next(places, None)

    def linears(self, span: slice) -> tuple[ModuleRun, ...]:
        """The runs of the attention's own linear modules within a range of events."""
        places = range(*span.indices(len(self.events)))
        return tuple(self.run(place) for place in places if self.events[place][1] in self.inside)

    def norms(self, places: Iterable[int], most: int) -> tuple[ModuleRun, ...]:
        """The first `most` normalisations over d_model among these events; those over single heads are skipped."""
        found: list[ModuleRun] = []
        for place in places:
            _, module, inputs, _ = self.events[place]
            if _is_norm(module) and inputs and inputs[0].ndim <= 3:
                found.append(self.run(place))
            if len(found) == most:
                break
        return tuple(found)


def _is_norm(module: nn.Module) -> bool:
    weight = getattr(module, "weight", None)
    return "norm" in type(module).__name__.lower() and isinstance(weight, Tensor) and weight.ndim == 1


def plain(tensor: Tensor) -> Tensor:
    """The tensor of the only text in the batch, without the batch axis: float32 on the CPU."""
    plain = tensor.detach().cpu().float()
    return plain[0] if plain.ndim > 2 else plain
