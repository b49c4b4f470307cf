"""Capture: one fast pass that keeps queries, keys and values; any rectangle of any head is computed when it is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.projection import by_head
from attention_viz.models.engine.recording import Layer
from attention_viz.sources import Source


@dataclass(frozen=True, eq=False, repr=False)
class CaptureSource:
    """The weights of one text of a pass, as queries, keys and each row's log-sum-exp.

    calls       : what each layer's attention function was given
    projections : each layer's output projection, where it is known
    text        : which text of the pass
    """

    calls: tuple[AttentionCall, ...]
    projections: tuple[nn.Module | None, ...]
    text: int = 0
    name: str = "capture"

    @property
    def heads(self) -> tuple[int, ...]:
        return tuple(call.n_heads for call in self.calls)

    @property
    def nbytes(self) -> int:
        """Tensors that are parts of one storage are counted once, with the whole of it."""
        kept = [each for call in self.calls for each in (call.queries, call.keys, call.values, call.lse, call.bias)]
        storages = [each.untyped_storage() for each in kept if each is not None]
        return sum({storage.data_ptr(): storage.nbytes() for storage in storages}.values())

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
        return _array(self._call(layer, head).values)

    def projection(self, layer: int) -> np.ndarray:
        return by_head(self.projections[layer], self.calls[layer].n_heads)

    def _call(self, layer: int, head: int) -> AttentionCall:
        return self.calls[layer].of(self.text, head)


def capture_sources(calls: Sequence[AttentionCall], layers: Sequence[Layer]) -> list[Source]:
    """One source for each text of a pass whose attention functions were recorded."""
    texts = range(len(calls[0].queries))
    projections = tuple(layer.projection for layer in layers)
    return [CaptureSource(tuple(calls), projections, text) for text in texts]


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor[0, 0].float().cpu().numpy()
