"""Comparison: two sides on the same query and key positions, and the difference between their weights."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attention_viz.attention import Attention
from attention_viz.errors import InputError, Message
from attention_viz.measures import rank_correlation
from attention_viz.measures.sides import Slot, laid_out, slots
from attention_viz.selection import Selection
from attention_viz.tokens import Tokens
from attention_viz.ui.work.readings import reading
from attention_viz.view.panels import Labelled, Panel

if TYPE_CHECKING:
    from attention_viz.models import Model

MOST_PLACES = 512
"""Positions of both texts together that are drawn cell by cell."""
NO_TOKEN = "·"
"""Stands where the other text has a token and this one has none."""


@dataclass(frozen=True)
class Side:
    """One of two that are compared. head: None = the mean of the layer's heads; key: names the reading."""

    name: str
    attention: Attention
    layer: int
    head: int | None
    key: Hashable

    @property
    def weights(self) -> np.ndarray:
        """(query, key), rows sum to 1."""
        whole = self.attention.weights(self.layer, self.head)
        return whole if self.head is not None else whole.mean(0)


@dataclass(frozen=True)
class ChangedLink:
    """A link whose weight differs between two sides; both have its query and its key, spelled so."""

    query: str
    key: str
    before: float
    after: float


@dataclass(frozen=True)
class Comparison:
    """Two sides and the difference between them, on the same positions.

    queries, keys : the positions, each with its token of the first and of the second side
    panels      : the first side, the second minus the first, the second side
    changed     : of the links between tokens that both sides have, special ones left out, the one that changed most; None where
                  they have no such link, or all are the same
    unpaired    : tokens of the first and of the second side that the other one lacks
    correlation : Spearman's, of the weights that both have, -1 to 1; NaN where there are too few
    """

    queries: Sequence[Slot]
    keys: Sequence[Slot]
    panels: tuple[Panel, Panel, Panel]
    changed: ChangedLink | None
    unpaired: tuple[int, int]
    correlation: float

    def place_of(self, query: int | None, key: int | None) -> tuple[int, int] | None:
        """Row and column of a link of the first side; None where one of its tokens is not meant."""
        if query is None or key is None:
            return None
        row, column = ([each[0] for each in found].index(at) for found, at in ((self.queries, query), (self.keys, key)))
        return row, column


def compare(one: Side, other: Side, difference: str) -> Comparison:
    """What differs between two sides? difference: its title. Raises InputError for texts too long to be drawn cell by cell."""
    _check_length(max(*one.attention.shape, *other.attention.shape))  # aligning long texts takes long itself
    queries = slots(one.attention.query_tokens, other.attention.query_tokens)
    keys = slots(one.attention.key_tokens, other.attention.key_tokens)
    _check_length(max(len(queries), len(keys)))
    sides = [
        laid_out(side.weights, [each[place] for each in queries], [each[place] for each in keys])
        for place, side in enumerate((one, other))
    ]
    axes = [
        (_side_labels(place, queries, one, other, "query"), _side_labels(place, keys, one, other, "key"))
        for place in range(2)
    ]
    both = (_difference_labels(queries, one, other, "query"), _difference_labels(keys, one, other, "key"))
    panels = (
        Panel(one.name, "weights", sides[0], *axes[0]),
        Panel(difference, "difference", sides[1] - sides[0], *both),
        Panel(other.name, "weights", sides[1], *axes[1]),
    )
    unpaired = tuple(sum(each[1 - place] is None for each in queries) for place in range(2))
    changed = _changed_most(sides[0], sides[1], *axes)
    return Comparison(queries, keys, panels, changed, (unpaired[0], unpaired[1]), rank_correlation(*sides))


def _changed_most(
    first: np.ndarray, second: np.ndarray, one: tuple[Labelled, Labelled], other: tuple[Labelled, Labelled]
) -> ChangedLink | None:
    """first, second: (query, key), NaN where a side lacks a token; one, other: the queries and the keys of each side"""
    rows, columns = (
        np.array([a == b and not special for a, b, special in zip(x.labels, y.labels, x.special, strict=True)])
        for x, y in zip(one, other, strict=True)
    )
    change = np.where(rows[:, None] & columns, np.nan_to_num(np.abs(second - first)), 0)
    if not change.any():
        return None
    query, key = np.unravel_index(change.argmax(), change.shape)
    return ChangedLink(one[0].labels[query], one[1].labels[key], float(first[query, key]), float(second[query, key]))


def _check_length(places: int) -> None:
    if places > MOST_PLACES:
        raise InputError(
            "The two sides have {n} places together; up to {most} are drawn cell by cell. Shorten the texts by {over}.",
            n=places,
            most=MOST_PLACES,
            over=places - MOST_PLACES,
        )


def _tokens(side: Side, which: str) -> Tokens:
    return side.attention.query_tokens if which == "query" else side.attention.key_tokens


def _side_labels(place: int, found: Sequence[Slot], one: Side, other: Side, which: str) -> Labelled:
    tokens = _tokens((one, other)[place], which)
    own = [each[place] for each in found]
    return Labelled(
        tuple(NO_TOKEN if each is None else tokens.labels[each] for each in own),
        tuple(each is None or tokens.special[each] for each in own),
    )


def _difference_labels(found: Sequence[Slot], one: Side, other: Side, which: str) -> Labelled:
    """A token that both have by its text, two that replace each other by both texts."""
    first, second = _side_labels(0, found, one, other, which), _side_labels(1, found, one, other, which)
    names = zip(first.labels, second.labels, strict=True)
    return Labelled(
        tuple(a if a == b or b == NO_TOKEN else b if a == NO_TOKEN else f"{a}/{b}" for a, b in names), first.special
    )


def read_other(model: Model, selection: Selection) -> Attention | None:
    """What a model reads in a text, as the page reads its own; None while it is under way."""
    part = selection.part if selection.part in model.parts else ""
    found = reading("reading the other", model, selection.at(part=part))
    return None if found is None else found.attention


def same_tokens(one: Attention, other: Attention) -> Message | None:
    """Why two models cannot be compared cell by cell; None where they can."""
    if one.query_tokens.texts == other.query_tokens.texts and one.key_tokens.texts == other.key_tokens.texts:
        return None
    return Message(
        "{one} cuts this text into {n} tokens and {other} into {m}, and not into the same ones. Cell by cell, only models that cut it alike can be compared: choose two that share their vocabulary, such as a checkpoint and the one that it was fine-tuned from.",
        {"one": one.model, "n": one.n_tokens, "other": other.model, "m": other.n_tokens},
    )
