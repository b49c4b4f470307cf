"""Captions: the words of the figures, as messages whose English templates are the keys of the catalogue.

The templates stand as literals in calls of `Message`, where an extractor finds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.filters import removed_share
from attention_viz.plots.layout.style import Style
from attention_viz.plots.typesetting.font_files import family


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
    """Said where not every token has a label."""
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


def masked_note(attention: Attention, layers: Iterable[int], drawn: tuple[int, int]) -> list[Message]:
    """Said where cells are empty since a query cannot read a key; blocks of several tokens are never empty."""
    if drawn != attention.shape or all(attention.readable(layer).all() for layer in layers):
        return []
    return [Message("Empty: this query cannot read this key (later tokens, outside a window, padding).")]


def uncoloured_note(threshold: float) -> list[Message]:
    """Said where tokens that receive little are not coloured."""
    note = Message("Tokens that receive less than {threshold} are not coloured.", {"threshold": f"{threshold:g}"})
    return [note] if threshold > 0 else []


def excluded_note(style: Style) -> list[Message]:
    """Said where kinds of keys are left out of several heads."""
    if not style.exclude:
        return []
    note = {
        frozenset({"special"}): Message("Special tokens are left out as keys."),
        frozenset({"punctuation"}): Message("Punctuation is left out as keys."),
    }.get(frozenset(style.exclude), Message("Special tokens and punctuation are left out as keys."))
    return [note] + [Message("What is left sums to 1 in each row.")] * style.renormalise


def excluded_share_note(attention: Attention, layer: int, head: int, style: Style) -> list[Message]:
    """Said where kinds of keys are left out of one head: also their share of its attention."""
    if not style.exclude:
        return []
    share = f"{removed_share(attention, layer, head, style.exclude):.0%}"
    took = Message("They took {share} of the attention.", {"share": share})
    first, *others = excluded_note(style)
    return [first, took, *others]


def filters_note(style: Style) -> list[Message]:
    """Said where one direction of a pair is shown, or weights below a threshold are not."""
    notes = {
        "AA": Message("Only what the first text reads in itself is shown."),
        "AB": Message("Only what the first text reads in the second is shown."),
        "BA": Message("Only what the second text reads in the first is shown."),
        "BB": Message("Only what the second text reads in itself is shown."),
    }
    low = Message("Weights below {threshold} are not shown.", {"threshold": f"{style.threshold:g}"})
    return [note for pairs, note in notes.items() if pairs == style.pairs] + [low] * (style.threshold > 0)


class DrawnToken(Protocol):
    """A token as a figure shows it: its font file, and whether code points stand for some of its characters."""

    @property
    def path(self) -> str: ...

    @property
    def coded(self) -> bool: ...


def font_notes(labels: Iterable[DrawnToken], style: Style) -> list[Message]:
    """Said where a label is not in the font that was asked for, or some of its characters are in no font."""
    labels, preferred = list(labels), style.font
    other = Message(
        "The font {font} lacks characters of some tokens: these are set in another.",
        {"font": family(preferred) if preferred else ""},
    )
    coded = Message(
        "Characters for which no font was found stand as their code points (U+...); in Python, paper=av.Paper(font=...) names one."
    )
    has_other = preferred is not None and any(label.path != preferred for label in labels)
    return [other] * has_other + [coded] * any(label.coded for label in labels)


def numbers_note(style: Style, fit: bool) -> list[Message]:
    """Said where numbers were asked for. fit : they stand in the cells"""
    if not style.paper.numbers:
        return []
    if fit:
        return [Message("Numbers: the weight in the cell, to two digits; none below .005.")]
    return [Message("The cells are too small for their numbers.")]
