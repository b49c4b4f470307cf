"""Replay: keep what each attention module was given, and run that one module again when it is looked at.

For models that compute attention in their own code. Exact, at the price of one layer's attention per look.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import nn

from attention_viz.errors import InputError
from attention_viz.models.engine import recording
from attention_viz.models.engine.projection import by_head
from attention_viz.models.engine.recording import Layer, by_number
from attention_viz.models.engine.softmax import SoftmaxWatch
from attention_viz.sources import Source


@dataclass(frozen=True, eq=False, repr=False)
class ModuleCall:
    """One run of an attention module, ready to be run again: its arguments, by position and by name."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]

    def again(self, layer: Layer) -> LayerArithmetic:
        """The weights of all heads, and what they were computed from as far as it can be seen."""
        module = layer.module
        assert module is not None  # a layer without attention leaves no call
        bound = inspect.signature(module.forward).bind(*self.args, **self.kwargs)
        if "output_attentions" in bound.signature.parameters:
            bound.arguments["output_attentions"] = True
        with torch.no_grad(), SoftmaxWatch() as seen:
            output = module(*bound.args, **bound.kwargs)
        given = output[layer.place]
        weights = seen.weighed(given) if layer.scores else given
        return LayerArithmetic(weights, seen.before(weights), seen.values(weights))

    @property
    def tensors(self) -> list[torch.Tensor]:
        return [each for each in (*self.args, *self.kwargs.values()) if torch.is_tensor(each)]


@dataclass(frozen=True, eq=False, repr=False)
class LayerArithmetic:
    """Of all heads of one layer.

    weights : (text, head, query, key); scores: the same before the softmax, or None; values: (text, own or shared head, key, d), or None
    """

    weights: torch.Tensor
    scores: torch.Tensor | None
    values: torch.Tensor | None

    def of_text(self, text: int, n_tokens: int) -> LayerArithmetic:
        """The same of one text without its padding, in memory of its own."""
        row, tokens = slice(text, text + 1), slice(0, n_tokens)
        return LayerArithmetic(
            self.weights[row, :, tokens, tokens].clone(),
            None if self.scores is None else self.scores[row, :, tokens, tokens].clone(),
            None if self.values is None else self.values[row, :, tokens].clone(),
        )


@dataclass(frozen=True, eq=False, repr=False)
class ReplaySource:
    """The weights of one text of a pass, as what each attention module was given.

    calls : layer -> what its module was given; none of a layer without attention, nor where every layer was looked at before
    text  : which text of the pass
    last  : the layer that was looked at last, alone: its other heads come next. Every layer of a text that was read
            beside others: what the modules were given would hold the memory of all of them
    """

    calls: Mapping[int, ModuleCall]
    layers: tuple[Layer, ...]
    text: int = 0
    last: list[tuple[int, LayerArithmetic]] = field(default_factory=list)
    name: str = "replay"

    @property
    def heads(self) -> tuple[int, ...]:
        return tuple(layer.n_heads for layer in self.layers)

    @property
    def nbytes(self) -> int:
        """What the modules were given, each storage once, and the layer looked at last."""
        kept = [each for call in self.calls.values() for each in call.tensors]
        kept += [each for _, seen in self.last for each in (seen.weights, seen.scores, seen.values) if each is not None]
        return sum({each.data_ptr(): each.nbytes() for each in (tensor.untyped_storage() for tensor in kept)}.values())

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return _array(self._layer(layer).weights[self.text, head, queries, keys])

    def layer(self, layer: int, queries: slice = slice(None)) -> np.ndarray:
        return _array(self._layer(layer).weights[self.text, :, queries])

    def scores(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        scores = self._known(self._layer(layer).scores, "scores")[self.text, head, queries, keys]
        return _array(scores.masked_fill(scores <= torch.finfo(scores.dtype).min / 2, -torch.inf))

    def scale(self, layer: int) -> float:
        raise _unknown("scale")

    def queries(self, layer: int, head: int) -> np.ndarray:
        raise _unknown("queries")

    def keys(self, layer: int, head: int) -> np.ndarray:
        raise _unknown("keys")

    def values(self, layer: int, head: int) -> np.ndarray:
        values = self._known(self._layer(layer).values, "values")[self.text]  # (own or shared head, key, d)
        return _array(values[head * len(values) // self.heads[layer]])

    def projection(self, layer: int) -> np.ndarray:
        return by_head(self.layers[layer].projection, self.layers[layer].n_heads)

    def _layer(self, layer: int) -> LayerArithmetic:
        for known, arithmetic in tuple(self.last):
            if known == layer:
                return arithmetic
        arithmetic = self.calls[layer].again(self.layers[layer])
        self.last[:] = [(layer, arithmetic)]  # in one step: threads that meet here run the module twice at worst
        return arithmetic

    def _known(self, tensor: torch.Tensor | None, what: str) -> torch.Tensor:
        if tensor is None:
            raise _unknown(what)
        return tensor


def replay_sources(calls: Sequence[ModuleCall], layers: Sequence[Layer], lengths: Sequence[int] = ()) -> list[Source]:
    """One source for each text of a pass whose attention modules were recorded.

    lengths : tokens of each text, its padding left out; the modules are then run again at once
    """
    if lengths:
        return _looked_at(calls, layers, lengths)
    n_texts = len(calls[0].tensors[0])  # the first thing that an attention module is given is the tokens' vectors
    numbered = by_number(calls, layers)
    return [ReplaySource(numbered, tuple(layers), text) for text in range(n_texts)]


def _looked_at(calls: Sequence[ModuleCall], layers: Sequence[Layer], lengths: Sequence[int]) -> list[Source]:
    """Sources of texts that were read together: each keeps what the modules made of its own tokens."""
    held: list[list[tuple[int, LayerArithmetic]]] = [[] for _ in lengths]
    for number, call in by_number(calls, layers).items():
        arithmetic = call.again(layers[number])
        for text, n_tokens in enumerate(lengths):
            held[text].append((number, arithmetic.of_text(text, n_tokens)))
    return [ReplaySource({}, tuple(layers), last=each) for each in held]


def keep_inputs(layers: Iterable[Layer]) -> None:
    """Have these modules record what they are given, for good, in passes where the thread records."""
    modules = [layer.module for layer in layers if layer.module is not None]
    for module in {id(each): each for each in modules}.values():
        module.register_forward_pre_hook(_keep, with_kwargs=True)


def _keep(module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    recorder = recording.current()
    if recorder is not None:
        recorder.begin()
        recorder.keep(module, ModuleCall(args, kwargs))


def _unknown(what: str) -> InputError:
    return InputError(
        "This model computes attention in its own code, which does not show its {what}. Look at the weights, or choose a model whose source is capture.",
        what=what,
    )


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor.float().cpu().numpy()
