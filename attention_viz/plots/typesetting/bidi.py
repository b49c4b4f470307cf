"""Bidi: in which order the parts of a line stand where it runs right to left, or holds text that does.

Source: Unicode Standard Annex 9 (UAX 9), whose rules are named below. Of a text without marks for embedding; pairs of
brackets (rule N0) are resolved like other neutral characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby

from attention_viz.characters import Direction

NEUTRAL = {"B", "S", "WS", "ON", "BN", "LRI", "RLI", "FSI", "PDI", "LRE", "RLE", "LRO", "RLO", "PDF"}
MIRRORED = str.maketrans("()[]{}<>«»‹›（）［］｛｝", ")(][}{><»«›‹）（］［｝｛")
"""What looks the other way where it runs right to left (rule L4)."""


def levels(text: str, base: Direction) -> list[int]:
    """How deep is each character embedded? Even runs left to right, odd right to left. base : the way of the whole text"""
    if not text:
        return []
    kinds = _neutral_resolved(_weak_resolved([unicodedata.bidirectional(each) or "L" for each in text], base), base)
    even = {"L": 0, "R": 1, "AN": 2, "EN": 2}  # rule I1
    odd = {"L": 2, "R": 1, "AN": 2, "EN": 2}  # rule I2
    return [(even if base == "ltr" else odd)[kind] for kind in kinds]


def visual_order(depths: Sequence[int]) -> list[int]:
    """The parts of a line from left to right, by the level of each (rule L2)."""
    order = list(range(len(depths)))
    for least in range(max(depths, default=0), 0, -1):
        order = _turned(order, [depth >= least for depth in depths])
    return order


def _turned(order: Sequence[int], deep: Sequence[bool]) -> list[int]:
    """The order with each run of deep parts the other way round."""
    runs = [(isin, list(run)) for isin, run in groupby(order, deep.__getitem__)]
    return [place for isin, run in runs for place in (run[::-1] if isin else run)]


def mirrored(text: str) -> str:
    """What has no direction of its preferred, as it stands in a text that runs right to left."""
    return text if any(_kind(each) in ("L", "R", "AL", "EN", "AN") for each in text) else text[::-1].translate(MIRRORED)


def _kind(character: str) -> str:
    return unicodedata.bidirectional(character)


def _weak_resolved(kinds: list[str], base: Direction) -> list[str]:
    """Numbers and what belongs to them (rules W1 to W7)."""
    start = "L" if base == "ltr" else "R"
    strong, before = start, start
    for place, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[place] = kind = before  # W1
        if kind == "EN" and strong == "AL":
            kinds[place] = "AN"  # W2
        strong = kind if kind in ("L", "R", "AL") else strong
        before = kind
    kinds = ["R" if kind == "AL" else kind for kind in kinds]  # W3
    for place in range(1, len(kinds) - 1):
        left, kind, right = kinds[place - 1 : place + 2]
        if left == right and ((kind == "CS" and left in ("EN", "AN")) or (kind == "ES" and left == "EN")):
            kinds[place] = left  # W4
    kinds = _runs(kinds, {"ET"}, lambda left, right: "EN" if "EN" in (left, right) else "ON")  # W5
    kinds = ["ON" if kind in ("ES", "ET", "CS") else kind for kind in kinds]  # W6
    strong = start
    for place, kind in enumerate(kinds):
        strong = kind if kind in ("L", "R") else strong
        if kind == "EN" and strong == "L":
            kinds[place] = "L"  # W7
    return kinds


def _neutral_resolved(kinds: list[str], base: Direction) -> list[str]:
    """Blanks and marks run like what stands on both sides, else like the whole text (rules N1 and N2)."""
    start = "L" if base == "ltr" else "R"

    def way(left: str, right: str) -> str:
        sides = {"L" if kind == "L" else "R" for kind in (left or start, right or start)}
        return sides.pop() if len(sides) == 1 else start

    return _runs(kinds, NEUTRAL, way)


def _runs(kinds: Sequence[str], chosen: set[str], become: Callable[[str, str], str]) -> list[str]:
    """Each run of the chosen kinds replaced, by what stands before and after it ("" at the ends)."""
    result: list[str] = []
    groups = [(isin, list(run)) for isin, run in groupby(kinds, chosen.__contains__)]
    for place, (isin, run) in enumerate(groups):
        left = groups[place - 1][1][-1] if place else ""
        right = groups[place + 1][1][0] if place + 1 < len(groups) else ""
        result += [become(left, right)] * len(run) if isin else run
    return result
