"""Patterns: a name for what a head does on one text, with the rule and the numbers that gave it.

The classes are Kovaleva's (2019, arXiv 1908.08593: vertical, diagonal, both, block, the rest), told apart by thresholds on
measures instead of by a trained network; the thresholds 0.5 and 0.6 and "broad" are Clark's (2019, arXiv 1906.04341).
A label describes one text: on another the same head may get another. A head that no rule names, "mixed", gets two numbers
instead of a name: its strongest link between two tokens that are neither special nor punctuation, and the largest of its shares.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.measures import HeadTable, Link, strongest_links, summary

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
    link    : of a "mixed" head, its strongest link, see `measures.strongest_links`
    largest : of a head with a link, the name of its largest share, one of SHARES
    """

    name: str
    rule: str
    numbers: Mapping[str, float]
    link: Link | None = None
    largest: str = ""

    @property
    def message(self) -> Message:
        """The rule with its numbers filled in."""
        return Message(self.rule, dict(self.numbers) | self._read())

    @property
    def short(self) -> Message | None:
        """What a "mixed" head does most, in a few words."""
        if self.link is None:
            return None
        return Message("{query} → {key} {link:.2f}; otherwise {largest} {share:.2f}", self._read())

    def _read(self) -> dict[str, Any]:
        """The link and the largest share, as the sentences name them."""
        if self.link is None:
            return {}
        query, key = self.link.tokens
        share = self.numbers[self.largest]
        return {
            "query": query,
            "key": key,
            "link": self.link.weight,
            "largest": SHARES[self.largest],
            "share": share,
        }

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

SHARES: Mapping[str, str | Message] = {
    "cls": "[CLS]",
    "sep": "[SEP]",
    "punctuation": Message("punctuation"),
    "previous": Message("the previous token"),
    "next": Message("the next token"),
    "self": Message("the token itself"),
    "same_token": Message("the same token elsewhere"),
}
"""The shares of which a "mixed" head is told the largest, and what each goes to."""

MIXED = _Rule(
    "mixed",
    "No single pattern: the most on [SEP] {sep:.2f}, [CLS] {cls:.2f}, punctuation {punctuation:.2f}, previous {previous:.2f}, next {next:.2f}, itself {self:.2f}, the same token {same_token:.2f}; entropy {entropy:.2f} of {uniform_entropy:.2f} nats.",
    ("sep", "cls", "punctuation", "previous", "next", "self", "same_token", "entropy", "uniform_entropy"),
    lambda of: True,
)

LINKED = _Rule(
    "mixed",
    "No share passes its threshold. Its strongest link between two tokens that are neither special nor punctuation: “{query}” reads “{key}” with {link:.2f}. Otherwise its largest share goes to {largest}: {share:.2f}. Entropy {entropy:.2f} of {uniform_entropy:.2f} nats.",
    (*SHARES, "entropy", "uniform_entropy"),
    lambda of: True,
)
"""What is said of a head that no rule names, where it has such a link."""

NAMES = (*(rule.name for rule in RULES), MIXED.name)
"""Every label there is, in the order of the rules."""


def label(numbers: Numbers, pair: bool = False, link: Link | None = None) -> Label:
    """What does this head do on this text?

    numbers : the measures of one head, from `measures.summary` or `HeadTable.numbers`; a NaN fires no rule
    pair    : the text has two segments; only then is there a "block"
    link    : its strongest link, from `measures.strongest_links` or `HeadTable.links`, for a head that no rule names
    Sources: Kovaleva et al. 2019, section 4.1 (classes); Clark et al. 2019, section 3 (thresholds).
    """
    read = {**numbers, "pair": float(pair)}
    rule = next((rule for rule in RULES if rule.holds(read)), None)
    return _mixed(read, link) if rule is None else rule.label(read)


def _mixed(numbers: Numbers, link: Link | None) -> Label:
    """The label of a head that no rule names: what it reads most, where it has a link and a share."""
    shares = {name: numbers[name] for name in SHARES if not math.isnan(numbers[name])}
    if link is None or not shares:
        return MIXED.label(numbers)
    return replace(LINKED.label(numbers), link=link, largest=max(shares, key=lambda name: shares[name]))


def head_label(attention: Attention, layer: int, head: int) -> Label:
    """What does this one head do on this text? layer, head : from 0"""
    queries = attention.query_tokens
    keys = None if attention.key_tokens is queries else attention.key_tokens
    weights = attention.weights(layer, head)[None]  # (1, query, key)
    found = summary(weights, queries, keys, attention.readable(layer))
    numbers = {name: float(value[0]) for name, value in found.items()}
    return label(numbers, is_pair(attention), strongest_links(weights, queries, keys)[0])


def is_pair(attention: Attention) -> bool:
    """Whether what is read is two texts."""
    return len(set(attention.key_tokens.segments)) > 1


def labels(table: HeadTable, pair: bool = False) -> list[Label]:
    """What does every head do on this text? One label per row of the table."""
    links = table.links or [None] * len(table)  # means over many texts have no link
    places = zip(table.layers.tolist(), table.heads.tolist(), links, strict=True)
    return [label(table.numbers(layer, head), pair, link) for layer, head, link in places]
