"""Options: what can be chosen about a picture, and the types of its values.

The fields of `Selection` are the table of all options: the name, the type with its limits, the default, and beside them an
`Option` that says where it travels and what it is called. The address, snapshots, the live view, the shown script, the
plots and state files take theirs from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import FailFast, Field, PlainValidator

from attention_viz.errors import SelectionError
from attention_viz.vocabulary import Exclusion, View, unfit

LIMITS = {"text": 200_000, "second": 200_000, "model": 500}
"""The longest strings a selection carries; a longer one is refused, never cut."""
MOST_EXCLUSIONS = 20
"""Kinds of tokens that an exclusion names at most."""
MOST_PINNED = 64
"""Query tokens, or heads, that are pinned at most."""
MOST_OFF = 1_024
"""Heads that are switched off, or tokens that are masked, at most."""

MOST_CUT = 256
"""Links that are cut at most."""
EVERY = "all"
"""How an address writes that a link is cut in every layer, or in every head."""

Kind = Literal["word", "words", "flag", "number", "decimal", "place", "tokens", "heads", "links"]
"""How a value is written: a word of a vocabulary or any text, several, yes or no, a whole number, a decimal one; and
what counts from 1 where it is written: a layer or a head, tokens, (layer, head) of heads, (layer, head, query, key) of links."""


@dataclass(frozen=True)
class Option:
    """What is said of one field of `Selection`.

    travels : with the "text"; with what says how it is "read"; with the "look" of the live view; else with the "page".
              All but the text are in the address.
    kind    : how its value is written
    drawn   : the views whose plots take an argument of this name
    label   : what it is called on the screen, in English; names: what its values are called, in the order in which they are offered
    """

    travels: Literal["text", "reading", "look", "page"]
    kind: Kind = "word"
    drawn: tuple[View, ...] = ()
    label: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


LISTS: frozenset[Kind] = frozenset({"words", "tokens", "heads", "links"})
"""Kinds whose values are lists, in an address with a comma between two entries."""
READ_FROM_TEXT: Mapping[Kind, Callable[[str], Any]] = {
    "word": str,
    "words": str,
    "flag": lambda text: text == "yes",
    "number": int,
    "decimal": float,
    "place": int,
    "tokens": int,
    "heads": lambda text: [int(number) for number in text.split("-")],
    "links": lambda text: [None if number == EVERY else int(number) for number in text.split("-")],
}
"""A value, or an entry of a list, from the text of an address, as files have it. They raise ValueError."""


COUNTED: Mapping[Kind, int] = {"place": 0, "tokens": 1, "heads": 2, "links": 2}
"""Kinds that count from 1 where they are written, and how deep their numbers stand in lists."""
RANGES: Mapping[Kind, tuple[int, int]] = {
    "number": (1, 1_000),
    "place": (0, 9_999),
    "tokens": (0, 9_999_999),
    "heads": (0, 9_999),
}
"""The smallest and the largest whole number of a kind, as Python counts; those of a link are of several kinds."""
NO_SUCH_NUMBER = ("int_type", "greater_than_equal", "less_than_equal")
"""What pydantic calls a number that is none, or out of range."""


def moved(kind: Kind, value: Any, step: int) -> Any:
    """A value whose numbers are counted from 1 (step = 1) instead of 0, or the other way round (step = -1).

    A list that is longer than any that a selection carries is left as it is: it is refused in either way of counting.
    """
    return _moved(value, step, COUNTED[kind]) if kind in COUNTED else value


def _moved(value: Any, step: int, depth: int) -> Any:
    if depth and isinstance(value, (list, tuple)) and len(value) <= MOST_OFF:
        return type(value)(_moved(each, step, depth - 1) for each in value)
    return value + step if type(value) is int else value


class TooLongError(ValueError):
    """A text is longer than a selection carries: n characters, of longest."""

    def __init__(self, n: int, longest: int) -> None:
        super().__init__(n, longest)
        self.n, self.longest = n, longest


def _at_most(longest: int) -> PlainValidator:
    def check(text: Any) -> Any:
        if not isinstance(text, str):
            raise ValueError(text)
        if len(text) > longest:
            raise TooLongError(len(text), longest)
        return text

    return PlainValidator(check)


Name = Annotated[str, _at_most(LIMITS["model"])]
Text = Annotated[str, _at_most(LIMITS["text"])]
Flag = Annotated[bool, Field(strict=True)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Number = Annotated[int, Field(strict=True, ge=RANGES["number"][0], le=RANGES["number"][1])]
Place = Annotated[int, Field(strict=True, ge=RANGES["place"][0], le=RANGES["place"][1])]
Token = Annotated[int, Field(strict=True, ge=RANGES["tokens"][0], le=RANGES["tokens"][1])]
Exclusions = Annotated[tuple[Exclusion, ...], FailFast(), Field(max_length=MOST_EXCLUSIONS)]
PinnedTokens = Annotated[tuple[Token, ...], FailFast(), Field(max_length=MOST_PINNED)]
PinnedHeads = Annotated[tuple[tuple[Place, Place], ...], FailFast(), Field(max_length=MOST_PINNED)]
MaskedTokens = Annotated[tuple[Token, ...], FailFast(), Field(max_length=MOST_OFF)]
HeadsOff = Annotated[tuple[tuple[Place, Place], ...], FailFast(), Field(max_length=MOST_OFF)]
CutLinks = Annotated[
    tuple[tuple[Place | None, Place | None, Token, Token], ...], FailFast(), Field(max_length=MOST_CUT)
]


def refusal(error: Mapping[str, Any], whole: Any, kind: Kind, hint: Any, counted_from: int) -> SelectionError:
    """The sentence for a value that does not fit its option, in the way of counting in which it was given.

    error : as pydantic tells it; whole: the value; hint: the type of the option
    """
    (name, *place), value = error["loc"], error["input"]
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, TooLongError):
        return SelectionError(
            "{name} has {n} characters; at most {longest} are carried. Shorten it.",
            name=name,
            n=cause.n,
            longest=cause.longest,
        )
    if error["type"] == "literal_error" and isinstance(value, str):
        return SelectionError(
            "{name} is {value}; choose one of {choices}.",
            name=name,
            value=value[:80],
            choices=", ".join(_choices(hint)),
        )
    if kind in RANGES and len(place) == COUNTED.get(kind, 0) and error["type"] in NO_SUCH_NUMBER:
        first = counted_from if kind in COUNTED else 0
        low, high = (end + first for end in RANGES[kind])
        return SelectionError(
            "{name} is {value}; choose a whole number from {low} to {high}.",
            name=name,
            value=repr(moved("place", value, first))[:80],
            low=low,
            high=high,
        )
    return unfit(str(name), whole)


def _choices(hint: Any) -> tuple[str, ...]:
    """The words among which a type chooses."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for part in get_args(hint) if (found := _choices(part))), ())
