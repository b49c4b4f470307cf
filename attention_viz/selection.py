"""Selection: what is looked at, as one frozen value that the address, the exports and every page speak.

In Python layer and head count from 0; in an address, on the screen and in file names from 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

from attention_viz.brief import brief
from attention_viz.errors import SelectionError

VIEWS = ("head", "lines", "text", "layer")
SCALES = ("unit", "peak")
UNITS = ("pieces", "words", "segmented")
KINDS = ("special", "punctuation")
"""What can be left out: [CLS], [SEP] and their like; tokens that are nothing but punctuation."""
PAIRS = ("all", "AA", "AB", "BA", "BB")
AVERAGES = ("none", "heads", "layers", "all")
PALETTES = ("blue", "grey")
SORTS = ("place", "sharp", "far", "special")
PARTS = ("", "self", "encoder", "decoder", "cross")
OVERLONG = ("first", "windows")
WAYS = ("zero", "uniform")
LANGUAGES = ("en", "zh")
LIMITS = {"text": 200_000, "second": 200_000, "model": 500}
"""The longest strings a selection carries; a longer one is refused, never cut."""
LONGEST_EXCLUDE = 20
"""Kinds of tokens that an exclusion names at most."""
MOST_PINNED = 64
"""Query tokens, or heads, that are pinned at most."""
MOST_OFF = 1_024
"""Heads that are switched off, or tokens that are masked, at most."""

TOKENS = {"queries": MOST_PINNED, "masked": MOST_OFF}
"""Fields that name tokens, and how many at most."""
HEADS = {"kept": MOST_PINNED, "off": MOST_OFF}
"""Fields that name heads, (layer, head), and how many at most."""


@dataclass(frozen=True)
class Selection:
    """One look at one text.

    model       : a name or folder as the user gave it; "" = the embedded default
    text, second: the text, and the second segment of a pair (None = no pair)
    part        : which map of a model with two halves; "" = the model's first
    overlong    : of too long a text the "first" tokens that fit, or all of it in "windows" that overlap
    view        : "head" = one head's heatmap, "lines" = its lines, "text" = the text coloured by it,
                  "layer" = all heads of the layer
    queries     : the pinned query tokens; kept: (layer, head) of other heads whose lines are drawn too
    scale       : colours from 0 to 1 ("unit") or from 0 to the highest weight shown ("peak"); palette: "blue", or "grey" for print
    units       : word "pieces", "words", or words of Chinese text as a segmenter cuts them ("segmented")
    exclude     : kinds of keys left out; renormalise: see filters.leave_out; k: how many are listed
    pairs       : of a pair of texts, all attention, or only that of the first ("A") or second ("B") to either
    average     : one head ("none"), or the mean of the layer's "heads", of this head in all "layers", of "all"
    sort        : the overview in its "place", or most concentrated ("sharp"), "far" or "special" heads first
    threshold   : weights below it are not drawn (0 to 1)
    off         : (layer, head) of heads that are switched off; way: their output is "zero", or their weights "uniform"
    masked      : tokens that a masked-word model shall guess
    """

    model: str = ""
    text: str = ""
    second: str | None = None
    part: str = ""
    overlong: Literal["first", "windows"] = "first"
    layer: int = 0
    head: int = 0
    view: str = "head"
    queries: tuple[int, ...] = ()
    kept: tuple[tuple[int, int], ...] = ()
    scale: str = "unit"
    palette: str = "blue"
    units: str = "pieces"
    exclude: tuple[str, ...] = ()
    renormalise: bool = False
    pairs: str = "all"
    average: str = "none"
    sort: str = "place"
    threshold: float = 0.0
    k: int = 10
    off: tuple[tuple[int, int], ...] = ()
    way: Literal["zero", "uniform"] = "zero"
    masked: tuple[int, ...] = ()
    language: str = "en"

    __repr__ = brief

    def __post_init__(self) -> None:
        for each in fields(self):
            if not _fits(each.name, getattr(self, each.name)):
                raise unfit(each.name, getattr(self, each.name))
        one_of("part", self.part, PARTS)
        one_of("overlong", self.overlong, OVERLONG)
        one_of("view", self.view, VIEWS)
        one_of("scale", self.scale, SCALES)
        one_of("palette", self.palette, PALETTES)
        one_of("units", self.units, UNITS)
        one_of("pairs", self.pairs, PAIRS)
        one_of("average", self.average, AVERAGES)
        one_of("sort", self.sort, SORTS)
        one_of("way", self.way, WAYS)
        one_of("language", self.language, LANGUAGES)
        for kind in self.exclude:
            one_of("exclude", kind, KINDS)
        for name, low, high in (("layer", 0, 9_999), ("head", 0, 9_999), ("k", 1, 1_000)):
            _within(name, getattr(self, name), low, high)
        for name in TOKENS:
            for token in getattr(self, name):
                _within(name, token, 0, 9_999_999)
        for name in HEADS:
            for index in chain.from_iterable(getattr(self, name)):
                _within(name, index, 0, 9_999)
        if not 0 <= self.threshold <= 1:
            raise unfit("threshold", self.threshold)
        for name, longest in LIMITS.items():
            value = getattr(self, name)
            if len(value or "") > longest:
                raise SelectionError(
                    "{name} has {n} characters; at most {longest} are carried. Shorten it.",
                    name=name,
                    n=len(value),
                    longest=longest,
                )

    @property
    def is_mean(self) -> bool:
        """Whether the picture is that of a mean; that of a layer shows its single heads."""
        return self.average != "none" and self.view != "layer"

    @property
    def subject(self) -> tuple[int | None, int | None]:
        """(layer, head) that is shown; None = the mean over all layers, or over all heads."""
        return (
            None if self.average in ("layers", "all") else self.layer,
            None if self.average in ("heads", "all") else self.head,
        )

    @property
    def lined(self) -> tuple[tuple[int, int], ...]:
        """(layer, head) of all heads whose lines are drawn: the kept ones, and the chosen one."""
        chosen = (self.layer, self.head)
        return self.kept if chosen in self.kept else (*self.kept, chosen)

    @property
    def place(self) -> tuple[int | None, int | None]:
        """(layer, head) of what is shown; None = more than one, be it their mean or all heads of a layer side by side."""
        if self.view == "layer":
            return self.layer, None
        return self.subject

    def to_dict(self) -> dict[str, Any]:
        """Plain values, counted from 1, for files and addresses."""
        plain = {each.name: getattr(self, each.name) for each in fields(self)}
        plain |= {"layer": self.layer + 1, "head": self.head + 1, "exclude": list(self.exclude)}
        plain |= {name: [token + 1 for token in plain[name]] for name in TOKENS}
        return plain | {name: [[layer + 1, head + 1] for layer, head in plain[name]] for name in HEADS}

    def unusual(self) -> dict[str, Any]:
        """Of `to_dict`, what is not as in a selection of which nothing is said."""
        return {name: value for name, value in self.to_dict().items() if value != _usual()[name]}

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
                raise unfit(each.name, values[each.name])
        values["exclude"] = tuple(values.get("exclude", ()))
        values |= {name: tuple(token - 1 for token in values.get(name, ())) for name in TOKENS}
        values |= {name: tuple((layer - 1, head - 1) for layer, head in values.get(name, ())) for name in HEADS}
        return cls(**values)

    def at(self, **changes: Any) -> Selection:
        """The same look with some fields changed."""
        return replace(self, **changes)


def may_have(name: str, value: Any) -> bool:
    """May a selection have this value in this field?"""
    try:
        Selection(**{name: value})
    except SelectionError:
        return False
    return True


@lru_cache(maxsize=1)
def _usual() -> dict[str, Any]:
    return Selection().to_dict()


def _fits(name: str, value: Any) -> bool:
    if name == "exclude":
        short = isinstance(value, (list, tuple)) and len(value) <= LONGEST_EXCLUDE
        return short and all(isinstance(each, str) and len(each) <= 80 for each in value)
    if name == "renormalise":
        return isinstance(value, bool)
    if name in ("layer", "head", "k"):
        return _is_number(value)
    if name == "threshold":
        return _is_number(value) or isinstance(value, float)
    if name in TOKENS:
        return _is_list(value, TOKENS[name]) and all(map(_is_number, value))
    if name in HEADS:
        return _is_list(value, HEADS[name]) and all(
            _is_list(each, 2) and len(each) == 2 and all(map(_is_number, each)) for each in value
        )
    return isinstance(value, str) or (name == "second" and value is None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_list(value: Any, longest: int) -> bool:
    return isinstance(value, (list, tuple)) and len(value) <= longest


def unfit(name: str, value: Any) -> SelectionError:
    """What is said of a value that cannot be."""
    return SelectionError("{name} cannot be {value}. Remove it or correct it.", name=name, value=repr(value)[:80])


def one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raises SelectionError where the value is none of the choices."""
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
