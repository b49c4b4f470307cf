"""Text lengths: how much of a text a model has to read, and how much this server lets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attention_viz.errors import TextError
from attention_viz.selection import Selection
from attention_viz.ui.server.limits import limits

if TYPE_CHECKING:
    from attention_viz.models import Model
    from attention_viz.models.reading.encoded import Encoded

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


def encoded(model: Model, selection: Selection) -> Encoded:
    """The text as the model's tokenizer cuts it: made once, then counted and read. Raises TextError as `Model.attend`."""
    return model.encode(selection.text, selection.second, part=selection.part or None, overlong=selection.overlong)


def check_length(model: Model, selection: Selection, cut: Encoded | None = None) -> None:
    """Are there few enough characters, and few enough tokens that the model has to read? Raises TextError.

    cut : the same text, where it is tokenised already
    """
    check_characters(selection)
    n, most = n_read(model, selection, cut), limits().text.tokens
    if n > most:
        raise TextError(
            "The model would have to read {n:,} tokens of this text; on this server it reads at most {most:,}. Shorten the text by {over:,} tokens, or read only the first ones that fit.",
            n=n,
            most=most,
            over=n - most,
        )


def is_long(model: Model, selection: Selection, cut: Encoded | None = None) -> bool:
    """Whether reading it takes so long that its progress is shown."""
    return not cut_at_once(selection) or n_read(model, selection, cut) > AT_ONCE


def cut_at_once(selection: Selection) -> bool:
    """Whether it is tokenised while the visitor waits; a longer text is only tokenised in the job that reads it."""
    return len(selection.text) + len(selection.second or "") <= CUT_AT_ONCE


def n_read(model: Model, selection: Selection, cut: Encoded | None = None) -> int:
    """How many tokens does the model read of this text? The most it can be, where it need not be counted."""
    most = None if selection.overlong == "windows" else model.limit
    if cut is None and most is not None and most <= min(AT_ONCE, limits().text.tokens):
        return most
    return (encoded(model, selection) if cut is None else cut).n_tokens
