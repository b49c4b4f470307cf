"""Text as a model may read it: what cannot travel or be shown is replaced, one character for one, and said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attention_viz.errors import Message, TextError

# Half surrogates cannot be encoded; null and the other controls break terminals, files and some tokenizers.
_UNREADABLE = re.compile("[\ud800-\udfff\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
# Form feeds, vertical tabs and separators part words, but BERT's tokenizer drops them and glues the words together.
_BREAKS = re.compile("[\x0b\x0c\x1c-\x1f\x85]")


@dataclass(frozen=True)
class CleanText:
    """A text with as many characters as the user's own, so that positions in it are positions in the user's."""

    text: str
    notes: tuple[Message, ...] = ()


def clean(text: str) -> CleanText:
    """What of this text can be read?

    Lone surrogates, null bytes and control characters become U+FFFD, with a note that counts them; form feeds and
    vertical tabs become spaces. Raises TextError where the text is no string, or empty, or blank.
    """
    if not isinstance(text, str):
        raise TextError("The text is of type {type}, not a string. Give the text itself.", type=type(text).__name__)
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
