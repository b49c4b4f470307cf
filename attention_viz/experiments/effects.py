"""Effects: what every head of a model does to its answer, measured by taking each away alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from attention_viz.brief import brief
from attention_viz.errors import Message
from attention_viz.experiments.interventions.switches import How, check_how, each_alone
from attention_viz.experiments.question import Question, pose
from attention_viz.measures import Progress
from attention_viz.models import Model

AT_ONCE = 12
"""Copies of the text in one pass, each without another head: more are no faster and take more memory."""


@dataclass(frozen=True, eq=False)
class Effects:
    """What each head does.

    loss    : the name of the number that changes; untouched: its value with every head on
    changes : (layer, head) float64, the number without the head minus the number with it
    shifts  : (layer, head) float64, how far the answer moved: total variation of the probabilities (0 to 1), 1 - cosine
              of the text's vector (0 to 2), or the distance of a regression's number
    Both are NaN where a layer has fewer heads than the widest.
    """

    loss: Message
    untouched: float
    changes: np.ndarray
    shifts: np.ndarray

    __repr__ = brief


def head_effects(
    model: Model,
    text: str,
    how: How = "zero",
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    progress: Progress | None = None,
) -> Effects:
    """How does the model's answer change without each head?

    how, second, mask : as for `ablate`
    progress          : called with (heads done, heads); what it raises stops the work
    Exact: each head is really taken away. The layers below it are not computed again, so 12 layers of 12 heads cost about
    78 forward passes of one text, 6 layers about 42.
    """
    check_how(how)
    question = pose(model, text, second, mask)
    total, widest = sum(question.n_heads), max(question.n_heads)
    changes, shifts = np.full((2, len(question.n_heads), widest), np.nan)
    done = 0
    with torch.no_grad():
        for layer, heads, outputs in _without_each(question, how):
            changes[layer, heads] = question.objective.loss(outputs).cpu() - question.loss
            shifts[layer, heads] = question.objective.shift(outputs, question.untouched).cpu()
            done += len(heads)
            if progress is not None:
                progress(done, total)
    return Effects(question.objective.name, question.loss, changes, shifts)


def _without_each(question: Question, how: How) -> Iterator[tuple[int, range, list[Any]]]:
    """(layer, heads, outputs for each text of the objective); text h of an output lacks the h-th of the heads."""
    for layer, heads in batches(question.n_heads):
        switches = each_alone(layer, heads, question.n_heads[layer], how)
        yield (
            layer,
            heads,
            [question.resume(switches, len(heads), number=each) for each in range(len(question.objective.texts))],
        )


def batches(n_heads: Sequence[int]) -> Iterator[tuple[int, range]]:
    """(layer, heads) that are changed in one pass, each in a copy of its own."""
    for layer, n in enumerate(n_heads):
        for start in range(0, n, AT_ONCE):
            yield layer, range(start, min(start + AT_ONCE, n))
