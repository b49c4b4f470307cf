"""Objective: what a model says of a text as one number, so that it can be asked what changes the number.

Which number that is depends on the checkpoint, and every objective has a name that says it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch.nn import functional

from attention_viz.errors import Message
from attention_viz.experiments.interventions.hooked_model import Inputs


class Objective(Protocol):
    """One number of what the network gives out.

    texts : what the network is given, one pass each; each (1, token)
    body  : whether it runs without its task head
    kept  : the tokens that the head is given; None = all
    """

    @property
    def name(self) -> Message: ...

    @property
    def texts(self) -> tuple[Inputs, ...]: ...

    @property
    def body(self) -> bool: ...

    @property
    def kept(self) -> tuple[int, ...] | None: ...

    @property
    def readout(self) -> torch.Tensor:
        """From which tokens of the first text the number is read: (token,), sums to 1."""
        ...

    def loss(self, outputs: Sequence[Any]) -> torch.Tensor:
        """The number itself, for each text of the batch: (text,)."""
        ...

    def score(self, outputs: Sequence[Any]) -> torch.Tensor:
        """What gradients are taken of to explain the answer, before any softmax: (text,)."""
        ...

    def shift(self, outputs: Sequence[Any], untouched: Sequence[Any]) -> torch.Tensor:
        """How far the answer is from the untouched model's, 0 = the same: (text,)."""
        ...


@dataclass(frozen=True, eq=False)
class Likelihood:
    """How surprised the model is: -ln of the probability of each target, mean over the places.

    logits  : of the network's output -> (text, place, class), before the softmax
    targets : (place,) the class that counts at each place
    places  : the token of each place; None where a place is the whole text
    words   : (place, class) -> how the class is called
    """

    name: Message
    texts: tuple[Inputs, ...]
    logits: Callable[[Any], torch.Tensor]
    targets: torch.Tensor
    places: tuple[int | None, ...]
    words: Callable[[int, int], str]
    readout: torch.Tensor
    kept: tuple[int, ...] | None = None
    body: bool = False

    def loss(self, outputs: Sequence[Any]) -> torch.Tensor:
        return -self._at_targets(self.logits(outputs[0]).log_softmax(-1)).mean(-1)

    def score(self, outputs: Sequence[Any]) -> torch.Tensor:
        return self._at_targets(self.logits(outputs[0])).sum(-1)

    def probabilities(self, outputs: Sequence[Any]) -> torch.Tensor:
        """(text, place, class), 0 to 1."""
        return self.logits(outputs[0]).softmax(-1)

    def shift(self, outputs: Sequence[Any], untouched: Sequence[Any]) -> torch.Tensor:
        """Total variation distance of the probabilities, mean over the places: 0 to 1."""
        return (self.probabilities(outputs) - self.probabilities(untouched)).abs().sum(-1).mean(-1) / 2

    def _at_targets(self, values: torch.Tensor) -> torch.Tensor:
        """(text, place, class) -> (text, place)."""
        chosen = self.targets.to(values.device).expand(values.shape[:2])
        return values.gather(-1, chosen[..., None])[..., 0]


@dataclass(frozen=True, eq=False)
class Cosine:
    """How alike the vector of the text is to another: of a second text, or one that is given.

    vector : of the network's output -> (text, d_model)
    other  : (d_model,), where there is no second text
    wanted : what a label says it shall be; the loss is then the square of the distance to it
    """

    name: Message
    texts: tuple[Inputs, ...]
    vector: Callable[[Any], torch.Tensor]
    readout: torch.Tensor
    other: torch.Tensor | None = None
    wanted: float | None = None
    kept: tuple[int, ...] | None = None
    body: bool = True

    def loss(self, outputs: Sequence[Any]) -> torch.Tensor:
        return _error(self.score(outputs), self.wanted)

    def score(self, outputs: Sequence[Any]) -> torch.Tensor:
        first = self.vector(outputs[0])
        second = self.vector(outputs[1]) if self.other is None else self.other.expand_as(first)
        return functional.cosine_similarity(first, second, dim=-1)

    def shift(self, outputs: Sequence[Any], untouched: Sequence[Any]) -> torch.Tensor:
        """1 - cosine between a text's vector and what it was, mean over the texts: 0 to 2."""
        pairs = zip(outputs, untouched, strict=True)
        turned = [
            1 - functional.cosine_similarity(self.vector(now), self.vector(before), dim=-1) for now, before in pairs
        ]
        n_texts = max(len(each) for each in turned)
        return torch.stack([each.expand(n_texts) for each in turned]).mean(0)


@dataclass(frozen=True, eq=False)
class Value:
    """The numbers that a regression gives, each on its own scale; asked for is their mean.

    numbers : of the network's output -> (text, number)
    called  : the names of the numbers, where they are of the whole text
    wanted  : as of `Cosine`
    """

    name: Message
    texts: tuple[Inputs, ...]
    numbers: Callable[[Any], torch.Tensor]
    readout: torch.Tensor
    called: tuple[str, ...] = ()
    wanted: float | None = None
    kept: tuple[int, ...] | None = None
    body: bool = False

    def loss(self, outputs: Sequence[Any]) -> torch.Tensor:
        return _error(self.score(outputs), self.wanted)

    def score(self, outputs: Sequence[Any]) -> torch.Tensor:
        return self.numbers(outputs[0]).mean(-1)

    def shift(self, outputs: Sequence[Any], untouched: Sequence[Any]) -> torch.Tensor:
        """How far the numbers have moved, each on its own scale, on average."""
        return (self.numbers(outputs[0]) - self.numbers(untouched[0])).abs().mean(-1)


def _error(number: torch.Tensor, wanted: float | None) -> torch.Tensor:
    """The number itself; the square of its distance to what a label says it shall be, where there is one."""
    return number if wanted is None else (number - wanted).square()
