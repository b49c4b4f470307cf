"""Capture: one fast pass that keeps queries, keys and values; any rectangle of any head is computed when it is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import torch
from torch import nn

from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.projection import by_head
from attention_viz.models.engine.recording import Layer, Recorder, by_number
from attention_viz.sources import Source


@dataclass(frozen=True, eq=False, repr=False)
class CaptureSource:
    """The weights of one text of a pass, as queries, keys and each row's log-sum-exp.

    calls  : layer -> what its attention function was given; none of a layer without attention
    layers : each layer, and its output projection where it is known
    text   : which text of the pass
    """

    calls: Mapping[int, AttentionCall]
    layers: tuple[Layer, ...]
    text: int = 0
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

    def layer(self, layer: int) -> np.ndarray:
        call = self.calls[layer]
        rows, columns = slice(0, call.queries.shape[2]), slice(0, call.keys.shape[2])
        return call.of_text(self.text).weights(rows, columns)[0].float().cpu().numpy()

    def readable(self, layer: int, queries: slice, keys: slice) -> np.ndarray:
        readable = self.calls[layer].mask.row(self.text).readable(queries, keys)
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
        return call.values[self.text, call.key_head(head)].float().cpu().numpy()

    def projection(self, layer: int) -> np.ndarray:
        return by_head(self.layers[layer].projection, self.calls[layer].n_heads)

    def _call(self, layer: int, head: int) -> AttentionCall:
        return self.calls[layer].of(self.text, head)


@dataclass
class CaptureRecorder(Recorder):
    """Keeps queries, keys and values in one piece of memory.

    Left where they are, between what each layer needs for a moment, they would leave the heap full of holes: more memory
    at the peak, and little of it given back to the system afterwards.

    rooms : what is left of the piece, for each type of number
    """

    rooms: dict[torch.dtype, torch.Tensor] = field(default_factory=dict)

    def keep(self, module: nn.Module, record: AttentionCall) -> None:
        assert record.lse is not None
        given = (record.queries, record.keys, record.values, record.lse)
        self._make_room(given)
        kept = [self._taken_over(each) for each in given]
        super().keep(module, replace(record, queries=kept[0], keys=kept[1], values=kept[2], lse=kept[3]))

    def _make_room(self, given: Sequence[torch.Tensor]) -> None:
        """Room for what this layer gives, opened for it and all layers to come as if they were alike."""
        for kind in {each.dtype for each in given}:
            needed = sum(each.numel() for each in given if each.dtype == kind)
            if kind not in self.rooms or len(self.rooms[kind]) < needed:
                layers = max(1, self.total - len(self.records))
                self.rooms[kind] = given[0].new_empty(needed * layers, dtype=kind)

    def _taken_over(self, tensor: torch.Tensor) -> torch.Tensor:
        """The same numbers in the room of their type."""
        room = self.rooms[tensor.dtype]
        self.rooms[tensor.dtype] = room[tensor.numel() :]
        return room[: tensor.numel()].view(tensor.shape).copy_(tensor)


def capture_sources(calls: Sequence[AttentionCall], layers: Sequence[Layer]) -> list[Source]:
    """One source for each text of a pass whose attention functions were recorded."""
    numbered = by_number(calls, layers)
    return [CaptureSource(numbered, tuple(layers), text) for text in range(len(calls[0].queries))]


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor[0, 0].float().cpu().numpy()
