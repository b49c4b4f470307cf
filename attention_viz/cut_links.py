"""Cut links: which links of a picture are cut. js/core/cut-links.js follows the same rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence

CutLink = tuple[int | None, int | None, int, int]
"""(layer, head, query, key) from 0; None = every layer, or every head."""
Head = tuple[int, int]
"""(layer, head) from 0."""
Place = tuple[int | None, int | None]
"""(layer, head) from 0; None = every layer, or every head."""
Pair = tuple[int, int]
"""(query, key) from 0."""


def covers(cut: Sequence[int | None], place: Place) -> bool:
    """Whether what is cut in one place is cut in all of another. cut : begins with the one place"""
    return all(one is None or one == other for one, other in zip(cut[:2], place, strict=True))


def cut_in(cuts: Iterable[CutLink], place: Place) -> tuple[Pair, ...]:
    """The links that are cut in a head; in a mean, those that are cut in all heads that it is taken over."""
    return tuple(dict.fromkeys(link[2:] for link in cuts if covers(link, place)))


def times_cut(cuts: Iterable[CutLink], heads: Collection[Head]) -> dict[Pair, int]:
    """In how many of these heads each link is cut: those that are cut in one at least."""
    places: dict[Pair, list[CutLink]] = {}
    for link in cuts:
        places.setdefault(link[2:], []).append(link)
    times = {pair: sum(any(covers(link, head) for link in links) for head in heads) for pair, links in places.items()}
    return {pair: n for pair, n in times.items() if n > 0}


def cut_cells(
    cuts: Iterable[CutLink], heads: Collection[Head], queries: Sequence[int], keys: Sequence[int]
) -> dict[Pair, bool]:
    """The cells (row, column) that hold cut links, and whether all links that each stands for are cut.

    heads         : the one that is drawn, or all that the picture is the mean of
    queries, keys : the first token of each row and of each column, and after the last the number of tokens
    """
    cut: dict[Pair, int] = {}
    for (query, key), n in times_cut(cuts, heads).items():
        cell = bisect_right(queries, query) - 1, bisect_right(keys, key) - 1
        cut[cell] = cut.get(cell, 0) + n
    return {
        (row, column): n == len(heads) * (queries[row + 1] - queries[row]) * (keys[column + 1] - keys[column])
        for (row, column), n in cut.items()
    }


def toggled(cuts: Sequence[CutLink], pairs: Collection[Pair], place: Place) -> tuple[CutLink, ...]:
    """The links that are cut after these pairs were cut in a place too; where all of them are cut there already, without them.

    What is cut in a place need not be cut again in a part of it, and is restored as it was cut: in all of it.
    """
    if set(pairs) <= set(cut_in(cuts, place)):
        return tuple(link for link in cuts if link[2:] not in pairs or not covers(link, place))
    others = (link for link in cuts if link[2:] not in pairs or not covers(place, link[:2]))
    return (*others, *((*place, *pair) for pair in pairs if pair not in cut_in(cuts, place)))
