"""Selection: what is looked at, as one frozen value that the address, the exports and every page speak.

In Python layer and head count from 0; in an address, on the screen and in file names from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from attention_viz.errors import SelectionError

VIEWS = ("head", "layer")
SCALES = ("unit", "peak")
UNITS = ("pieces", "words", "segmented")
KINDS = ("special", "punctuation")
"""What can be left out: [CLS], [SEP] and their like; tokens that are nothing but punctuation."""
PARTS = ("", "self", "encoder", "decoder", "cross")
OVERLONG = ("first", "windows")
LANGUAGES = ("en", "zh")
LIMITS = {"text": 200_000, "second": 200_000, "model": 500}
"""The longest strings a selection carries; a longer one is refused, never cut."""
LONGEST_EXCLUDE = 20
"""Kinds of tokens that an exclusion names at most."""


@dataclass(frozen=True)
class Selection:
    """One look at one text.

    model       : a name or folder as the user gave it; "" = the embedded default
    text, second: the text, and the second segment of a pair (None = no pair)
    part        : which map of a model with two halves; "" = the model's first
    overlong    : of too long a text the "first" tokens that fit, or all of it in "windows" that overlap
    view        : "head" = one head's heatmap, "layer" = all heads of the layer
    scale       : colours from 0 to 1 ("unit") or from 0 to the highest weight shown ("peak")
    units       : word "pieces", "words", or words of Chinese text as a segmenter cuts them ("segmented")
    exclude     : kinds of keys left out of the ranking; renormalise: see filters.leave_out; k: how many are listed
    """

    model: str = ""
    text: str = ""
    second: str | None = None
    part: str = ""
    overlong: Literal["first", "windows"] = "first"
    layer: int = 0
    head: int = 0
    view: str = "head"
    scale: str = "unit"
    units: str = "pieces"
    exclude: tuple[str, ...] = ()
    renormalise: bool = False
    k: int = 10
    language: str = "en"

    def __post_init__(self) -> None:
        _one_of("part", self.part, PARTS)
        _one_of("overlong", self.overlong, OVERLONG)
        _one_of("view", self.view, VIEWS)
        _one_of("scale", self.scale, SCALES)
        _one_of("units", self.units, UNITS)
        _one_of("language", self.language, LANGUAGES)
        for kind in self.exclude:
            _one_of("exclude", kind, KINDS)
        for name, low, high in (("layer", 0, 9_999), ("head", 0, 9_999), ("k", 1, 1_000)):
            _within(name, getattr(self, name), low, high)
        for name, longest in LIMITS.items():
            value = getattr(self, name)
            if len(value or "") > longest:
                raise SelectionError(
                    "{name} has {n} characters; at most {longest} are carried. Shorten it.",
                    name=name,
                    n=len(value),
                    longest=longest,
                )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, counted from 1, for files and addresses."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        return plain | {"layer": self.layer + 1, "head": self.head + 1, "exclude": list(self.exclude)}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Selection:
        """The inverse of `to_dict`. Raises SelectionError for an unknown name, a wrong type or a value out of range."""
        unknown = sorted(set(plain) - {each.name for each in fields(cls)})
        if unknown:
            raise SelectionError("{names} is not part of a selection. Remove it.", names=", ".join(unknown)[:80])
        values = dict(plain)
        for name in ("layer", "head"):
            if name in values:
                _within(name, values[name], 1, 10_000)
                values[name] -= 1
        for each in fields(cls):
            if each.name in values and not _fits(each.name, values[each.name]):
                raise SelectionError(
                    "{name} cannot be {value}. Remove it or correct it.",
                    name=each.name,
                    value=repr(values[each.name])[:80],
                )
        values["exclude"] = tuple(values.get("exclude", ()))
        return cls(**values)

    def at(self, **changes: Any) -> Selection:
        """The same look with some fields changed."""
        return replace(self, **changes)


def _fits(name: str, value: Any) -> bool:
    if name == "exclude":
        short = isinstance(value, (list, tuple)) and len(value) <= LONGEST_EXCLUDE
        return short and all(isinstance(each, str) and len(each) <= 80 for each in value)
    if name == "renormalise":
        return isinstance(value, bool)
    if name in ("layer", "head", "k"):
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str) or (name == "second" and value is None)


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise SelectionError(
            "{name} is {value}; choose one of {choices}.", name=name, value=value[:80], choices=", ".join(choices)
        )


def _within(name: str, value: Any, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise SelectionError(
            "{name} is {value}; choose a whole number from {low} to {high}.",
            name=name,
            value=repr(value)[:80],
            low=low,
            high=high,
        )
