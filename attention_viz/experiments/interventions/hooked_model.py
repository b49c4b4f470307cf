"""Hooked model: a private copy of a model's network whose heads can be switched, and which can start in the middle.

The copy shares every weight with the model, so it takes almost no memory, and the model itself stays as it is: other
threads go on using it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers import PreTrainedModel

from attention_viz.attending import attending
from attention_viz.errors import ModelError
from attention_viz.experiments.interventions.blocks import Block, Blocks
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.interventions.trace import NAME, Attended, Trace, tracing
from attention_viz.models import Model
from attention_viz.models.engine.finite import check_finite
from attention_viz.models.engine.reference import body_of, called_with, twin

Inputs = Mapping[str, torch.Tensor]


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """The results of one forward pass.

    outputs : of the network
    weights : layer -> (text, head, query, key), where they were asked for
    blocks  : layer -> the layer with attention and what it gave out, where they were kept; None where the model runs one
              layer several times
    attended : layer -> the attention function that ran, where the blocks were kept or the weights watched
    """

    outputs: Any
    weights: Mapping[int, torch.Tensor]
    blocks: Mapping[int, Block] | None
    attended: Mapping[int, Attended]


class HookedModel:
    """A copy of a model's network for one experiment of one thread.

    Raises ModelError where the model computes attention in its own code, which cannot be switched.
    """

    def __init__(self, model: Model) -> None:
        check_switchable(model)
        self.model = model
        self._copy = twin(model.network, NAME)
        self.device = model.network.device

    @property
    def network(self) -> PreTrainedModel:
        """The copy."""
        return self._copy

    def run(
        self,
        inputs: Inputs,
        switches: Switches | None = None,
        *,
        body: bool = False,
        watch: bool = False,
        states: bool = False,
        blocks: bool = False,
        kept: Sequence[int] | None = None,
        first: int = 0,
    ) -> ForwardPass:
        """One pass, with or without gradients as the caller has set them.

        body  : without the task head
        watch : compute the weights too; states: have the network give out its hidden states; blocks: keep the output of each layer
        kept  : the tokens that the task head is given; None = all
        first : the first layer that really runs, within `starting`
        """
        network = body_of(self._copy) if body else self._copy
        called, arguments = called_with(network, inputs)
        trace = Trace(switches or Switches(), [each for each in attending(self.model.heads) if each >= first], watch)
        seen = Blocks()
        with tracing(trace), _keeping(body_of(self._copy), kept), seen.kept(self._copy) if blocks else nullcontext():
            outputs = called(**arguments, **({"output_hidden_states": True} if states else {}))
        check_finite(outputs, arguments, self._copy)
        kept_blocks = seen.of(trace.attended) if blocks else None
        return ForwardPass(outputs, trace.weights, kept_blocks, trace.attended if blocks or watch else {})


def check_switchable(model: Model) -> None:
    """Raises ModelError where the model computes attention in its own code."""
    if model.way.name != "capture":
        raise ModelError(
            "{name} computes attention in its own code, where its heads cannot be switched. Choose another model, such as one of BERT's family.",
            name=model.name,
        )


@contextlib.contextmanager
def _keeping(body: nn.Module, kept: Sequence[int] | None) -> Iterator[None]:
    """The task head gets only these tokens of the body's output: logits over a vocabulary are computed for no others."""
    if kept is None:
        yield
        return
    tokens = list(kept)

    def cut(_module: nn.Module, _args: Any, output: Any) -> None:
        output.last_hidden_state = output.last_hidden_state[:, tokens]

    handle = body.register_forward_hook(cut)
    try:
        yield
    finally:
        handle.remove()
