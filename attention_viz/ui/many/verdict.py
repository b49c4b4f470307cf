"""Verdict: what a head does in general, in one sentence with its interval and its baselines, and this text beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attention_viz.corpus import HeadLabel, Opened
from attention_viz.corpus.labels import SPELT, STABLE
from attention_viz.errors import Message
from attention_viz.measures import COLUMNS
from attention_viz.ui.many.measure_choice import IN_SENTENCE

IN_SENTENCE_LABELS = SPELT | {"mixed": Message("no simple pattern")}
"""What each label is called in the sentences of this page."""


@dataclass(frozen=True, eq=False)
class Spread:
    """One measure of one head over all texts.

    mean, low, high : the mean and its interval of 95 %
    quantiles       : 101 values, from the least to the most
    shuffled, uniform : the means of the same head on shuffled tokens, and of one that reads all tokens alike; None = not there
    """

    measure: str
    n: int
    mean: float
    low: float
    high: float
    quantiles: np.ndarray
    shuffled: float | None
    uniform: float | None

    def at(self, share: float) -> float:
        """The value below which such a share of the texts lies."""
        return float(self.quantiles[round(100 * share)])


def spread_of(opened: Opened, layer: int, head: int, measure: str) -> Spread:
    """How a measure of a head is spread over the texts."""
    figures, column = opened.figures, COLUMNS.index(measure)
    model = figures.heads["model"]
    row = model.rows.index((layer, head))
    shuffled, uniform = figures.heads.get("shuffled"), figures.heads.get("uniform")
    return Spread(
        measure,
        int(model.n[row, column]),
        float(model.mean[row, column]),
        float(model.low[row, column]),
        float(model.high[row, column]),
        np.asarray(model.quantiles[:, row, column]),
        None if shuffled is None else float(shuffled.mean[row, column]),
        None if uniform is None else float(uniform.mean[[each[0] for each in uniform.rows].index(layer), column]),
    )


def in_general(label: HeadLabel) -> Message:
    """What the head does in most texts, and how sure that is."""
    values = label.values(IN_SENTENCE_LABELS)
    if label.name == "mixed" and label.stable:
        return Message(
            "Layer {layer}, head {head} follows no simple pattern in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}): its texts below show what it reads.",
            values,
        )
    if not label.stable and label.share.value >= STABLE:
        return Message(
            "Layer {layer}, head {head}: {label} in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}). These are too few texts to say that it does so in general.",
            values,
        )
    if not label.stable:
        return Message(
            "Layer {layer}, head {head} does not do one thing in general: {label} in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}), {second} in {other:.1%}.",
            values,
        )
    if label.shuffled is None:
        return Message(
            "Layer {layer}, head {head}: {label} in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}).", values
        )
    return Message(
        "Layer {layer}, head {head}: {label} in {share:.1%} of {n:,} texts ({low:.1%} to {high:.1%}); with the tokens shuffled, in {shuffled_share:.1%} of {shuffled_n:,} ({shuffled_low:.1%} to {shuffled_high:.1%}).",
        values,
    )


def not_read(opened: Opened) -> Message | None:
    """How many texts of the collection could not be read, and what is wrong with the first of them; None where all were."""
    if not opened.figures.failed:
        return None
    (_, reason), *_ = opened.errors(1)
    return Message(
        "{failed:,} of {n:,} texts could not be read and are left out. The first: {reason}",
        {"failed": opened.figures.failed, "n": opened.figures.texts, "reason": reason},
    )


def about_this_text(spread: Spread, value: float | None, above: float) -> Message:
    """Where this text stands among all. value: its measure; None where it has none; above: the share of texts with less"""
    values: dict[str, object] = {
        "measure": IN_SENTENCE[spread.measure],
        "mean": spread.mean,
        "low": spread.at(0.25),
        "high": spread.at(0.75),
    }
    if value is None:
        return Message(
            "Its {measure} is {mean:.2f} on average; half of the texts lie between {low:.2f} and {high:.2f}.", values
        )
    return Message(
        "Its {measure} is {mean:.2f} on average; half of the texts lie between {low:.2f} and {high:.2f}. In your text it is {value:.2f}: more than in {above:.0%} of the texts.",
        values | {"value": value, "above": above},
    )
