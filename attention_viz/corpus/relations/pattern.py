"""Pattern: which words of a text are meant."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from attention_viz.corpus import needs
from attention_viz.corpus.relations import classes
from attention_viz.errors import InputError

Kind = Literal["any", "words", "class", "expression", "tag"]
KINDS: tuple[Kind, ...] = ("any", "words", "class", "expression", "tag")

SECONDS = 0.1
"""What an expression may take on the words of one text."""

LONGEST = 200
"""Characters of an expression."""


@dataclass(frozen=True)
class Pattern:
    """Which words are meant.

    kind   : "any" word; one of these "words", whatever their case; a "class" of words, see `classes.NAMES`; a regular
             "expression" that the whole word fits; a "tag" of a treebank (NOUN)
    values : the words, classes or tags, any of which will do; the expression
    Raises InputError for a class that there is not, and for an expression that is none.
    """

    kind: Kind = "any"
    values: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(self.values))
        if self.kind not in KINDS:
            raise InputError(
                "A pattern is {kind}; choose one of {kinds}.", kind=repr(self.kind)[:80], kinds=", ".join(KINDS)
            )
        if (self.kind == "any") != (not self.values) or (self.kind == "expression" and len(self.values) != 1):
            raise InputError("A pattern of this kind ({kind}) has other values.", kind=self.kind)
        unknown = [each for each in self.values if self.kind == "class" and each not in classes.NAMES]
        if unknown:
            raise InputError(
                "There is no class of words {name}. Choose from {names}.",
                name=repr(unknown[0])[:80],
                names=", ".join(classes.NAMES),
            )
        if self.kind == "expression":
            _compiled(self.values[0])

    def matches(self, words: Sequence[str], tags: Sequence[str] = ()) -> np.ndarray:
        """Which words are meant? (word,) bool. Raises InputError for an expression that takes too long."""
        if self.kind == "any":
            return np.ones(len(words), dtype=bool)
        if self.kind == "tag":
            return np.array([tag in self.values for tag in tags or [""] * len(words)], dtype=bool)
        if self.kind == "expression":
            return np.array(_fits(self.values[0], words), dtype=bool)
        if self.kind == "class":
            return np.array([any(classes.belongs(word, each) for each in self.values) for word in words], dtype=bool)
        listed = {each.lower() for each in self.values}
        return np.array([word.lower() in listed for word in words], dtype=bool)


def _compiled(expression: str) -> object:
    regex = needs.regex()
    if len(expression) > LONGEST:
        raise InputError(
            "The expression has {n} characters; at most {most} are read. Shorten it.", n=len(expression), most=LONGEST
        )
    try:
        return regex.compile(expression)
    except (regex.error, RecursionError, OverflowError) as reason:
        raise _no_expression(expression, getattr(reason, "pos", None)) from reason


def _no_expression(expression: str, position: int | None) -> InputError:
    """What is wrong with an expression. position: the character at which it breaks, from 0; None where nobody knows"""
    shown = repr(expression)[:80]
    if position is None:
        return InputError(
            "{expression} is no regular expression that can be read. Write it otherwise.", expression=shown
        )
    if position >= len(expression):
        return InputError(
            "{expression} is no regular expression: it breaks at its end. Correct it there.", expression=shown
        )
    return InputError(
        "{expression} is no regular expression: it breaks at character {position}. Correct it there.",
        expression=shown,
        position=position + 1,
    )


def _fits(expression: str, words: Sequence[str]) -> list[bool]:
    """Whether the whole of each word fits; one search over all of them would let `.` reach into the next."""
    compiled = _compiled(expression)
    found: list[bool] = []
    begin = time.thread_time()
    try:
        for word in words:
            found.append(compiled.fullmatch(word, timeout=SECONDS) is not None)  # type: ignore[attr-defined]
            if time.thread_time() - begin > SECONDS:
                raise TimeoutError
    except TimeoutError as reason:
        raise InputError(
            "The expression {expression} takes too long on the words of a text. Write it without nested repetitions.",
            expression=repr(expression)[:80],
        ) from reason
    return found
