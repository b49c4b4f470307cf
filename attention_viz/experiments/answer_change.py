"""AnswerChange: what a model says before and after something in its heads was changed, and what has moved meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from attention_viz.attention import Tokens
from attention_viz.brief import brief
from attention_viz.errors import Message
from attention_viz.experiments.objective import Cosine, Likelihood, Objective, Value
from attention_viz.experiments.question import Question

SHOWN = 5
"""Possibilities that are listed at each place: the likeliest before and the likeliest after."""


@dataclass(frozen=True)
class Choice:
    """One possibility and its probability before and after the change: 0 to 1."""

    text: str
    before: float
    after: float


@dataclass(frozen=True)
class Choices:
    """What the model may say at one place. token: the token of the place; None = the whole text, of a decoder what comes after it."""

    token: int | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Number:
    """One of the numbers of a regression, on its own scale, before and after the change."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class AnswerChange:
    """What changed.

    loss          : the name of the number that `before` and `after` give
    choices       : of a model that gives probabilities, at each place, likeliest before first; of a decoder, after the places
                    of the text that which follows it
    numbers       : of a model that gives the text several numbers, each of them
    similarity    : of an embedding model and a pair, the cosine before and after
    vector_shift  : 1 - cosine between the first text's vector before and after, 0 to 2; the mean over its tokens where
                    the model is none that compares texts
    state_shifts  : (layer, token) float32, how far each token's vector has moved after each layer, as a share of its
                    length before; 0 in the layers below the first that was changed
    tokens        : of the first text, as they were read
    """

    loss: Message
    before: float
    after: float
    choices: tuple[Choices, ...]
    numbers: tuple[Number, ...]
    similarity: tuple[float, float] | None
    vector_shift: float
    state_shifts: np.ndarray
    tokens: Tokens

    __repr__ = brief


def answer_change(question: Question, after: Sequence[Any], shown: int = SHOWN) -> AnswerChange:
    """What has changed in the answer to this question?

    after : what the network gives out for each text of the objective after the change, with its hidden states
    shown : possibilities that are listed at each place
    """
    objective = question.objective
    losses = question.loss, float(objective.loss(after)[0])
    pair = isinstance(objective, Cosine) and objective.other is None
    return AnswerChange(
        loss=objective.name,
        before=losses[0],
        after=losses[1],
        choices=_choices(question, objective, after, shown) if isinstance(objective, Likelihood) else (),
        numbers=_numbers(objective, question.untouched, after) if isinstance(objective, Value) else (),
        similarity=losses if pair else None,
        vector_shift=_vector_shift(objective, question.untouched, after),
        state_shifts=_state_shifts(_states(question.untouched[0]), _states(after[0])),
        tokens=question.tokens[0],
    )


def _states(outputs: Any) -> torch.Tensor:
    """Each token's vector after each layer: (layer, token, d_model); where a model keeps several vectors of each token
    (Gemma 3n), these end to end."""
    first = (each.float().reshape(-1, *each.shape[-3:])[:, 0] for each in outputs.hidden_states[1:])
    return torch.stack([each.transpose(0, 1).flatten(1) for each in first])  # each was (vector, token, d_model)


def _state_shifts(before: torch.Tensor, after: torch.Tensor) -> np.ndarray:
    lengths = before.norm(dim=-1).clamp(min=torch.finfo(torch.float32).tiny)
    shares: np.ndarray = ((after - before).norm(dim=-1) / lengths).cpu().numpy()
    return shares


def _vector_shift(objective: Objective, untouched: Sequence[Any], after: Sequence[Any]) -> float:
    vector = objective.vector if isinstance(objective, Cosine) else lambda outputs: _states(outputs)[-1].mean(0)[None]
    return 1 - float(torch.nn.functional.cosine_similarity(vector(untouched[0]), vector(after[0]))[0])


def _numbers(objective: Value, untouched: Sequence[Any], after: Sequence[Any]) -> tuple[Number, ...]:
    both = (objective.numbers(outputs[0])[0].tolist() for outputs in (untouched, after))
    return (
        tuple(Number(*each) for each in zip(objective.called, *both, strict=True)) if len(objective.called) > 1 else ()
    )


def _choices(question: Question, objective: Likelihood, after: Sequence[Any], shown: int) -> tuple[Choices, ...]:
    before, now = (objective.probabilities(each)[0].cpu() for each in (question.untouched, after))  # (place, class)
    found = [
        Choices(token, _listed(before[place], now[place], partial(objective.words, place), shown))
        for place, token in enumerate(objective.places)
    ]
    return (*found, _after_the_text(question, after, shown)) if question.hooked.model.task.kind == "next" else (*found,)


def _after_the_text(question: Question, after: Sequence[Any], shown: int) -> Choices:
    """What a decoder would go on with; the objective asks for the tokens of the text alone."""
    before, now = (each[0].logits[0, -1].softmax(-1).cpu() for each in (question.untouched, after))
    return Choices(None, _listed(before, now, question.hooked.model.reader.word, shown))


def _listed(before: torch.Tensor, now: torch.Tensor, word: Callable[[int], str], shown: int) -> tuple[Choice, ...]:
    """The likeliest before and the likeliest now. before, now : (class,)"""
    best = {each for of in (before, now) for each in of.topk(min(shown, len(of))).indices.tolist()}
    order = sorted(sorted(best), key=lambda each: -float(before[each]))
    return tuple(Choice(word(each), float(before[each]), float(now[each])) for each in order)
