"""Dense: one forward pass that gives out every weight of every head, as transformers computes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from transformers import PreTrainedModel

from attention_viz.brief import brief
from attention_viz.errors import TextError
from attention_viz.models.engine.recording import Watch
from attention_viz.models.engine.reference import FIELDS, body_of, called_with
from attention_viz.sources import DenseSource, Source

MOST_BYTES = 4 << 30
"""Weights of one text beyond this would starve everybody else on the machine."""


@dataclass(frozen=True, eq=False)
class DenseWay:
    """A model that gives out all its weights at once: n_heads * n_tokens^2 * 4 bytes.

    network : a model of our own, with eager attention
    heads   : how many heads each map has, over all layers
    """

    network: PreTrainedModel
    heads: Mapping[str, int]
    name: str = "dense"

    __repr__ = brief

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.heads)

    @property
    def body(self) -> DenseWay:
        return replace(self, network=body_of(self.network))

    def read(
        self, inputs: Mapping[str, torch.Tensor], watch: Watch | None = None, lengths: Sequence[int] = ()
    ) -> tuple[Any, dict[str, list[Source]]]:
        """One pass: what the network answers, and the sources of each map, one per text. See `ways.Way`."""
        self._check_memory(inputs)
        if watch is not None:
            watch.step(0, 1)
        called, arguments = called_with(self.network, inputs)
        with torch.no_grad():
            outputs = called(**arguments, output_attentions=True)
        fields = FIELDS if called is self.network else {"attentions": "encoder"}
        return outputs, {
            part: _sources([layer for layer in outputs[field] if layer is not None], lengths)
            for field, part in fields.items()
            if outputs.get(field)
        }

    def _check_memory(self, inputs: Mapping[str, torch.Tensor]) -> None:
        n_texts, n_tokens = max((tuple(each.shape[:2]) for each in inputs.values()), key=lambda shape: shape[1])
        size = n_texts * sum(self.heads.values()) * n_tokens**2 * 4
        if size > MOST_BYTES:
            raise TextError(
                "The weights of this text ({n:,} tokens) would take {size:.1f} GB; {most:.1f} GB are allowed. Shorten it to {fits:,} tokens.",
                n=n_tokens,
                size=size / 1e9,
                most=MOST_BYTES / 1e9,
                fits=int(n_tokens * (MOST_BYTES / size) ** 0.5),
            )


def _sources(layers: list[torch.Tensor], lengths: Sequence[int]) -> list[Source]:
    """One source for each text; where lengths are given, each in memory of its own, without its padding."""
    arrays = [layer.detach().to("cpu", torch.float32).numpy() for layer in layers]
    if not lengths:
        return [DenseSource(tuple(_frozen(array[text]) for array in arrays)) for text in range(len(arrays[0]))]
    return [
        DenseSource(tuple(_frozen(array[text, :, :n, :n].copy()) for array in arrays)) for text, n in enumerate(lengths)
    ]


def _frozen(weights: np.ndarray) -> np.ndarray:
    view = weights.view()
    view.setflags(write=False)
    return view
