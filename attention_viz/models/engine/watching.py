"""Watching: what a network's modules do in one pass, as the reference needs to know it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from attention_viz.models.engine.depth import Depth
from attention_viz.models.engine.softmax import SoftmaxWatch


class Maker(NamedTuple):
    """Where a tensor was given out first.

    module : name of the innermost module with parameters that gave it out; "" where none did
    place  : at which place of the module's output it was
    layer  : the place of the layer that ran meanwhile, as `Depth` has it; None where none did
    """

    module: str = ""
    place: int = 0
    layer: int | None = None


@dataclass(eq=False)
class Watching:
    """What ran: which module gave out each 4-D tensor first, what each linear module was given, and every softmax.

    linears : (name, input) of every linear module, in the order in which they ran
    """

    depth: Depth = field(default_factory=Depth)
    linears: list[tuple[str, torch.Tensor]] = field(default_factory=list)
    softmax: SoftmaxWatch = field(init=False)
    _made: dict[int, tuple[Maker, torch.Tensor]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.softmax = SoftmaxWatch(lambda: self.depth.now)

    def maker(self, weights: torch.Tensor) -> Maker:
        """Where these weights come from: the module that gave them out, or else the layer that ran their softmax."""
        if id(weights) in self._made:
            return self._made[id(weights)][0]
        return Maker(layer=self.softmax.place_of(weights))

    @contextmanager
    def of(self, network: nn.Module) -> Iterator[None]:
        """What runs inside, in this thread, is watched."""
        handles = [*self.depth.listen(network), *self._listen(network)]
        try:
            with self.softmax:
                yield
        finally:
            for handle in handles:
                handle.remove()

    def _listen(self, network: nn.Module) -> Iterator[Any]:
        for name, module in network.named_modules():
            if isinstance(module, (nn.Linear, Conv1D)):
                yield module.register_forward_hook(lambda _, args, __, name=name: self._note_input(name, args))
            elif next(module.parameters(), None) is not None:
                yield module.register_forward_hook(lambda _, __, output, name=name: self._note_output(name, output))

    def _note_input(self, name: str, args: tuple[Any, ...]) -> None:
        self.linears.extend((name, each) for each in args[:1])

    def _note_output(self, name: str, output: Any) -> None:
        for place, each in enumerate(output if isinstance(output, tuple) else (output,)):
            if torch.is_tensor(each) and each.ndim == 4:
                # The tensor is kept, so that its id stays its own.
                self._made.setdefault(id(each), (Maker(name, place, self.depth.now), each))
