"""Ways: the three ways to a weight, and which of them a model goes, settled by trial when it is loaded.

capture : the model runs our attention function, which keeps queries, keys and values
replay  : the model runs its own code; what each attention module is given is kept, and the module run again when looked at
dense   : the model gives out every weight of every head
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from transformers import PreTrainedModel

from attention_viz.brief import brief
from attention_viz.models.engine import soundness
from attention_viz.models.engine.capture import CaptureRecorder, capture_sources
from attention_viz.models.engine.dense import DenseWay
from attention_viz.models.engine.finite import check_finite, check_sums
from attention_viz.models.engine.interface import NAME
from attention_viz.models.engine.projection import find_projections
from attention_viz.models.engine.recording import Layer, PassEnded, Recorder, Watch, recording
from attention_viz.models.engine.reference import (
    Reference,
    body_of,
    called_with,
    observe,
    twin,
)
from attention_viz.models.engine.replay import keep_inputs, replay_sources
from attention_viz.sources import Source

TOLERANCE = 5e-5
"""How far a weight may be from transformers' own and still be the same number, rounded elsewhere on its way."""

TOLERANCE_OF_HALVES = {torch.float16: 1e-2, torch.bfloat16: 5e-2}
"""The same for models that compute in numbers of 3 or 2 digits."""

# What transformers' code raises where it cannot run another attention function than its own.
_TRIAL_ERRORS = (TypeError, ValueError, RuntimeError, LookupError, AttributeError, AssertionError)

Sources = dict[str, list[Source]]
"""For each map of attention ("self"; or "encoder", "decoder", "cross"), one source per text of the pass."""


class Way(Protocol):
    """How a model's weights are got. Nothing of a text is kept in it, so threads may share it."""

    @property
    def name(self) -> str: ...

    @property
    def network(self) -> PreTrainedModel:
        """The model that runs: a second one, on the numbers of the one that was loaded."""
        ...

    @property
    def layers(self) -> Mapping[str, tuple[Layer, ...]]:
        """All layers of each map, those without attention too."""
        ...

    @property
    def parts(self) -> tuple[str, ...]:
        """The maps of attention that the model has."""
        ...

    @property
    def body(self) -> Way:
        """The same way without the task head, for passes whose answer nobody asks for."""
        ...

    def read(
        self,
        inputs: Mapping[str, torch.Tensor],
        watch: Watch | None = None,
        lengths: Sequence[int] = (),
        *,
        answer: bool = True,
    ) -> tuple[Any, Sources]:
        """One pass: what the network answers, and the sources of each map. An encoder given nothing to decode runs alone.

        inputs  : name of the model's argument -> (text, token)
        lengths : tokens of each text, for texts of the encoder or of a single map: each source then holds its own text
                  alone, without the padding at its end; () = the texts of the pass share what they can
        answer  : whether what the network answers is asked for; else None may be answered, and the pass end with the last
                  attention
        Raises StoppedError where `watch` ends it.
        """
        ...


@dataclass(frozen=True, eq=False)
class RecordedWay:
    """A way on which each attention module leaves a record while the model runs."""

    name: str
    network: PreTrainedModel
    layers: Mapping[str, tuple[Layer, ...]]
    sources: Callable[[Sequence[Any], Sequence[Layer], Sequence[int]], list[Source]]
    recorder: type[Recorder] = Recorder

    __repr__ = brief

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.layers)

    @property
    def body(self) -> RecordedWay:
        return replace(self, network=body_of(self.network))

    def read(
        self,
        inputs: Mapping[str, torch.Tensor],
        watch: Watch | None = None,
        lengths: Sequence[int] = (),
        *,
        answer: bool = True,
    ) -> tuple[Any, Sources]:
        called, arguments = called_with(self.network, inputs)
        layers = self.layers if called is self.network else {"encoder": self.layers["encoder"]}
        total = sum(bool(layer.n_heads) for those in layers.values() for layer in those)
        wanted = {layer.module for those in layers.values() for layer in those if layer.module is not None}
        recorder = self.recorder(total, watch, lengths, () if answer or not self.recorder.ends else wanted)
        outputs = None
        with torch.inference_mode(), recording(recorder), suppress(PassEnded):
            outputs = called(**arguments)
        recorded = {part: recorder.of(those) for part, those in layers.items()}
        if outputs is None:
            check_sums([call.lse for records in recorded.values() for call in records[-1]], self.network)
        else:
            check_finite(outputs, arguments, self.network)
        return outputs, {part: self.sources(recorded[part], those, lengths) for part, those in layers.items()}


def tolerance(network: PreTrainedModel) -> float:
    """How far two numbers of this model may be apart and still be the same, rounded elsewhere on its way."""
    return TOLERANCE_OF_HALVES.get(network.dtype, TOLERANCE)


def choose(network: PreTrainedModel) -> Way:
    """Which way shows this model's own weights?

    Each is tried on two short texts, one of them padded, and compared with what transformers gives out.
    Raises ModelError where the model gives out no attention, or none that are weights of query x key.
    """
    eager = twin(network, "eager")
    reference = observe(body_of(eager))
    soundness.check(type(network).__name__, reference)
    for way in _recorded_ways(network, eager, reference):
        sources = _trial(way, reference)
        if sources is not None:
            return _with_projections(way, reference, sources)
    return DenseWay(eager, reference.layers(body_of(eager)))


def _recorded_ways(network: PreTrainedModel, eager: PreTrainedModel, reference: Reference) -> Iterator[RecordedWay]:
    if not all(layer.module for layers in reference.parts.values() for layer in layers if layer.n_heads):
        return
    if body_of(network)._can_set_attn_implementation():
        ours = twin(network, NAME)
        yield RecordedWay("capture", ours, reference.layers(body_of(ours)), capture_sources, CaptureRecorder)
    layers = reference.layers(body_of(eager))
    keep_inputs(layer for those in layers.values() for layer in those)
    yield RecordedWay("replay", eager, layers, replay_sources)


def _trial(way: RecordedWay, reference: Reference) -> Sources | None:
    """The sources of the trial texts, if they give transformers' own weights wherever a token is no padding."""
    try:
        _, sources = way.body.read(reference.inputs)
        agree = all(
            _difference(source, text, reference, part) <= tolerance(way.network)
            for part, texts in sources.items()
            for text, source in enumerate(texts)
        )
    except _TRIAL_ERRORS:
        return None
    return sources if agree and all(sources.values()) else None


def _difference(source: Source, text: int, reference: Reference, part: str) -> float:
    """The largest difference of any weight from transformers' own; infinite where there are other layers or heads."""
    layers, n_valid = reference.parts[part], reference.n_valid(part, text)
    if source.heads != tuple(layer.n_heads for layer in layers):
        return math.inf
    queries, keys = slice(0, n_valid[0]), slice(0, n_valid[1])
    return max(
        float(np.abs(source.tile(index, head, queries, keys) - wanted[text, head, queries, keys].numpy()).max())
        for index, wanted in enumerate(layer.weights.float().cpu() for layer in layers)
        for head in range(source.heads[index])
    )


def _with_projections(way: RecordedWay, reference: Reference, sources: Sources) -> RecordedWay:
    """The same way, its layers knowing their output projections."""
    body = body_of(way.network)
    layers = {}
    for part, those in way.layers.items():
        names = find_projections(sources[part][0], reference.n_valid(part, 0), reference.linears)
        found = [body.get_submodule(name) if name else None for name in names]
        layers[part] = tuple(replace(layer, projection=each) for layer, each in zip(those, found, strict=True))
    return replace(way, layers=layers)
