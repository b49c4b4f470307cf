"""Contrast: the logit of an answer minus that of its strongest rival, the number in which what a model says is shared out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from attention_viz.errors import Message
from attention_viz.experiments.interventions.hooked_model import Inputs
from attention_viz.experiments.objective import Likelihood, Objective
from attention_viz.experiments.question import Question
from attention_viz.experiments.token_positions import uniform_readout


@dataclass(frozen=True, eq=False)
class Contrast:
    """How much surer a model is of its answer than of another: the difference of two logits, mean over the places.

    logits          : of the network's output -> (text, place, class)
    answers, rivals : (place,) the two classes at each place
    places          : the token at which each is read; None where a place is the whole text
    words           : (place, class) -> how the class is called
    Unlike a probability it is a sum of what the parts of the network add (Wang et al. 2022, arXiv 2211.00593, section 2).
    """

    name: Message
    texts: tuple[Inputs, ...]
    logits: Callable[[Any], torch.Tensor]
    answers: torch.Tensor
    rivals: torch.Tensor
    places: tuple[int | None, ...]
    words: Callable[[int, int], str]
    readout: torch.Tensor
    kept: tuple[int, ...] | None = None
    body: bool = False

    def loss(self, outputs: Sequence[Any]) -> torch.Tensor:
        return self.score(outputs)

    def score(self, outputs: Sequence[Any]) -> torch.Tensor:
        logits = self.logits(outputs[0])  # (text, place, class)
        both = torch.stack([self.answers, self.rivals], -1).to(logits.device)  # (place, 2)
        chosen = logits.gather(-1, both.expand(len(logits), -1, -1))
        return (chosen[..., 0] - chosen[..., 1]).mean(-1)

    def shift(self, outputs: Sequence[Any], untouched: Sequence[Any]) -> torch.Tensor:
        """How far the difference has moved."""
        return (self.score(outputs) - self.score(untouched)).abs()

    @property
    def pairs(self) -> tuple[tuple[int | None, str, str], ...]:
        """(token, answer, rival) of each place, as they are called."""
        chosen = zip(self.places, self.answers.tolist(), self.rivals.tolist(), strict=True)
        return tuple(
            (token, self.words(place, answer), self.words(place, rival))
            for place, (token, answer, rival) in enumerate(chosen)
        )


def contrasted(question: Question) -> Question:
    """The same question with its answer set against the strongest rival, where it has classes; of a decoder, the token after
    the text alone. Others stay."""
    objective = question.objective
    if not isinstance(objective, Likelihood):
        return question
    if question.hooked.model.task.kind == "next":
        return replace(question, objective=_after_the_text(question, objective))
    targets = objective.targets
    return replace(question, objective=_of_likelihood(objective, targets, _rivals(question, objective, targets)))


def _after_the_text(question: Question, objective: Likelihood) -> Contrast:
    last = len(question.tokens[0]) - 1
    logits = question.untouched[0].logits[0, -1:].cpu()  # (1, vocabulary)
    answers = logits.argmax(-1)
    return replace(
        _of_likelihood(objective, answers, strongest_but(logits, answers)),
        logits=lambda outputs: outputs.logits[:, -1:],
        places=(last,),
        readout=uniform_readout([last], last + 1),
        kept=(last,),
    )


def _of_likelihood(objective: Likelihood, answers: torch.Tensor, rivals: torch.Tensor) -> Contrast:
    return Contrast(
        name=Message("the logit of the answer minus that of its strongest rival"),
        texts=objective.texts,
        logits=objective.logits,
        answers=answers,
        rivals=rivals,
        places=objective.places,
        words=objective.words,
        readout=objective.readout,
        kept=objective.kept,
    )


def _rivals(question: Question, objective: Likelihood, answers: torch.Tensor) -> torch.Tensor:
    return strongest_but(objective.logits(question.untouched[0])[0].cpu(), answers)


def strongest_but(logits: torch.Tensor, answers: torch.Tensor) -> torch.Tensor:
    """The class with the largest logit beside the answer: (place,). logits : (place, class)"""
    return logits.scatter(-1, answers[:, None], -torch.inf).argmax(-1)


def pairs_of(objective: Objective) -> tuple[tuple[int | None, str, str], ...]:
    """(token, answer, rival) of each place; () where there are none."""
    return objective.pairs if isinstance(objective, Contrast) else ()
