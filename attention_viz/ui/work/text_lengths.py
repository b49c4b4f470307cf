"""Text lengths: how much of a text a model has to read, and how much this server lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attention_viz.errors import TextError
from attention_viz.selection import Selection
from attention_viz.ui.server.limits import limits

if TYPE_CHECKING:
    from attention_viz.models import Model

AT_ONCE = 1_024
"""Tokens that are read while the visitor waits; of a longer text the progress is shown."""
CUT_AT_ONCE = 65_536
"""Characters that are cut into tokens while the visitor waits, about 0.1 s."""


def check_characters(selection: Selection) -> None:
    """Are there few enough characters in each text for this server? Raises TextError that says by how much not."""
    most = limits().text.characters
    for text in (selection.text, selection.second or ""):
        if len(text) > most:
            raise TextError(
                "This text has {n:,} characters; this server reads at most {most:,}. Shorten it by {over:,}.",
                n=len(text),
                most=most,
                over=len(text) - most,
            )


def check_length(model: Model, selection: Selection) -> None:
    """Are there few enough characters, and few enough tokens that the model has to read? Raises TextError."""
    check_characters(selection)
    n, most = n_read(model, selection), limits().text.tokens
    if n > most:
        raise TextError(
            "The model would have to read {n:,} tokens of this text; on this server it reads at most {most:,}. Shorten the text by {over:,} tokens, or read only the first ones that fit.",
            n=n,
            most=most,
            over=n - most,
        )


def is_long(model: Model, selection: Selection) -> bool:
    """Whether reading it takes so long that its progress is shown."""
    return len(selection.text) + len(selection.second or "") > CUT_AT_ONCE or n_read(model, selection) > AT_ONCE


def n_read(model: Model, selection: Selection) -> int:
    """How many tokens does the model read of this text? The most it can be, where it need not be counted."""
    most = None if selection.overlong == "windows" else model.limit
    if most is not None and most <= min(AT_ONCE, limits().text.tokens):
        return most
    n = model.reader.count(selection.text, selection.second)
    return n if most is None else min(n, most)
