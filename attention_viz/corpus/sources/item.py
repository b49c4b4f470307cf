"""Item: one text of a collection, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.errors import TextError
from attention_viz.models.reading.text import Text

Edge = tuple[int, int, str]
"""(dependent, head, relation): numbers of two words of the text, from 0."""


@dataclass(frozen=True)
class Tree:
    """What a treebank says of a text.

    edges : its relations between words
    tags  : the class of each word (NOUN, PRON, ...), as the treebank names it
    starts: the character of the text at which each word begins, where the text is one string and no list of words
    """

    edges: tuple[Edge, ...]
    tags: tuple[str, ...]
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Item:
    """One text or pair of a collection; a list of words where they are parted. Where `error` says why, there is no text."""

    first: Text = ""
    second: Text | None = None
    tree: Tree | None = None
    error: str = ""

    @classmethod
    def broken(cls, reason: TextError) -> Item:
        return cls(error=str(reason))

    @classmethod
    def of(cls, given: object) -> Item:
        """A text, the list of its words, or a pair; anything else is an error of this text."""
        if isinstance(given, Item):
            return given
        if isinstance(given, (str, list)):
            return cls(given)
        if isinstance(given, tuple) and len(given) == 2 and all(isinstance(each, (str, list)) for each in given):
            return cls(*given)
        return cls.broken(
            TextError(
                "This is no text, but of type {type}. Give strings, lists of words or pairs of them.",
                type=type(given).__name__,
            )
        )


def written(text: Text | None) -> str | None:
    """A text as one string: words are joined by spaces, as the model reads them."""
    return " ".join(map(str, text)) if isinstance(text, list) else text
