"""Patterns: a name for what a head does on one text, with the rule and the numbers that gave it.

The classes are Kovaleva's (2019, arXiv 1908.08593: vertical, diagonal, both, block, the rest), told apart by thresholds on
measures instead of by a trained network; the thresholds 0.5 and 0.6 and "broad" are Clark's (2019, arXiv 1906.04341).
A label describes one text: on another the same head may get another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from attention_viz.errors import Message
from attention_viz.measures import HeadTable

Numbers = Mapping[str, float]

VERTICAL = 0.6
"""Clark: a head is about [CLS], [SEP] or punctuation above this share."""

DIAGONAL = 0.5
"""Clark: a head is about the previous or the next token above this share."""

BOTH = 0.3
"""A head is vertical and diagonal at once where each takes more than this share."""

BLOCK = 0.9
"""A head keeps to the query's own text of a pair above this share, special tokens apart."""

BROAD = 0.78
"""Clark: above 3.8 of 4.85 nats at 128 tokens a head is broad; on a shorter text the same part of the uniform entropy."""


@dataclass(frozen=True)
class Label:
    """What a head does, by which rule, on which numbers.

    name    : one of NAMES
    rule    : the sentence that says which number passed which threshold; a template over `numbers`
    numbers : the measures that fired the rule
    """

    name: str
    rule: str
    numbers: Mapping[str, float]

    @property
    def message(self) -> Message:
        """The rule with its numbers filled in."""
        return Message(self.rule, dict(self.numbers))

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class _Rule:
    """holds : of the numbers of one head, or of arrays of those of many: it compares with &, | and no `if`."""

    name: str
    sentence: str
    reads: tuple[str, ...]
    holds: Callable[[Numbers], bool]

    def label(self, numbers: Numbers) -> Label:
        return Label(self.name, self.sentence, {name: float(numbers[name]) for name in self.reads})


def _vertical(numbers: Numbers) -> bool:
    return (numbers["sep"] > BOTH) | (numbers["cls"] > BOTH) | (numbers["punctuation"] > BOTH)


def _diagonal(numbers: Numbers) -> bool:
    return (numbers["previous"] > BOTH) | (numbers["next"] > BOTH) | (numbers["self"] > BOTH)


RULES = (
    _Rule(
        "sep", "{sep:.2f} of its attention goes to [SEP] (more than 0.60).", ("sep",), lambda of: of["sep"] > VERTICAL
    ),
    _Rule(
        "cls", "{cls:.2f} of its attention goes to [CLS] (more than 0.60).", ("cls",), lambda of: of["cls"] > VERTICAL
    ),
    _Rule(
        "punctuation",
        "{punctuation:.2f} of its attention goes to punctuation (more than 0.60).",
        ("punctuation",),
        lambda of: of["punctuation"] > VERTICAL,
    ),
    _Rule(
        "previous",
        "{previous:.2f} of its attention goes to the previous token (more than 0.50).",
        ("previous",),
        lambda of: of["previous"] > DIAGONAL,
    ),
    _Rule(
        "next",
        "{next:.2f} of its attention goes to the next token (more than 0.50).",
        ("next",),
        lambda of: of["next"] > DIAGONAL,
    ),
    _Rule(
        "self",
        "{self:.2f} of its attention stays on the token itself (more than 0.50).",
        ("self",),
        lambda of: of["self"] > DIAGONAL,
    ),
    _Rule(
        "same_token",
        "{same_token:.2f} of its attention goes to other occurrences of the same token (more than 0.50).",
        ("same_token",),
        lambda of: of["same_token"] > DIAGONAL,
    ),
    _Rule(
        "vertical_diagonal",
        "Special tokens or punctuation ([SEP] {sep:.2f}, [CLS] {cls:.2f}, punctuation {punctuation:.2f}) and neighbours (previous {previous:.2f}, next {next:.2f}, itself {self:.2f}) each take more than 0.30.",
        ("sep", "cls", "punctuation", "previous", "next", "self"),
        lambda of: _vertical(of) & _diagonal(of),
    ),
    _Rule(
        "block",
        "{own_segment:.2f} of its attention stays in its own text of the pair (more than 0.90).",
        ("own_segment", "other_segment"),
        lambda of: (of["own_segment"] > BLOCK) & (of["pair"] > 0),
    ),
    _Rule(
        "broad",
        "Its entropy of {entropy:.2f} nats is more than 0.78 of the {uniform_entropy:.2f} nats of uniform attention.",
        ("entropy", "uniform_entropy"),
        lambda of: (of["uniform_entropy"] > 0) & (of["entropy"] > BROAD * of["uniform_entropy"]),
    ),
)
"""In this order: the first rule that holds gives the label."""

MIXED = _Rule(
    "mixed",
    "No single pattern: the most on [SEP] {sep:.2f}, [CLS] {cls:.2f}, punctuation {punctuation:.2f}, previous {previous:.2f}, next {next:.2f}, itself {self:.2f}, the same token {same_token:.2f}; entropy {entropy:.2f} of {uniform_entropy:.2f} nats.",
    ("sep", "cls", "punctuation", "previous", "next", "self", "same_token", "entropy", "uniform_entropy"),
    lambda of: True,
)

NAMES = (*(rule.name for rule in RULES), MIXED.name)
"""Every label there is, in the order of the rules."""


def label(numbers: Numbers, pair: bool = False) -> Label:
    """What does this head do on this text?

    numbers : the measures of one head, from `measures.summary` or `HeadTable.numbers`; a NaN fires no rule
    pair    : the text has two segments; only then is there a "block"
    Sources: Kovaleva et al. 2019, section 4.1 (classes); Clark et al. 2019, section 3 (thresholds).
    """
    read = {**numbers, "pair": float(pair)}
    return next((rule for rule in RULES if rule.holds(read)), MIXED).label(read)


def labels(table: HeadTable, pair: bool = False) -> list[Label]:
    """What does every head do on this text? One label per row of the table."""
    places = zip(table.layers.tolist(), table.heads.tolist(), strict=True)
    return [label(table.numbers(layer, head), pair) for layer, head in places]
