"""Blocks: the layers of a network and what they gave out, so that a later pass can start in the middle."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch
from torch import nn

from attention_viz.experiments.interventions.trace import Attended, running


@dataclass(frozen=True, eq=False)
class Block:
    """One layer on one text, with every head on.

    layer    : the module, and what it gave out
    attended : its attention function, where the module around it gives out just that: the heads side by side
    """

    layer: nn.Module
    output: Any
    attended: Attended | None


@dataclass
class Blocks:
    """What the members of a network's lists of modules give out in a pass, and the modules in them that give out tuples."""

    ran: list[tuple[nn.Module, Any]] = field(default_factory=list)
    inside: dict[int, Any] = field(default_factory=dict)

    @contextlib.contextmanager
    def kept(self, network: nn.Module) -> Iterator[None]:
        """What runs inside is kept."""
        layers = {id(layer): layer for each in network.modules() if isinstance(each, nn.ModuleList) for layer in each}
        parts = {id(part): part for layer in layers.values() for part in layer.modules() if id(part) not in layers}
        with contextlib.ExitStack() as hooks:
            for layer in layers.values():
                hooks.callback(layer.register_forward_hook(self._keep_layer).remove)
            for part in parts.values():
                hooks.callback(part.register_forward_hook(self._keep_part).remove)
            yield

    def _keep_layer(self, module: nn.Module, _: Any, output: Any) -> None:
        self.ran.append((module, output))

    def _keep_part(self, module: nn.Module, _: Any, output: Any) -> None:
        if isinstance(output, tuple):  # as attention modules do; what else runs in a layer is large and not needed
            self.inside[id(module)] = output

    def of(self, attended: Mapping[int, Attended]) -> dict[int, Block] | None:
        """Layer -> one block for each attention function that ran; None where the model runs one layer several times, or a
        layer reads keys that an earlier one made (Gemma 3n): it could not start in the middle."""
        if len({each.call.keys.data_ptr() for each in attended.values()}) < len(attended):
            return None
        parts = [{id(part) for part in layer.modules()} for layer, _ in self.ran]
        held = [
            [ran for ran, ids in zip(self.ran, parts, strict=True) if id(each.module) in ids]
            for each in attended.values()
        ]
        if any(len(holders) != 1 for holders in held) or len({id(holders[0][0]) for holders in held}) < len(held):
            return None
        return {
            number: Block(layer, output, each if _is_bare(self.inside.get(id(each.module)), each) else None)
            for (number, each), [(layer, output)] in zip(attended.items(), held, strict=True)
        }


def _is_bare(given: Any, attended: Attended) -> bool:
    """Whether an attention module gives out its heads' outputs as they are, without an output projection."""
    heads = attended.output.flatten(2)
    return isinstance(given, tuple) and len(given) == 2 and torch.is_tensor(given[0]) and torch.equal(given[0], heads)


@contextlib.contextmanager
def starting(
    blocks: Mapping[int, Block], first: int, n_texts: int, states: Mapping[int, torch.Tensor] | None = None
) -> Iterator[None]:
    """The layers with attention before `first` compute nothing and give out what they gave out before, for so many texts; so does the
    attention of `first` itself, whose heads the switches then alter.

    first  : may be the number of layers: then what follows the last one runs alone
    states : layer before `first` -> (text, token, d_model) what it gives out instead; `first` then runs as a whole
    """
    given = states or {}
    with contextlib.ExitStack() as undo:
        for number, block in blocks.items():
            if number < first:
                output = (
                    _with_states(block.output, given[number]) if number in given else _repeated(block.output, n_texts)
                )
                _replace(undo, block.layer, partial(_again, output))
        attended = None if given else blocks[first].attended
        if attended is not None:
            _replace(undo, attended.module, partial(_attended_again, attended))
        yield


def _replace(undo: contextlib.ExitStack, module: nn.Module, forward: Any) -> None:
    module.forward = forward  # on this copy's module alone: it hides the method of its class
    undo.callback(delattr, module, "forward")


def _again(output: Any, *_: Any, **__: Any) -> Any:
    return output


def _attended_again(attended: Attended, *_: Any, **__: Any) -> tuple[torch.Tensor, None]:
    return running(attended).flatten(2), None


def states_of(output: Any) -> torch.Tensor:
    """The hidden states that a layer gave out: (..., text, token, d_model)."""
    states: torch.Tensor = output if torch.is_tensor(output) else output[0]
    return states


def _with_states(output: Any, states: torch.Tensor) -> Any:
    return states if torch.is_tensor(output) else (states, *output[1:])


def _repeated(output: Any, n_texts: int) -> Any:
    """The same for so many texts: the hidden states alone, (..., text, token, d_model), in what they came in."""
    states = states_of(output)
    return _with_states(output, states.expand(*states.shape[:-3], n_texts, *states.shape[-2:]))
