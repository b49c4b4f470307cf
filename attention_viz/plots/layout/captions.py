"""Wording: what the figures say in words, as messages whose English templates are the keys of the catalogue.

Every plot takes `translate`, which turns one English template into one of another language and leaves its placeholders;
gettext's `gettext` is such a function. The templates stand as literals in calls of `Message`, where an extractor finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.filters import removed_share
from attention_viz.plots.layout.paper import Paper
from attention_viz.plots.typesetting.font_files import family

Translate = Callable[[str], str]


def tell(message: Message, translate: Translate) -> str:
    """A message in the reader's language; values that are messages are told too."""
    values = {
        name: tell(value, translate) if isinstance(value, Message) else value for name, value in message.values.items()
    }
    return translate(message.template).format(**values)


def query_axis() -> Message:
    return Message("query (reads)")


def key_axis() -> Message:
    return Message("key (is read)")


def layer_title(layer: int) -> Message:
    return Message("Layer {layer}", {"layer": layer + 1})


def head_title(head: int) -> Message:
    return Message("Head {head}", {"head": head + 1})


def title(layer: int, head: int) -> Message:
    return Message("Layer {layer}, head {head}", {"layer": layer + 1, "head": head + 1})


def labelled_note(every: int) -> list[Message]:
    """Said where labels are thinned out."""
    return [Message("One token in {n} is labelled.", {"n": every})] if every > 1 else []


def pooled_note(attention: Attention, drawn: tuple[int, int]) -> list[Message]:
    """Said where a cell stands for several tokens. drawn : (query, key) cells of the picture."""
    if drawn == attention.shape:
        return []
    queries, keys = attention.shape
    return [
        Message(
            "Pooled: {queries} x {keys} tokens are drawn as {rows} x {columns} cells; each shows the highest weight in it.",
            {"queries": queries, "keys": keys, "rows": drawn[0], "columns": drawn[1]},
        )
    ]


def closed_note(attention: Attention, layers: Iterable[int], drawn: tuple[int, int]) -> list[Message]:
    """Said where cells are empty since a query cannot read a key; blocks of several tokens are never empty."""
    if drawn != attention.shape or all(attention.readable(layer).all() for layer in layers):
        return []
    return [Message("Empty: this query cannot read this key (later tokens, outside a window, padding).")]


def faint_note(threshold: float) -> list[Message]:
    """Said where tokens that receive little are not coloured."""
    note = Message("Tokens that receive less than {threshold} are not coloured.", {"threshold": f"{threshold:g}"})
    return [note] if threshold > 0 else []


def left_out_note(exclude: Collection[str], renormalise: bool) -> list[Message]:
    """Said where kinds of keys are left out of several heads."""
    if not exclude:
        return []
    note = {
        frozenset({"special"}): Message("Special tokens are left out as keys."),
        frozenset({"punctuation"}): Message("Punctuation is left out as keys."),
    }.get(frozenset(exclude), Message("Special tokens and punctuation are left out as keys."))
    return [note, *_renormalised_note(renormalise)]


def share_note(attention: Attention, layer: int, head: int, exclude: Collection[str], renorm: bool) -> list[Message]:
    """Said where kinds of keys are left out of one head: also what they took."""
    if not exclude:
        return []
    share = f"{removed_share(attention, layer, head, exclude):.0%}"
    took = Message("They took {share} of the attention.", {"share": share})
    first, *others = left_out_note(exclude, renorm)
    return [first, took, *others]


def part_note(pairs: str, threshold: float) -> list[Message]:
    """Said where one direction of a pair is looked at, or faint weights are left out."""
    notes = {
        "AA": Message("Only what the first text reads in itself is shown."),
        "AB": Message("Only what the first text reads in the second is shown."),
        "BA": Message("Only what the second text reads in the first is shown."),
        "BB": Message("Only what the second text reads in itself is shown."),
    }
    faint = Message("Weights below {threshold} are not shown.", {"threshold": f"{threshold:g}"})
    return [note for direction, note in notes.items() if direction == pairs] + [faint] * (threshold > 0)


def _renormalised_note(renormalise: bool) -> list[Message]:
    return [Message("What is left sums to 1 in each row.")] if renormalise else []


class Written(Protocol):
    """What stands in a figure for a token."""

    @property
    def path(self) -> str: ...

    @property
    def coded(self) -> bool: ...


def font_notes(labels: Iterable[Written], paper: Paper) -> list[Message]:
    """Said where a label is not in the font that was asked for, or some of its characters are in no font."""
    labels, own = list(labels), paper.font_file
    other = Message(
        "The font {font} lacks characters of some tokens: these are set in another.",
        {"font": family(own) if own else ""},
    )
    coded = Message(
        "Characters for which no font was found stand as their code points (U+...); in Python, paper=av.Paper(font=...) names one."
    )
    has_other = own is not None and any(label.path != own for label in labels)
    return [other] * has_other + [coded] * any(label.coded for label in labels)


def numbers_note(wanted: bool, fit: bool) -> list[Message]:
    """Said where numbers were asked for. fit : they stand in the cells"""
    if not wanted:
        return []
    if fit:
        return [Message("Numbers: the weight in the cell, to two digits; none below .005.")]
    return [Message("The cells are too small for their numbers.")]
