"""Trace: one pass of a running model, as its attention functions obey the switches and leave what they did.

A copy of the model runs the attention function below; what it shall do to which head stands in a ContextVar of the
running thread, so nothing is kept in any model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from attention_viz.experiments.interventions.link_cuts import read_with
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.models.engine import interface
from attention_viz.models.engine.calls import AttentionCall
from attention_viz.models.engine.mask import Mask, mask_rule
from attention_viz.models.engine.recording import Recorder, recording

NAME = "attention_viz_switches"
"""What transformers knows the attention function and its mask twin by."""


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
        switches, self.attended[layer] = self.switches, attended
        if self.watch:
            self.weights[layer] = call.weights(*_whole(call))
            output = read_with(call, self.weights[layer])
        if layer in switches.uniform:
            chosen = switches.uniform[layer].to(output.device)
            output = torch.where(chosen[:, None, :, None], read_with(call, _even(call)), output)
        if layer in switches.cuts:
            output = switches.cuts[layer].apply(call, output)
        if layer in switches.patches:
            output = switches.patches[layer].apply(output)
        if layer in switches.gates:
            gates = switches.gates[layer].to(output)[:, : call.n_heads]
            output = output * gates[:, None, :, None]
        return output


def _whole(call: AttentionCall) -> tuple[slice, slice]:
    return slice(0, call.queries.shape[2]), slice(0, call.keys.shape[2])


def _even(call: AttentionCall) -> torch.Tensor:
    """The same weight on every key that a query may read; 0 in rows of padding: (text or 1, head or 1, query, key)."""
    readable = call.mask.readable(*_whole(call)).to(call.values.dtype)
    even = readable / readable.sum(-1, keepdim=True).clamp(min=1)
    return even.expand(len(call.queries), call.n_heads, call.queries.shape[2], -1)


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
