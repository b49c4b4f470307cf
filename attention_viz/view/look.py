"""Look: the part of a Selection that the view shows and changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from attention_viz.attending import nearest
from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink
from attention_viz.filters import Sieve, seen, sieve
from attention_viz.selection import Selection, options
from attention_viz.vocabulary import EXCLUSIONS

FIELDS = tuple(name for name, option in options().items() if option.travels == "look")
"""Fields of a Selection that js/core/look.js knows by the same names; both count from 0."""


def options_table() -> dict[str, dict[str, Any]]:
    """What js/core/options.json holds: the default of each, and among which values one chooses."""
    usual = Selection()
    return {name: {"usual": getattr(usual, name), "choices": list(options()[name].names)} for name in FIELDS}


def look_of(selection: Selection) -> dict[str, Any]:
    """The fields of a selection that the view shows."""
    return {name: getattr(selection, name) for name in FIELDS}


def within(selection: Selection, attention: Attention) -> Selection:
    """The same selection without what this attention does not have: a layer without weights, pinned tokens, cut links, other heads, one
    direction of a pair, keys that read. They may have been chosen in a longer text, in word pieces, in a larger model, of two texts."""
    heads = attention.source.heads
    layer = nearest(heads, selection.layer)
    return selection.at(
        layer=layer,
        head=min(selection.head, heads[layer] - 1),
        queries=tuple(query for query in selection.queries if query < attention.shape[0]),
        keys=tuple(key for key in selection.keys if key < attention.shape[1]),
        direction=selection.direction if attention.key_tokens is attention.query_tokens else "forward",
        pairs=selection.pairs if is_pair(attention) else "all",
        cuts=tuple(link for link in selection.cuts if _is_there(link, attention)),
        kept=tuple((layer, head) for layer, head in selection.kept if layer < len(heads) and head < heads[layer]),
    )


def _is_there(link: CutLink, attention: Attention) -> bool:
    """Whether this attention has the layer, the head and the tokens of a link."""
    (layer, head, query, key), heads = link, attention.source.heads
    if query >= attention.shape[0] or key >= attention.shape[1] or (layer is not None and layer >= len(heads)):
        return False
    return head is None or head < (max(heads) if layer is None else heads[layer])


def is_pair(attention: Attention) -> bool:
    """Whether each of two texts reads, and is read."""
    return all(set(tokens.segments) >= {0, 1} for tokens in (attention.query_tokens, attention.key_tokens))


@dataclass(frozen=True)
class Filters:
    """What a selection leaves out of the weights before anything is drawn, or pooled; see `filters.seen`.

    The threshold is no part of it: whether the highest weight of a group is below it is known after pooling too.
    """

    exclude: tuple[str, ...] = ()
    renormalise: bool = False
    pairs: str = "all"

    @classmethod
    def of(cls, selection: Selection, attention: Attention) -> Filters:
        """Those of a selection, as far as they change anything. Two selections that leave out the same have equal ones."""
        exclude = tuple(kind for kind in EXCLUSIONS if kind in selection.exclude)
        pairs = within(selection, attention).pairs
        return cls(exclude, selection.renormalise and exclude != (), pairs)

    def seen(self, attention: Attention) -> Attention:
        """What is left of an attention."""
        return seen(attention, self.exclude, self.renormalise, self.pairs)

    def sieve(self, attention: Attention) -> Sieve:
        """What leaves it."""
        return sieve(attention, self.exclude, self.renormalise, self.pairs)


NOTHING = Filters()
"""Nothing is left out."""
