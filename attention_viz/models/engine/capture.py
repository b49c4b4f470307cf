"""Capture: one fast pass that keeps queries, keys and values; any rectangle of any head is computed when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar, TypeVar

import numpy as np
import torch
from torch import nn

from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import Mask, cut
from attention_viz.models.engine.projection import by_head
from attention_viz.models.engine.recording import Layer, Recorder, by_number
from attention_viz.models.engine.stack import Stack
from attention_viz.sources import Source

Made = TypeVar("Made")

STACKED = ("queries", "keys", "values", "lse")
"""The tensors of an attention call that are kept for each text; the rest is shared by many layers, or small."""

NOTHING = torch.empty(0)
"""Stands for a tensor that is on a stack."""


@dataclass(frozen=True, eq=False, repr=False)
class CaptureSource:
    """The weights of one text, as queries, keys and each row's log-sum-exp.

    calls  : layer -> what its attention function was given of this text; none of a layer without attention
    layers : each layer, and its output projection where it is known
    """

    calls: Mapping[int, AttentionCall]
    layers: tuple[Layer, ...]
    name: str = "capture"

    @cached_property
    def heads(self) -> tuple[int, ...]:
        return tuple(self.calls[number].n_heads if number in self.calls else 0 for number in range(len(self.layers)))

    @property
    def nbytes(self) -> int:
        calls = self.calls.values()
        kept = [each for call in calls for each in (call.queries, call.keys, call.values, call.lse, call.bias)]
        return sum({each.data_ptr(): each.nbytes for each in kept if each is not None}.values())

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return _array(self._call(layer, head).weights(queries, keys))

    def layer(self, layer: int, queries: slice = slice(None)) -> np.ndarray:
        call = self.calls[layer]
        first, last, _ = queries.indices(call.queries.shape[2])
        rows, columns = slice(first, last), slice(0, call.keys.shape[2])
        return call.weights(rows, columns)[0].float().cpu().numpy()

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        readable = self.calls[layer].mask.readable(queries, keys)
        return readable[0, 0].expand(queries.stop - queries.start, -1).cpu().numpy()

    def scores(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        return _array(self._call(layer, head).scores(queries, keys))

    def scale(self, layer: int) -> float:
        return self.calls[layer].scale

    def queries(self, layer: int, head: int) -> np.ndarray:
        return _array(self._call(layer, head).queries)

    def keys(self, layer: int, head: int) -> np.ndarray:
        return _array(self._call(layer, head).keys)

    def values(self, layer: int, head: int) -> np.ndarray:
        call = self.calls[layer]
        return call.values[0, call.key_head(head)].float().cpu().numpy()

    def projection(self, layer: int) -> np.ndarray:
        return by_head(self.layers[layer].projection, self.calls[layer].n_heads)

    def _call(self, layer: int, head: int) -> AttentionCall:
        return self.calls[layer].of(0, head)


@dataclass(frozen=True, eq=False, repr=False)
class _Kept:
    """One attention call of a pass: what of it is not on a stack, and where its queries, keys, values and lse are.

    places  : (number of the stack, number on it) of each of the four
    n_texts : in the pass
    """

    call: AttentionCall
    places: tuple[tuple[int, int], ...]
    n_texts: int


@dataclass(eq=False)
class CaptureRecorder(Recorder):
    """Keeps queries, keys and values, and gives each text of the pass its own.

    stacks : of the tensors of the layers that are alike
    open   : the number of the stack that the next tensor goes to, of each name, shape and type of number
    cuts   : masks and biases that several layers share, and what each text has of them
    """

    ends: ClassVar[bool] = True

    stacks: list[Stack] = field(default_factory=list)
    open: dict[tuple[str, torch.Size, torch.dtype], int] = field(default_factory=dict)
    cuts: dict[tuple[int, int], tuple[object, Any]] = field(default_factory=dict)

    def keep(self, module: nn.Module, record: AttentionCall) -> None:
        places = tuple((number, self.stacks[number].put(each)) for number, each in self._stacked(record))
        rest = replace(record, queries=NOTHING, keys=NOTHING, values=NOTHING, lse=NOTHING)
        super().keep(module, _Kept(rest, places, len(record.queries)))

    def _stacked(self, call: AttentionCall) -> Iterator[tuple[int, torch.Tensor]]:
        """Each tensor that is stacked, with the number of its stack."""
        for name in STACKED:
            tensor = getattr(call, name)
            kind = name, tensor.shape, tensor.dtype
            if kind not in self.open or self.stacks[self.open[kind]].is_full:
                self.open[kind] = len(self.stacks)
                lengths = self.lengths or [tensor.shape[2]] * len(tensor)
                self.stacks.append(Stack(tensor, max(1, self.total - len(self.records)), lengths))
            yield self.open[kind], tensor

    def of(self, layers: Sequence[Layer]) -> list[list[AttentionCall]]:
        """For each record of these layers, one call for each text of the pass, whose batch is that text alone."""
        kept: list[_Kept] = super().of(layers)
        return [[self._of_text(each, text) for text in range(each.n_texts)] for each in kept]

    def _of_text(self, kept: _Kept, text: int) -> AttentionCall:
        queries, keys, values, lse = (self.stacks[stack].of_text(text)[number] for stack, number in kept.places)
        call = kept.call
        mask, bias = self._mask(call, text), self._bias(call, text)
        return AttentionCall(queries, keys, values, mask, call.scale, bias, call.softcap, call.sinks, lse)

    def _mask(self, call: AttentionCall, text: int) -> Mask:
        if not self.lengths:
            return call.mask.row(text)
        return self._once(call.mask, text, lambda: call.mask.of_text(text, self.lengths[text]))

    def _bias(self, call: AttentionCall, text: int) -> torch.Tensor | None:
        if call.bias is None:
            return None
        bias = call.bias if len(call.bias) == 1 else call.bias[text : text + 1]
        if not self.lengths:
            return bias
        tokens = slice(0, self.lengths[text])
        return self._once(call.bias, text, lambda: cut(bias, tokens, tokens).clone())

    def _once(self, shared: object, text: int, make: Callable[[], Made]) -> Made:
        """What a text has of something that layers share: made for the first of them."""
        name = id(shared), text
        if name not in self.cuts:
            self.cuts[name] = shared, make()  # what is shared is kept, so that its id stays its own
        made: Made = self.cuts[name][1]
        return made


def capture_sources(
    records: Sequence[Sequence[AttentionCall]], layers: Sequence[Layer], lengths: Sequence[int] = ()
) -> list[Source]:
    """One source for each text of a pass whose attention functions were recorded."""
    return [CaptureSource(by_number(calls, layers), tuple(layers)) for calls in zip(*records, strict=True)]


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor[0, 0].float().cpu().numpy()
