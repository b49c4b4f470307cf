"""Logit lens: what a model would say if a layer's vectors were its last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from attention_viz.attending import check_unbroken
from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import Message
from attention_viz.experiments.answer_change import SHOWN
from attention_viz.experiments.contrast import Contrast, contrasted
from attention_viz.experiments.interventions.blocks import states_of
from attention_viz.experiments.interventions.switches import Switches
from attention_viz.experiments.question import Question, pose
from attention_viz.models import Model


@dataclass(frozen=True)
class LayerGuess:
    """One possibility and its probability, 0 to 1."""

    text: str
    probability: float


@dataclass(frozen=True, eq=False)
class LensPlace:
    """What is said at one place, layer by layer: index 0 is what goes into the first layer, index n what comes out of the n-th.

    token          : at which it is read; None = the whole text
    answer, rival  : what the model says in the end, and the next likeliest
    answers, rivals : (layer + 1,) the probability of each
    guesses        : of each layer, likeliest first
    """

    token: int | None
    answer: str
    rival: str
    answers: np.ndarray
    rivals: np.ndarray
    guesses: tuple[tuple[LayerGuess, ...], ...]

    __repr__ = brief


@dataclass(frozen=True, eq=False)
class LogitLens:
    """What a model would say after each layer.

    name    : of the number; numbers: (layer + 1,) float64, the last is the model's own
    places  : of a model that gives probabilities
    tokens  : of the first text
    """

    name: Message
    numbers: np.ndarray
    places: tuple[LensPlace, ...]
    tokens: Tokens

    __repr__ = brief


def logit_lens(
    model: Model, text: str, *, second: str | None = None, mask: Sequence[int] = (), shown: int = SHOWN
) -> LogitLens:
    """What would the model say from each layer's vectors, with its own last transform?

    second, mask : as for `pose`; shown : guesses of each layer
    The vectors after each layer go through what the model has behind its last layer (its last normalisation and its head),
    or are pooled; of a pair that is compared, the cosine of both texts' vectors after the same layer. The last row is
    the model's answer. Source: nostalgebraist 2020, "interpreting GPT: the logit lens".
    The head was trained on the last layer's vectors alone: in early layers it may say little of what they hold already
    (Belrose et al. 2023, arXiv 2303.08112, section 2), so a word that shows up late need not have been decided late.
    About one pass beyond the model's own. Raises InputError for a model with layers without attention, ModelError for one
    that runs a layer several times, TextError and SelectionError as `pose` does.
    """
    return of_question(contrasted(pose(model, text, second, mask)), shown)


def of_question(question: Question, shown: int = SHOWN) -> LogitLens:
    """The same for a question that is already posed, with its answer set against a rival."""
    check_unbroken(question.n_heads)
    objective = question.objective
    with torch.no_grad():
        outputs = [_after_each_layer(question, number) for number in range(len(objective.texts))]
        numbers = objective.score(outputs).double().cpu().numpy()
    places = _places(objective, outputs[0], shown) if isinstance(objective, Contrast) else ()
    return LogitLens(objective.name, numbers, places, question.tokens[0])


def _after_each_layer(question: Question, number: int) -> Any:
    """What the network gives out where text n of the batch has the vectors after n layers in the place of the last."""
    blocks = question.startable_blocks(number)
    states = [question.untouched[number].hidden_states[0], *(states_of(block.output) for block in blocks.values())]
    given = {max(blocks): torch.cat(states, -3)}
    return question.resume(Switches(), len(states), number=number, given=given)


def _places(objective: Contrast, outputs: Any, shown: int) -> tuple[LensPlace, ...]:
    probabilities = objective.logits(outputs).softmax(-1).double().cpu()  # (layer + 1, place, class)
    found = []
    for place, (token, answer, rival) in enumerate(objective.pairs):
        of_place = probabilities[:, place]
        answers, rivals = (of_place[:, int(each[place])].numpy() for each in (objective.answers, objective.rivals))
        guesses = tuple(_guesses(objective, place, row, shown) for row in of_place)
        found.append(LensPlace(token, answer, rival, answers, rivals, guesses))
    return tuple(found)


def _guesses(objective: Contrast, place: int, row: torch.Tensor, shown: int) -> tuple[LayerGuess, ...]:
    best = row.topk(min(shown, len(row)))
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return tuple(LayerGuess(objective.words(place, each), share) for each, share in pairs)
