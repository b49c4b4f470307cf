"""Switches: heads of a running model that are off, uniform or scaled, and the weights of each layer where asked for.

A copy of the model runs the attention function below; what it shall do to which head stands in a ContextVar of the
running thread, so nothing is kept in any model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import nn
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from attention_viz.attending import check_head
from attention_viz.errors import SelectionError
from attention_viz.models.engine import interface
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import Mask, mask_rule
from attention_viz.models.engine.recording import Recorder, recording

NAME = "attention_viz_switches"
"""What transformers knows the attention function and its mask twin by."""

How = Literal["zero", "uniform"]

HOW: tuple[How, ...] = ("zero", "uniform")
"""Two ways to take a head away: its output becomes zero (Michel et al. 2019), or it reads all its keys alike (Kovaleva et al. 2019)."""


@dataclass(frozen=True, eq=False)
class Switches:
    """What is done to which heads.

    gates   : layer -> (text or 1, head or 1) the factor of each head's output; 0 = off. May require a gradient
    uniform : layer -> (text or 1, head) bool, True = reads all the keys it may read alike
    """

    gates: Mapping[int, torch.Tensor] = field(default_factory=dict)
    uniform: Mapping[int, torch.Tensor] = field(default_factory=dict)


def switched(heads: Sequence[tuple[int, int]], n_heads: Sequence[int], how: How = "zero") -> Switches:
    """Switches that take these heads away, for every text alike.

    heads   : (layer, head) from 0; n_heads: of each layer
    Raises SelectionError for a head that does not exist, or an unknown way.
    """
    check_how(how)
    off: dict[int, torch.Tensor] = {}
    for layer, head in heads:
        check_head(n_heads, layer, head)
        off.setdefault(layer, torch.zeros(1, n_heads[layer], dtype=torch.bool))[0, head] = True
    return one_way(off, how)


def each_alone(layer: int, heads: Sequence[int], n_heads: int, how: How) -> Switches:
    """Switches for copies of one text, in each of which another of these heads is taken away."""
    return one_way({layer: torch.eye(n_heads, dtype=torch.bool)[list(heads)]}, how)


def one_way(off: Mapping[int, torch.Tensor], how: How) -> Switches:
    """Layer -> (text or 1, head) True where a head is taken away, as switches of one way."""
    return (
        Switches(uniform=off) if how == "uniform" else Switches({layer: (~each).float() for layer, each in off.items()})
    )


def check_how(how: How) -> None:
    if how not in HOW:
        raise SelectionError(
            "A head is taken away by zero or by uniform, not by {how}. Choose one of the two.", how=how
        )


@dataclass(frozen=True, eq=False)
class Attended:
    """One attention function that ran: in which module, on what, and what it gave out: (text, query, head, d_value)."""

    module: nn.Module
    call: AttentionCall
    output: torch.Tensor


@dataclass(eq=False)
class Trace:
    """One pass, as its attention functions run: what they shall do, and what they leave.

    layers   : of the attention functions that are to run, in their order
    watch    : compute the weights, with a gradient where it is asked for
    attended : layer -> the attention function that ran, as it was before the switches
    weights  : layer -> (text, head, query, key), where they are watched
    """

    switches: Switches
    layers: Sequence[int]
    watch: bool = False
    attended: dict[int, Attended] = field(default_factory=dict)
    weights: dict[int, torch.Tensor] = field(default_factory=dict)

    def alter(self, attended: Attended) -> torch.Tensor:
        """The output of one attention function as the switches want it: (text, query, head, d_value)."""
        layer, call, output = self.layers[len(self.attended)], attended.call, attended.output
        self.attended[layer] = attended
        if self.watch:
            self.weights[layer] = call.weights(*_whole(call))
            output = _read(call, self.weights[layer])
        if layer in self.switches.uniform:
            chosen = self.switches.uniform[layer].to(output.device)
            output = torch.where(chosen[:, None, :, None], _read(call, _even(call)), output)
        if layer in self.switches.gates:
            gates = self.switches.gates[layer].to(output)[:, : call.n_heads]
            output = output * gates[:, None, :, None]
        return output


def _whole(call: AttentionCall) -> tuple[slice, slice]:
    return slice(0, call.queries.shape[2]), slice(0, call.keys.shape[2])


def _even(call: AttentionCall) -> torch.Tensor:
    """The same weight on every key that a query may read; 0 in rows of padding: (text or 1, head or 1, query, key)."""
    readable = call.mask.readable(*_whole(call)).to(call.values.dtype)
    even = readable / readable.sum(-1, keepdim=True).clamp(min=1)
    return even.expand(len(call.queries), call.n_heads, call.queries.shape[2], -1)


def _read(call: AttentionCall, weights: torch.Tensor) -> torch.Tensor:
    """What heads with these weights read: (text, query, head, d_value)."""
    n_texts, _, n_queries, n_keys = weights.shape
    grouped = weights.to(call.values.dtype).reshape(n_texts, call.values.shape[1], -1, n_queries, n_keys)
    read = grouped @ call.values[:, :, None]  # (text, key head, group, query, d_value)
    return read.flatten(1, 2).transpose(1, 2)


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """What runs inside, in this thread, is altered and watched by `trace`."""
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def attend(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: Mask | torch.Tensor | None,
    **given: Any,
) -> tuple[torch.Tensor, None]:
    """The attention function that transformers calls: the one that models run here, then what the switches want."""
    with recording(Recorder(total=1)) as seen:
        output, _ = interface.attend(module, query, key, value, attention_mask, **given)
    return running(Attended(module, seen.records[-1][1], output)), None


def running(attended: Attended) -> torch.Tensor:
    """What the switches of the running thread make of an attention function's output."""
    trace = _trace.get()
    return attended.output if trace is None else trace.alter(attended)


AttentionInterface.register(NAME, attend)
AttentionMaskInterface.register(NAME, mask_rule)
