"""Selection: what is looked at, as one frozen value that the address, the exports and every page speak.

In Python layer and head count from 0; in an address, on the screen and in file names from 1.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import BaseModel, ValidationError, create_model

from attention_viz.brief import brief
from attention_viz.cut_links import Pair
from attention_viz.cut_links import Place as CutPlace
from attention_viz.errors import SelectionError
from attention_viz.options import (
    CutLinks,
    Exclusions,
    Flag,
    HeadsOff,
    MaskedTokens,
    Name,
    Number,
    Option,
    PinnedHeads,
    PinnedTokens,
    Place,
    Share,
    Text,
    moved,
    refusal,
)
from attention_viz.vocabulary import (
    COLOURS,
    CUT_IN,
    CUTTING,
    DIRECTIONS,
    EXCLUDED,
    LINKED,
    MEANS,
    ORDERS,
    PALETTES,
    PARTS,
    PICTURES,
    ROWS,
    VIEWS,
    WAYS_OFF,
    Average,
    CutScope,
    CutWay,
    Direction,
    Language,
    Overlong,
    Pairs,
    Palette,
    Part,
    Scale,
    Sort,
    Units,
    View,
    Way,
)

COLOURED: tuple[View, ...] = ("sentence", "head", "text", "layer")
"""Views that are printed with a scale of colours; lines have one colour for each head."""
OF_HEADS: tuple[View, ...] = ("sentence", "head", "lines", "text")
"""Views of single heads, in which tokens are pinned."""


@dataclass(frozen=True)
class Selection:
    """One look at one text.

    model       : a name or folder as the user gave it; "" = the embedded default
    text, second: the text, and the second segment of a pair (None = no pair)
    part        : which map of a model with two halves; "" = the model's first
    overlong    : of too long a text the "first" tokens that fit, or all of it in "windows" that overlap
    view        : "sentence" = the text with an arc from a token to each that it reads, "head" = one head's heatmap,
                  "lines" = its lines, "text" = the text coloured by it, "layer" = all heads of the layer
    queries     : the pinned query tokens; kept: (layer, head) of other heads whose lines are drawn too
    keys        : the pinned key tokens: with each pinned query a link, for which heads are ranked, see `rank_heads`
    direction   : who reads in a link, the query ("forward"), the key ("backward"), or the mean of "both"
    scale       : colours from 0 to 1 ("unit") or from 0 to the highest weight shown ("peak"); palette: "blue", or "grey" for print
    units       : word "pieces", "words", or words of Chinese text as a segmenter cuts them ("segmented")
    exclude     : kinds of keys left out; renormalise: see filters.leave_out; k: how many are listed
    pairs       : of a pair of texts, all attention, or only that of the first ("A") or second ("B") to either
    average     : one head ("none"), or the mean of the layer's "heads", of this head in all "layers", of "all"
    sort        : the overview in its "place", or most concentrated ("sharp"), "far" or "special" heads first
    threshold   : weights below it are not drawn (0 to 1)
    cuts        : links that are cut, (layer, head, query, key), a layer or head that is None is every one, see `experiments.cut`;
                  cut_way: as `how` there; cut_scope: where the next one is cut, in this "head", "layer", or in "all" heads
    off         : (layer, head) of heads that are switched off; way: their output is "zero", or their weights "uniform"
    masked      : tokens that a masked-word model shall guess

    Raises SelectionError for a value that a field cannot have. The table of fields is that of all options, see options.py.
    """

    model: Annotated[Name, Option("reading")] = ""
    text: Annotated[Text, Option("text")] = ""
    second: Annotated[Text | None, Option("text")] = None
    part: Annotated[Part, Option("reading", label="Attention", names=PARTS)] = ""
    overlong: Annotated[Overlong, Option("reading")] = "first"
    layer: Annotated[Place, Option("look", "place", label="Layer")] = 0
    head: Annotated[Place, Option("look", "place", label="Head")] = 0
    view: Annotated[View, Option("look", label="Picture", names=PICTURES)] = "head"
    queries: Annotated[PinnedTokens, Option("look", "tokens", drawn=OF_HEADS)] = ()
    keys: Annotated[PinnedTokens, Option("look", "tokens")] = ()
    direction: Annotated[Direction, Option("look", label="Direction of the link", names=LINKED)] = "forward"
    kept: Annotated[PinnedHeads, Option("look", "heads")] = ()
    scale: Annotated[Scale, Option("look", label="Colours", names=COLOURS)] = "unit"
    palette: Annotated[Palette, Option("look", drawn=COLOURED, label="Palette", names=PALETTES)] = "blue"
    units: Annotated[Units, Option("page", label="Rows and columns", names=ROWS)] = "pieces"
    exclude: Annotated[Exclusions, Option("look", "words", drawn=VIEWS, names=EXCLUDED)] = ()
    renormalise: Annotated[Flag, Option("look", "flag", drawn=VIEWS, label="scale the rest to sum to 1")] = False
    pairs: Annotated[Pairs, Option("look", drawn=VIEWS, label="Pair", names=DIRECTIONS)] = "all"
    average: Annotated[Average, Option("look", label="Heads", names=MEANS)] = "none"
    sort: Annotated[Sort, Option("look", label="Order of the overview", names=ORDERS)] = "place"
    threshold: Annotated[Share, Option("look", "decimal", drawn=VIEWS, label="Hide weights below {weight}")] = 0.0
    k: Annotated[Number, Option("look", "number", label="Tokens in the list")] = 10
    cuts: Annotated[CutLinks, Option("look", "links", drawn=VIEWS)] = ()
    cut_way: Annotated[CutWay, Option("look", label="How a link is cut", names=CUTTING)] = "renormalise"
    cut_scope: Annotated[CutScope, Option("look", label="Where a link is cut", names=CUT_IN)] = "head"
    off: Annotated[HeadsOff, Option("page", "heads")] = ()
    way: Annotated[Way, Option("page", label="How a head is switched off", names=WAYS_OFF)] = "zero"
    masked: Annotated[MaskedTokens, Option("page", "tokens")] = ()
    language: Annotated[Language, Option("page")] = "en"

    __repr__ = brief

    def __post_init__(self) -> None:
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        for name, value in _checked(given).items():
            object.__setattr__(self, name, value)

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
    def pinned_pairs(self) -> tuple[Pair, ...]:
        """(query, key) of the pinned links, in the direction that was chosen."""
        forward = tuple(itertools.product(self.queries, self.keys))
        backward = tuple((key, query) for query, key in forward)
        pairs = {"forward": forward, "backward": backward, "both": forward + backward}
        return tuple(dict.fromkeys(pairs[self.direction]))

    @property
    def cut_place(self) -> CutPlace:
        """(layer, head) where the next link is cut; None = in every layer, or in every head."""
        layer, head = self.subject if self.is_mean else (self.layer, self.head)
        places: dict[CutScope, CutPlace] = {"head": (layer, head), "layer": (layer, None), "all": (None, None)}
        return places[self.cut_scope]

    @property
    def place(self) -> tuple[int | None, int | None]:
        """(layer, head) of what is shown; None = more than one, be it their mean or all heads of a layer side by side."""
        if self.view == "layer":
            return self.layer, None
        return self.subject

    def to_dict(self) -> dict[str, Any]:
        """Plain values, counted from 1, for files and addresses."""
        return {name: _listed(moved(option.kind, getattr(self, name), 1)) for name, option in options().items()}

    def unusual(self) -> dict[str, Any]:
        """Of `to_dict`, what is not as in a selection of which nothing is said."""
        return {name: value for name, value in self.to_dict().items() if value != _usual()[name]}

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Selection:
        """The inverse of `to_dict`. Raises SelectionError for an unknown name, a wrong type or a value out of range."""
        unknown = sorted(set(plain) - set(options()))
        if unknown:
            raise SelectionError("{names} is not part of a selection. Remove it.", names=", ".join(unknown)[:80])
        return cls(**_checked(plain, counted_from=1))

    def at(self, **changes: Any) -> Selection:
        """The same look with some fields changed."""
        return replace(self, **changes)


@lru_cache(maxsize=1)
def options() -> Mapping[str, Option]:
    """The table of all options: what is said of each field of a selection, in their order."""
    hints = get_type_hints(Selection, include_extras=True)
    return {
        each.name: next(it for it in hints[each.name].__metadata__ if isinstance(it, Option))
        for each in fields(Selection)
    }


@lru_cache(maxsize=1)
def _fields() -> type[BaseModel]:
    """What checks the values of the fields."""
    hints = get_type_hints(Selection, include_extras=True)
    types: dict[str, Any] = {each.name: (hints[each.name], each.default) for each in fields(Selection)}
    return create_model("Fields", **types)


@lru_cache(maxsize=1)
def _hints() -> Mapping[str, Any]:
    """What each field may be; to look them up anew would cost a hundred times as much as to check a value."""
    return get_type_hints(Selection)


def _checked(given: Mapping[str, Any], counted_from: Literal[0, 1] = 0) -> dict[str, Any]:
    """The values as fields have them. counted_from : where they were written. Raises SelectionError."""
    table = options()
    try:
        return vars(_fields()(**{name: moved(table[name].kind, value, -counted_from) for name, value in given.items()}))
    except ValidationError as error:
        found: dict[str, Any] = dict(error.errors(include_url=False)[0])
        name = str(found["loc"][0])
        hint = _hints()[name]
        raise refusal(found, given[name], table[name].kind, hint, counted_from) from None


def _listed(value: Any) -> Any:
    """Tuples as lists, as JSON has them."""
    return [_listed(each) for each in value] if isinstance(value, tuple) else value


@lru_cache(maxsize=1)
def _usual() -> dict[str, Any]:
    return Selection().to_dict()
