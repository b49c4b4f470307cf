"""Text as a model may read it: what cannot travel or be shown is replaced, one character for one, and said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from attention_viz.errors import Message, TextError

Text = str | list[str]
"""A text, or the list of its words where somebody has parted them."""

# Half surrogates cannot be encoded; null and the other controls break terminals, files and some tokenizers.
_UNREADABLE = re.compile("[\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# Form feeds, vertical tabs and separators part words, but BERT's tokenizer drops them and glues the words together.
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85]")


@dataclass(frozen=True)
class CleanText:
    """A text with as many characters as the user's own, so that positions in it are positions in the user's.

    words : number of the word that each character belongs to, -1 for the spaces between; None where no words are given
    """

    text: str
    notes: tuple[Message, ...] = ()
    words: tuple[int, ...] | None = None


def clean(text: Text) -> CleanText:
    """What of this text can be read?

    Words are joined by spaces. Lone surrogates, null bytes and control characters become U+FFFD, with a note that counts them; form feeds and
    vertical tabs become spaces. Raises TextError where the text is no string, or empty, or blank.
    """
    if isinstance(text, list):
        return replace(clean(" ".join(_checked(text))), words=_numbers(text))
    if not isinstance(text, str):
        raise TextError(
            "The text is of type {type}, not a string. Give the text itself, or a list of its words.",
            type=type(text).__name__,
        )
    if not text.strip():
        raise TextError("The text is empty. Type a sentence.")
    readable, n_replaced = _UNREADABLE.subn("\ufffd", _BREAKS.sub(" ", text))
    if not n_replaced:
        return CleanText(readable)
    note = Message(
        "{n} characters that cannot be shown (control characters, halves of a character) are read as U+FFFD.",
        {"n": n_replaced},
    )
    return CleanText(readable, (note,))


def _checked(words: Sequence[str]) -> Sequence[str]:
    for position, word in enumerate(words):
        if not isinstance(word, str) or not word.strip():
            raise TextError(
                "Word {position} of the text, counted from 0, is {word}. Give a list of words, each with a letter or a mark.",
                position=position,
                word=repr(word)[:80],
            )
    return words


def _numbers(words: Sequence[str]) -> tuple[int, ...]:
    """The number of the word that each character of the joined words belongs to."""
    numbers: list[int] = []
    for number, word in enumerate(words):
        numbers += [*([-1] if number else []), *[number] * len(word)]
    return tuple(numbers)
