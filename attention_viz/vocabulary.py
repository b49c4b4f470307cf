"""Vocabulary: the words among which options choose, and what they are called on the screen, in English, as they are offered."""

from __future__ import annotations

from typing import Any, Literal, get_args

from attention_viz.errors import SelectionError

View = Literal["sentence", "head", "lines", "text", "layer"]
Scale = Literal["unit", "peak"]
Palette = Literal["blue", "grey"]
Units = Literal["pieces", "words", "segmented"]
Exclusion = Literal["special", "punctuation"]
"""What can be left out: [CLS], [SEP] and their like; tokens that are nothing but punctuation."""
Pairs = Literal["all", "AA", "AB", "BA", "BB"]
Direction = Literal["forward", "backward", "both"]
"""Who reads in a link: the query, the key, or the mean of the two."""
Average = Literal["none", "heads", "layers", "all"]
Sort = Literal["place", "sharp", "far", "special"]
Part = Literal["", "self", "encoder", "decoder", "cross"]
Overlong = Literal["first", "windows"]
Way = Literal["zero", "uniform"]
CutWay = Literal["renormalise", "zero"]
"""How a link is cut: its score becomes minus infinity, or its weight 0."""
CutScope = Literal["head", "layer", "all"]
Language = Literal["en", "zh"]

VIEWS: tuple[View, ...] = get_args(View)
SCALES: tuple[Scale, ...] = get_args(Scale)
UNITS: tuple[Units, ...] = get_args(Units)
EXCLUSIONS: tuple[Exclusion, ...] = get_args(Exclusion)
PAIRS: tuple[Pairs, ...] = get_args(Pairs)
LINK_DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
AVERAGES: tuple[Average, ...] = get_args(Average)
SORTS: tuple[Sort, ...] = get_args(Sort)
WAYS: tuple[Way, ...] = get_args(Way)
CUT_WAYS: tuple[CutWay, ...] = get_args(CutWay)
CUT_SCOPES: tuple[CutScope, ...] = get_args(CutScope)
LANGUAGES: tuple[Language, ...] = get_args(Language)

PARTS = {"encoder": "Encoder reads itself", "decoder": "Decoder reads itself", "cross": "Decoder reads encoder"}
PICTURES = {"sentence": "Sentence", "head": "Heatmap", "lines": "Lines", "text": "Text", "layer": "All heads"}
COLOURS = {"unit": "0 to 1", "peak": "0 to the highest weight shown"}
PALETTES = {"blue": "blue", "grey": "grey, for print"}
ROWS = {"pieces": "Word pieces", "words": "Words", "segmented": "Chinese words"}
EXCLUDED = {"special": "leave out [CLS], [SEP]", "punctuation": "leave out punctuation"}
DIRECTIONS = {
    "all": "both texts",
    "AA": "first reads first",
    "AB": "first reads second",
    "BA": "second reads first",
    "BB": "second reads second",
}
LINKED = {"forward": "the query reads", "backward": "the key reads", "both": "mean of both directions"}
MEANS = {
    "none": "one head",
    "heads": "mean of the layer's heads",
    "layers": "mean of this head in all layers",
    "all": "mean of all heads",
}
ORDERS = {
    "place": "by layer and head",
    "sharp": "most concentrated first",
    "far": "farthest reading first",
    "special": "most on [CLS], [SEP] first",
}
CUTTING = {
    "renormalise": "the other weights grow (renormalise)",
    "zero": "the other weights stay (zero)",
}
CUT_IN = {"head": "this head", "layer": "this whole layer", "all": "all layers"}
WAYS_OFF = {"zero": "Output set to zero", "uniform": "Weights made uniform"}


def unfit(name: str, value: Any) -> SelectionError:
    """What is said of a value that cannot be."""
    return SelectionError("{name} cannot be {value}. Remove it or correct it.", name=name, value=repr(value)[:80])


def one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    """Raises SelectionError where the value is none of the choices."""
    if value not in choices:
        raise SelectionError(
            "{name} is {value}; choose one of {choices}.", name=name, value=value[:80], choices=", ".join(choices)
        )
