"""Pruning: how well the model still does when more and more heads are taken away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from attention_viz.errors import InputError, Message, SelectionError
from attention_viz.experiments.evaluation import Evaluation, evaluation
from attention_viz.experiments.importance import Importance, by_layer, sensitivity
from attention_viz.experiments.interventions.hooked_model import HookedModel
from attention_viz.experiments.interventions.switches import How, check_how, switched
from attention_viz.experiments.labels import wanted
from attention_viz.experiments.question import pose
from attention_viz.experiments.samples import Sample, built_in
from attention_viz.measures import Progress
from attention_viz.models import Model

Order = Literal["least", "random", "most"]

ORDERS: tuple[Order, ...] = ("least", "random", "most")
"""Which heads go first: the least important, any, the most important."""


@dataclass(frozen=True)
class Pruned:
    """The model with some heads taken away.

    heads : those that are away, (layer, head) from 0, in the order in which they went; total: heads there were
    score : the evaluation's, with these heads away; name: what the score is
    loss  : the number whose gradient ranked the heads; None where the ranking was brought along
    """

    heads: tuple[tuple[int, int], ...]
    total: int
    score: float
    name: Message
    loss: Message | None = None


def mean_importance(
    model: Model,
    samples: Sequence[Sample],
    *,
    normalised: bool = True,
    progress: Progress | None = None,
    hooked: HookedModel | None = None,
) -> Importance:
    """How sensitive are the model's answers to all these texts to each head?

    The mean over the samples of each sample's |dL / d gate|, then, if wanted, each layer divided by its l2 norm: Michel,
    Levy & Neubig 2019 (arXiv 1905.10650), equation 2. L is the loss of the task by the samples' labels, where each has one
    that the model can be judged by (see `labels.wanted`); else what `pose` asks of one sample: the model's own answer. The
    name of the loss says which. Raises InputError for a class that the model does not know.
    progress : called with (samples done, samples); what it raises stops the work
    """
    if not samples:
        raise InputError("There is no sample to evaluate the model on. Give at least one.")
    hooked, found = hooked or HookedModel(model), []
    labels = wanted(model, samples)
    for done, sample in enumerate(samples, 1):
        label = None if labels is None else float(labels[done - 1])
        question = pose(model, sample.first, sample.second, hooked=hooked, label=label)
        found.append(sensitivity(question))
        if progress is not None:
            progress(done, len(samples))
    mean = np.mean([values for _, values in found], axis=0)
    untouched = float(np.mean([loss for loss, _ in found]))
    return Importance(question.objective.name, untouched, by_layer(mean) if normalised else mean, normalised)


def ranked(values: np.ndarray, order: Order, seed: int = 0) -> list[tuple[int, int]]:
    """All heads in the order in which they go: (layer, head) from 0; of equal ones the earlier first.

    values : (layer, head), NaN where there is no head
    """
    if order not in ORDERS:
        raise SelectionError("Heads go by {choices}, not by {order}.", choices=", ".join(ORDERS), order=order)
    heads = np.argwhere(~np.isnan(values))
    if order == "random":
        places = np.random.default_rng(seed).permutation(len(heads))
    else:
        known = values[heads[:, 0], heads[:, 1]]
        places = np.argsort(known if order == "least" else -known, kind="stable")
    return [(int(layer), int(head)) for layer, head in heads[places]]


def prune(
    model: Model,
    samples: Sequence[Sample] | None = None,
    order: Order = "least",
    how: How = "zero",
    *,
    importances: Importance | np.ndarray | None = None,
    steps: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
) -> Iterator[Pruned]:
    """How well does the model do with 0, then ever more of its heads taken away?

    samples     : what it is judged on, by `evaluation`; None = the built-in sentences
    order       : "least" important first, "most" important first, or "random" by the seed
    importances : to rank by, what `mean_importance` found or (layer, head); None = that on the samples, made first
    steps       : as many parts as the heads are taken away in; 10 is the paper's
    progress    : called with (samples done, samples) while the importances are made
    yields      : steps + 1 results of real passes; stop asking for them to stop the work
    Source: Michel, Levy & Neubig 2019 (arXiv 1905.10650), section 4: ranked once, 10 % at a time.
    """
    check_how(how)
    if steps < 1:
        raise InputError("The heads are taken away in {steps} steps; choose at least 1.", steps=steps)
    samples = built_in() if samples is None else samples
    hooked = HookedModel(model)
    judged = evaluation(model, samples, hooked)
    if importances is None:
        importances = mean_importance(model, samples, progress=progress, hooked=hooked)
    values, loss = (
        (importances.values, importances.loss) if isinstance(importances, Importance) else (importances, None)
    )
    yield from _steps(judged, ranked(values, order, seed), how, steps, loss)


def _steps(
    judged: Evaluation, heads: list[tuple[int, int]], how: How, steps: int, loss: Message | None
) -> Iterator[Pruned]:
    layers = 1 + max(layer for layer, _ in heads)
    n_heads = [sum(layer == each for layer, _ in heads) for each in range(layers)]
    for step in range(steps + 1):
        away = tuple(heads[: round(step * len(heads) / steps)])
        yield Pruned(away, len(heads), judged.score(switched(away, n_heads, how)), judged.name, loss)
