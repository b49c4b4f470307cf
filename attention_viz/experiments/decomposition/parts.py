"""Parts: what embeddings, heads, feed-forward networks and biases write in one run, each as a tensor that has a gradient."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from attention_viz.errors import ModelError
from attention_viz.experiments.decomposition.frozen_scales import FrozenScales, frozen_ratio
from attention_viz.experiments.interventions.hooked_model import HookedModel, Inputs
from attention_viz.experiments.interventions.trace import Attended
from attention_viz.models.engine.projection import by_head
from attention_viz.models.engine.recording import Layer
from attention_viz.models.engine.reference import body_of

EMBEDDINGS = ("words", "positions", "segments")


@dataclass(eq=False)
class Parts:
    """What the parts of a network write while it reads one text. Scales are frozen: the outputs are affine in them.

    embeddings   : "words", "positions", "segments" -> what the table gives, (1, token, d)
    heads        : layer -> what its heads write together, the bias behind them apart, (1, token, d_model)
    feed_forward : layer -> the same of its feed-forward network
    biases       : every bias by itself
    outputs      : of the network; weights, attended : layer -> as of `ForwardPass`
    """

    embeddings: dict[str, torch.Tensor] = field(default_factory=dict)
    heads: dict[int, torch.Tensor] = field(default_factory=dict)
    feed_forward: dict[int, torch.Tensor] = field(default_factory=dict)
    biases: list[torch.Tensor] = field(default_factory=list)
    outputs: Any = None
    weights: Mapping[int, torch.Tensor] = field(default_factory=dict)
    attended: Mapping[int, Attended] = field(default_factory=dict)

    @property
    def groups(self) -> dict[str, list[torch.Tensor]]:
        """The same in groups by their kind."""
        return {
            **{name: [part] for name, part in self.embeddings.items()},
            "heads": list(self.heads.values()),
            "feed_forward": list(self.feed_forward.values()),
            "biases": self.biases,
        }


def read_parts(hooked: HookedModel, inputs: Inputs, *, body: bool = False, kept: Sequence[int] | None = None) -> Parts:
    """A text read once, in parts; two passes. `body` and `kept` as of `HookedModel.run`.

    Raises ModelError where the output projections are not known.
    """
    places = _Places.of(hooked, inputs)
    parts, frozen = Parts(), FrozenScales()
    with torch.enable_grad(), _apart(hooked, places, parts, frozen), frozen:
        ran = hooked.run(inputs, body=body, watch=True, kept=kept)
    parts.outputs, parts.weights, parts.attended, parts.biases = ran.outputs, ran.weights, ran.attended, frozen.biases
    return parts


def projections(hooked: HookedModel) -> dict[int, nn.Module]:
    """Layer -> the module of the copy that takes its heads' outputs. Raises ModelError where one is not known."""
    return {number: _in_copy(hooked, layer, layer.projection) for number, layer in _attention_layers(hooked).items()}


def projection_of(hooked: HookedModel, layer: int) -> np.ndarray:
    """(head, d_value, d_model)"""
    return by_head(projections(hooked)[layer], hooked.model.heads[layer])


def _attention_layers(hooked: HookedModel) -> dict[int, Layer]:
    layers = hooked.model.way.layers[hooked.model.parts[0]]
    return {number: layer for number, layer in enumerate(layers) if layer.n_heads}


def _in_copy(hooked: HookedModel, layer: Layer, module: nn.Module | None) -> nn.Module:
    names = {id(each): name for name, each in body_of(hooked.model.way.network).named_modules()}
    if module is None:
        raise ModelError(
            "In {name} no linear module is given the heads' outputs as they are, so what each head writes is not known. Choose another model, such as one of BERT's family.",
            name=hooked.model.name,
        )
    return body_of(hooked.network).get_submodule(names[id(module)])


@dataclass(frozen=True, eq=False)
class _Places:
    """Which runs of linear modules, counted in a pass, write into the tokens' vectors.

    heads, feed_forward : number of the run -> layer
    """

    heads: Mapping[int, int]
    feed_forward: Mapping[int, int]

    @classmethod
    def of(cls, hooked: HookedModel, inputs: Inputs) -> _Places:
        ran = _linear_runs(hooked, inputs)
        known = projections(hooked)
        attention = [set(_in_copy(hooked, each, each.module).modules()) for each in _attention_layers(hooked).values()]
        inside = _in_lists(body_of(hooked.network))
        heads, feed_forward, start = {}, {}, 0
        for number, (layer, projection) in enumerate(known.items()):
            end = next(place for place in range(start, len(ran)) if ran[place] is projection)
            heads[end] = layer
            following = attention[number + 1] if number + 1 < len(attention) else set()
            start = next((place for place in range(end + 1, len(ran)) if ran[place] in following), len(ran))
            last = [place for place in range(end + 1, start) if ran[place] in inside]
            if last:
                feed_forward[last[-1]] = layer
        return cls(heads, feed_forward)


def _linear_runs(hooked: HookedModel, inputs: Inputs) -> list[nn.Module]:
    """The linear modules of the body that run, in their order; those of a head run after them."""
    ran: list[nn.Module] = []
    with contextlib.ExitStack() as hooks, torch.no_grad():
        for module in _linears(hooked.network):
            hooks.callback(module.register_forward_hook(lambda module, _args, _out: ran.append(module)).remove)
        hooked.run(inputs, body=True)
    return ran


def _linears(network: nn.Module) -> Sequence[nn.Module]:
    return [each for each in network.modules() if isinstance(each, (nn.Linear, Conv1D))]


def _in_lists(body: nn.Module) -> set[nn.Module]:
    """All modules inside layers, which stand in lists."""
    lists = (each for each in body.modules() if isinstance(each, nn.ModuleList))
    return {part for each in lists for layer in each for part in layer.modules()}


@contextlib.contextmanager
def _apart(hooked: HookedModel, places: _Places, parts: Parts, frozen: FrozenScales) -> Iterator[None]:
    """In a pass, each part's output becomes a tensor of its own, kept in `parts`."""
    count = iter(range(1 << 30))

    def written(module: nn.Module, _args: Any, output: torch.Tensor) -> torch.Tensor | None:
        place = next(count)
        for layers, kept in ((places.heads, parts.heads), (places.feed_forward, parts.feed_forward)):
            if place in layers:
                bias = getattr(module, "bias", None)
                kept[layers[place]] = _own(output if bias is None else output - bias)
                return frozen.add_bias(kept[layers[place]], bias)
        return None

    def looked_up(name: str, output: torch.Tensor) -> torch.Tensor:
        own = _own(output)
        if name not in parts.embeddings:  # the first table of each kind; others are biases of scores
            parts.embeddings[name] = own
        return own

    with contextlib.ExitStack() as hooks:
        for module in _linears(hooked.network):
            hooks.callback(module.register_forward_hook(written).remove)
        for module in hooked.network.modules():
            if _is_activation(module):
                hook = module.register_forward_hook(lambda _m, args, output: frozen_ratio(args[0], output))
                hooks.callback(hook.remove)
        for name, module in body_of(hooked.network).named_modules():
            if isinstance(module, nn.Embedding):
                kind = kind_of_table(name)
                hook = module.register_forward_hook(lambda _m, _a, output, kind=kind: looked_up(kind, output))
                hooks.callback(hook.remove)
        yield


def _is_activation(module: nn.Module) -> bool:
    """Whether a module is an elementwise function; transformers writes some out as several of torch's."""
    known = type(module).__module__ == "transformers.activations"
    return known or isinstance(module, (nn.GELU, nn.ReLU, nn.SiLU, nn.Tanh))


def kind_of_table(name: str) -> str:
    """What a table of embeddings is for, by the name of its module: one of EMBEDDINGS."""
    if "pos" in name or name.endswith("wpe"):
        return "positions"
    return "segments" if "type" in name else "words"


def _own(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().clone().requires_grad_()
