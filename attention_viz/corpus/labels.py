"""Labels: what a head does in general, with the texts that speak for it and the baselines beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from attention_viz import patterns
from attention_viz.corpus.figures import Figures, HeadFigures
from attention_viz.corpus.intervals import Interval, wilson
from attention_viz.errors import Message

STABLE = 0.8
"""A label is stable where at least this share of the texts has it, the lower end of the interval taken."""

SPELT = {
    "sep": Message("to [SEP]"),
    "cls": Message("to [CLS]"),
    "punctuation": Message("punctuation"),
    "previous": Message("previous token"),
    "next": Message("next token"),
    "self": Message("the token itself"),
    "same_token": Message("same token elsewhere"),
    "vertical_diagonal": Message("special tokens and neighbours"),
    "block": Message("own text of the pair"),
    "broad": Message("broad"),
    "mixed": Message("mixed"),
}
"""What each label is called in a sentence."""


@dataclass(frozen=True)
class HeadLabel:
    """What a head does in most texts.

    name      : one of `patterns.NAMES`, the most frequent one
    share     : of the texts in which the head has it
    shuffled  : of those whose tokens were shuffled; untrained: of those that the model read before training; None = not measured
    second    : the next most frequent label, and its share
    """

    layer: int
    head: int
    name: str
    share: Interval
    shuffled: Interval | None
    untrained: Interval | None
    second: tuple[str, Interval]

    @property
    def stable(self) -> bool:
        return self.share.low >= STABLE

    def values(self, names: Mapping[str, Message] = SPELT) -> dict[str, object]:
        """What sentences say of it; layer and head from 1, shares 0 to 1. names: what each label is called in them

        A baseline that was not measured is left out.
        """
        return {
            "layer": self.layer + 1,
            "head": self.head + 1,
            "label": names[self.name],
            **_told("", self.share),
            "second": names[self.second[0]],
            "other": self.second[1].value,
            **_told("shuffled_", self.shuffled),
            **_told("untrained_", self.untrained),
        }

    @property
    def message(self) -> Message:
        """The label with its evidence, in a sentence; an unstable one says so."""
        values = self.values()
        if not self.stable and self.second[1].value == 0:
            return Message("Unstable: {label} in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}).", values)
        if not self.stable:
            return Message(
                "Unstable: {label} in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}), {second} in {other:.1%}.",
                values,
            )
        if self.shuffled is None:
            return Message("{label}: {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}).", values)
        if self.untrained is None:
            return Message(
                "{label}: {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}), shuffled {shuffled_share:.1%} of {shuffled_n:,} ({shuffled_low:.1%} to {shuffled_high:.1%}).",
                values,
            )
        return Message(
            "{label}: {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}), shuffled {shuffled_share:.1%} of {shuffled_n:,} ({shuffled_low:.1%} to {shuffled_high:.1%}), before training {untrained_share:.1%} of {untrained_n:,} ({untrained_low:.1%} to {untrained_high:.1%}).",
            values,
        )

    def __str__(self) -> str:
        return str(self.message)


def labels(figures: Figures, untrained: Figures | None = None) -> list[HeadLabel]:
    """What does every head do in general? One label a head, layer by layer.

    untrained : the figures of the same texts, read by the model before training
    """
    model = figures.heads.get("model")
    if model is None:
        return []
    found = []
    for row, (layer, head) in enumerate(model.rows):
        first, second = np.argsort(-model.labels[row], kind="stable")[:2].tolist()
        found.append(
            HeadLabel(
                layer,
                head,
                patterns.NAMES[first],
                wilson(int(model.labels[row, first]), model.texts),
                _beside(figures.heads.get("shuffled"), row, first),
                None if untrained is None else _beside(untrained.heads.get("model"), row, first),
                (patterns.NAMES[second], wilson(int(model.labels[row, second]), model.texts)),
            )
        )
    return found


def _told(kind: str, found: Interval | None) -> dict[str, object]:
    """A share with its evidence, as the values of a sentence. kind: before their names"""
    if found is None:
        return {}
    return {f"{kind}share": found.value, f"{kind}n": found.n, f"{kind}low": found.low, f"{kind}high": found.high}


def _beside(figures: HeadFigures | None, row: int, label: int) -> Interval | None:
    return None if figures is None else wilson(int(figures.labels[row, label]), figures.texts)
