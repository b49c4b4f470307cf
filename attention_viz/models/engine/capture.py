"""Capture: one fast pass that keeps queries, keys and values; any rectangle of any head is computed when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import torch
from torch import nn

from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import Mask, cut
from attention_viz.models.engine.piece import Piece
from attention_viz.models.engine.projection import by_head
from attention_viz.models.engine.recording import Layer, Recorder, by_number
from attention_viz.sources import Source

Kept = TypeVar("Kept")


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


@dataclass(eq=False)
class CaptureRecorder(Recorder):
    """Keeps queries, keys and values, those of each text by themselves and without its padding.

    A record has one call for each text of the pass, whose batch is that text alone.

    pieces : the memory of each text
    cuts   : masks and biases that several layers share, and what each text has of them
    """

    pieces: list[Piece] = field(default_factory=list)
    cuts: dict[tuple[int, int], tuple[object, Any]] = field(default_factory=dict)

    def keep(self, module: nn.Module, record: AttentionCall) -> None:
        texts = range(len(record.queries))
        if not self.pieces:
            self.pieces = [Piece(self.total) for _ in texts]
        super().keep(module, [self._of_text(record, text) for text in texts])

    def _of_text(self, call: AttentionCall, text: int) -> AttentionCall:
        assert call.lse is not None
        row, tokens = slice(text, text + 1), slice(self.lengths[text] if self.lengths else None)
        given = (call.queries, call.keys, call.values, call.lse)
        queries, keys, values, lse = self.pieces[text].take([each[row, :, tokens] for each in given])
        return AttentionCall(
            queries,
            keys,
            values,
            self._mask(call, text),
            call.scale,
            self._bias(call, text),
            call.softcap,
            call.sinks,
            lse,
        )

    def _mask(self, call: AttentionCall, text: int) -> Mask:
        if not self.lengths:
            return call.mask.row(text)
        known = self._once(call.mask, -1, lambda: call.mask.known(call.queries.shape[2]))
        return self._once(call.mask, text, lambda: known.of_text(text, self.lengths[text]))

    def _bias(self, call: AttentionCall, text: int) -> torch.Tensor | None:
        bias = call.bias
        if bias is None or not self.lengths:
            return None if bias is None else bias[text : text + 1] if len(bias) > 1 else bias
        tokens = slice(0, self.lengths[text])
        return self._once(
            bias, text, lambda: cut(bias[text : text + 1] if len(bias) > 1 else bias, tokens, tokens).clone()
        )

    def _once(self, shared: object, text: int, make: Callable[[], Kept]) -> Kept:
        """What a text has of something that layers share: made for the first of them."""
        name = id(shared), text
        if name not in self.cuts:
            self.cuts[name] = shared, make()  # what is shared is kept, so that its id stays its own
        made: Kept = self.cuts[name][1]
        return made


def capture_sources(
    records: Sequence[Sequence[AttentionCall]], layers: Sequence[Layer], lengths: Sequence[int] = ()
) -> list[Source]:
    """One source for each text of a pass whose attention functions were recorded."""
    return [CaptureSource(by_number(calls, layers), tuple(layers)) for calls in zip(*records, strict=True)]


def _array(tensor: torch.Tensor) -> np.ndarray:
    return tensor[0, 0].float().cpu().numpy()
