"""Dense: one forward pass that gives out every weight of every head, as transformers computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from attention_viz.brief import brief
from attention_viz.errors import TextError
from attention_viz.models.engine.finite import check_finite
from attention_viz.models.engine.recording import Layer, Watch, by_number
from attention_viz.models.engine.reference import FIELDS, body_of, called_with
from attention_viz.models.engine.softmax import SoftmaxWatch
from attention_viz.sources import DenseSource, Source

MOST_BYTES = 4 << 30
"""Most bytes of the weights of one pass; a longer text is refused."""


@dataclass(frozen=True, eq=False)
class DenseWay:
    """A model that gives out all its weights at once: n_heads * n_tokens^2 * 4 bytes.

    network : a model of our own, with eager attention
    layers  : of each map
    """

    network: PreTrainedModel
    layers: Mapping[str, tuple[Layer, ...]]
    name: str = "dense"

    __repr__ = brief

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.layers)

    @property
    def body(self) -> DenseWay:
        return replace(self, network=body_of(self.network))

    def read(
        self,
        inputs: Mapping[str, torch.Tensor],
        watch: Watch | None = None,
        lengths: Sequence[int] = (),
        *,
        answer: bool = True,
    ) -> tuple[Any, dict[str, list[Source]]]:
        """One pass: what the network answers, and the sources of each map, one per text. See `ways.Way`."""
        self._check_memory(inputs)
        if watch is not None:
            watch.step(0, 1)
        called, arguments = called_with(self.network, inputs)
        gives_scores = any(layer.scores for layers in self.layers.values() for layer in layers)
        with torch.no_grad(), SoftmaxWatch() if gives_scores else nullcontext() as seen:
            outputs = called(**arguments, output_attentions=True)
        check_finite(outputs, arguments, self.network)
        fields = FIELDS if called is self.network else {"attentions": "encoder"}
        given = {
            part: [each for each in outputs.get(field) or () if each is not None] for field, part in fields.items()
        }
        return outputs, {
            part: _sources([seen.weighed(each) for each in tensors] if seen else tensors, self.layers[part], lengths)
            for part, tensors in given.items()
            if tensors
        }

    def _check_memory(self, inputs: Mapping[str, torch.Tensor]) -> None:
        n_texts, n_tokens = max((tuple(each.shape[:2]) for each in inputs.values()), key=lambda shape: shape[1])
        n_heads = sum(layer.n_heads for layers in self.layers.values() for layer in layers)
        size = n_texts * n_heads * n_tokens**2 * 4
        if size > MOST_BYTES:
            raise TextError(
                "The weights of this text ({n:,} tokens) would take {size:.1f} GB; {most:.1f} GB are allowed. Shorten it to {fits:,} tokens.",
                n=n_tokens,
                size=size / 1e9,
                most=MOST_BYTES / 1e9,
                fits=int(n_tokens * (MOST_BYTES / size) ** 0.5),
            )


def _sources(weights: Sequence[torch.Tensor], layers: Sequence[Layer], lengths: Sequence[int]) -> list[Source]:
    """One source for each text; where lengths are given, each in memory of its own, without its padding."""
    numbered = by_number([each.detach().to("cpu", torch.float32).numpy() for each in weights], layers)
    none = next(iter(numbered.values()))[:, :0]  # what a layer without attention has: no head
    arrays = [numbered.get(number, none) for number in range(len(layers))]
    if not lengths:
        return [DenseSource(tuple(_frozen(array[text]) for array in arrays)) for text in range(len(none))]
    return [
        DenseSource(tuple(_frozen(array[text, :, :n, :n].copy()) for array in arrays)) for text, n in enumerate(lengths)
    ]


def _frozen(weights: np.ndarray) -> np.ndarray:
    view = weights.view()
    view.setflags(write=False)
    return view
