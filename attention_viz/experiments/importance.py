"""Importance: how sensitive the model's answer is to each head, by one gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from attention_viz.brief import brief
from attention_viz.errors import Message
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.question import Question, pose
from attention_viz.models import Model


@dataclass(frozen=True, eq=False)
class Importance:
    """How sensitive the answer is to each head.

    loss       : the name of the number whose gradient was taken; untouched: its value
    values     : (layer, head) float64, at least 0; NaN where a layer has fewer heads than the widest
    normalised : each layer divided by the root of the sum of its squares, so that layers cannot be compared by it
    """

    loss: Message
    untouched: float
    values: np.ndarray
    normalised: bool

    __repr__ = brief


def importance(
    model: Model, text: str, *, second: str | None = None, mask: Sequence[int] = (), normalised: bool = True
) -> Importance:
    """How sensitive is the model's answer to this text to each head?

    second, mask : as for `pose`, which says what each kind of checkpoint is asked
    normalised   : divide each layer by its l2 norm, as the paper does before it ranks the heads
    I(h) = |dL / d gate(h)| at gate 1, the gate multiplying the head's output: one forward and one backward pass. For one
    text this is the sensitivity of this number, not the mean over a task's texts that the paper prunes by; `mean_importance`
    is that. Source: Michel, Levy & Neubig 2019 (arXiv 1905.10650), equation 2 and section 4.1.
    """
    question = pose(model, text, second, mask)
    untouched, values = sensitivity(question)
    return Importance(question.objective.name, untouched, by_layer(values) if normalised else values, normalised)


def sensitivity(question: Question) -> tuple[float, np.ndarray]:
    """The loss, and |dL / d gate| of every head: (layer, head) float64, NaN where there is no head."""
    model = question.hooked.model
    gates = [
        torch.ones(1, model.n_heads, device=question.hooked.device, requires_grad=True) for _ in range(model.n_layers)
    ]
    with torch.enable_grad():
        passes = question.ask(Switches(dict(enumerate(gates))))
        loss = question.objective.loss([each.outputs for each in passes])[0]
        slopes = torch.autograd.grad(loss, gates, allow_unused=True)
    values = np.full((model.n_layers, model.n_heads), np.nan)
    for layer, (slope, n) in enumerate(zip(slopes, model.heads, strict=True)):
        values[layer, :n] = 0 if slope is None else slope[0, :n].abs().cpu()
    return float(loss.detach()), values


def by_layer(values: np.ndarray) -> np.ndarray:
    """Each layer divided by the root of the sum of its squares; a layer of zeros stays."""
    lengths = np.sqrt(np.nansum(values**2, axis=1, keepdims=True))
    return values / np.where(lengths > 0, lengths, 1)
