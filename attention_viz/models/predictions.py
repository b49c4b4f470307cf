"""Predictions: the kinds of what a model's task head predicts for a text."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import Message


@dataclass(frozen=True)
class Guess:
    """A token, class or label and its probability, 0 to 1."""

    text: str
    probability: float


@dataclass(frozen=True)
class FilledMask:
    """The likeliest tokens for one mask token, highest probability first; position counts from 0."""

    position: int
    guesses: tuple[Guess, ...]


@dataclass(frozen=True)
class FilledMasks:
    """Predicted tokens for every mask token, in the order of the text."""

    masks: tuple[FilledMask, ...]


@dataclass(frozen=True)
class Classes:
    """The classes of the text, likeliest first. exclusive: probabilities sum to 1 (softmax); else independent (sigmoid)."""

    guesses: tuple[Guess, ...]
    exclusive: bool


@dataclass(frozen=True)
class Score:
    """The output of a regression head, on the scale it was trained on."""

    value: float


@dataclass(frozen=True)
class Scores:
    """Several outputs of a regression head, each with its name, on the scale it was trained on."""

    names: tuple[str, ...]
    values: tuple[float, ...]


@dataclass(frozen=True)
class Labels:
    """The likeliest label of each token, as many as there are tokens; None for a special token.

    exclusive : a token's probabilities sum to 1 (softmax); else labels are independent (sigmoid)
    """

    guesses: tuple[Guess | None, ...]
    exclusive: bool = True


@dataclass(frozen=True)
class TokenScores:
    """Outputs of a regression head for each token, one per name; None for a special token."""

    names: tuple[str, ...]
    values: tuple[tuple[float, ...] | None, ...]


@dataclass(frozen=True)
class Answer:
    """The span of the second text that answers the first: tokens start to stop (excluded), and its probability."""

    text: str
    start: int
    stop: int
    probability: float


@dataclass(frozen=True)
class NextTokens:
    """The likeliest next tokens after the text, highest first."""

    guesses: tuple[Guess, ...]


@dataclass(frozen=True)
class Similarity:
    """Cosine of the two texts' embeddings, -1 to 1. notes : what was compared, where it is not the texts as they were typed."""

    cosine: float
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class NoPrediction:
    """The model predicts nothing for this text.

    advice  : what text it would predict for; None of a model without a head
    instead : the source of an embedded model that predicts something for this very text; "" = none
    """

    advice: Message | None = None
    instead: str = ""


Predictions = (
    FilledMasks | Classes | Score | Scores | Labels | TokenScores | Answer | NextTokens | Similarity | NoPrediction
)
