"""Ablation: what changes in the model's answer when heads are taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from attention_viz.brief import brief
from attention_viz.experiments.answer_change import SHOWN, AnswerChange, answer_change
from attention_viz.experiments.interventions.switches import How, switched
from attention_viz.experiments.question import pose
from attention_viz.models import Model


@dataclass(frozen=True, eq=False)
class Ablation(AnswerChange):
    """What changed without some heads. heads, how : which were taken away, and in which way"""

    heads: tuple[tuple[int, int], ...]
    how: str

    __repr__ = brief


def ablate(
    model: Model,
    text: str,
    heads: Sequence[tuple[int, int]],
    how: How = "zero",
    *,
    second: str | None = None,
    mask: Sequence[int] = (),
    shown: int = SHOWN,
) -> Ablation:
    """What does the model say without these heads?

    heads : (layer, head) from 0; an empty list changes nothing
    how   : "zero" = their output becomes zero, the bias behind them stays (Michel et al. 2019, arXiv 1905.10650, eq. 1);
            "uniform" = they read all their keys alike (Kovaleva et al. 2019, arXiv 1908.08593, section 4.5)
    second, mask : as for `pose`, which also says what each kind of checkpoint is asked
    Raises SelectionError for a head or a way that does not exist, TextError and ModelError as `pose` does.
    """
    question = pose(model, text, second, mask)
    switches = switched(heads, question.n_heads, how)
    with torch.no_grad():
        after = tuple(each.outputs for each in question.ask(switches))
    changed = answer_change(question, after, shown)
    return Ablation(**vars(changed), heads=tuple((int(layer), int(head)) for layer, head in heads), how=how)
