"""Words: the words of one text that was read, their classes, and the treebank's relations between them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.corpus.relations.relation import Relation
from attention_viz.corpus.sources.item import Edge, Item
from attention_viz.tokens import Tokens
from attention_viz.words import group_words, segment_chinese

ALL = "all"
"""The name under which all relations of a treebank count together."""

POSSESSIVE = frozenset({"poss", "nmod:poss"})
POSSESSIVE_MARKS = frozenset({"'s", "s'", "’s", "s’"})


@dataclass(frozen=True, eq=False)
class Asked:
    """One relation in one text: from which words a link is expected, and where it may lead.

    rows    : (link,) the word from which it is looked at
    targets : (link, word) bool, where it is right
    """

    name: str
    rows: np.ndarray
    targets: np.ndarray


@dataclass(frozen=True, eq=False)
class Words:
    """The words of a text as the model read them, special tokens left out.

    edges : first token of each word, and where the last ends, special tokens included: (word + 1,)
    kept  : the words that are no special tokens, by their number among these
    """

    edges: np.ndarray
    kept: np.ndarray
    texts: tuple[str, ...]
    tags: tuple[str, ...] = ()
    links: tuple[Edge, ...] = ()

    @classmethod
    def of(cls, tokens: Tokens, item: Item) -> Words:
        is_chinese = isinstance(item.first, str) and any("一" <= each <= "鿿" for each in item.first)
        edges = group_words(tokens, segment_chinese if is_chinese else None)
        kept = np.flatnonzero(~np.array(tokens.special, dtype=bool)[edges[:-1]])
        groups = [range(edges[each], edges[each + 1]) for each in kept]
        texts = tuple(tokens.written(group).strip() for group in groups)
        begins = _begins(item)
        if item.tree is None or not begins:
            return cls(edges, kept, texts)
        owners = _owners(begins, [tokens.spans[group[0]][0] for group in groups])
        place = {given: read for read, given in reversed(list(enumerate(owners)))}
        links = tuple((place[a], place[b], name) for a, b, name in item.tree.edges if a in place and b in place)
        tags = [
            "" if read and owners[read - 1] == given else item.tree.tags[given] for read, given in enumerate(owners)
        ]
        return cls(edges, kept, texts, tuple(tags), links)

    def asked(self, relations: Sequence[Relation]) -> Iterator[Asked]:
        """Every relation that occurs in this text: those of its tree, and those that are asked for."""
        names = sorted({name for _, _, name in self.links})
        for name in [ALL, *names] if names else []:
            links = [link for link in self.links if name in (ALL, link[2])]
            rows = np.array([self._row(link) for link in links])
            yield Asked(name, rows, np.arange(len(self.kept)) == np.array([head for _, head, _ in links])[:, None])
        for relation in relations:
            pairs = relation.pairs(self.texts, self.tags)
            rows = np.flatnonzero(pairs.any(axis=1))
            if len(rows):
                yield Asked(relation.name, rows, pairs[rows])

    def _row(self, link: Edge) -> int:
        """The word from which a link of the tree is looked at: of a possessive the mark behind it, as Clark's code does."""
        dependent, _, name = link
        after = self.texts[dependent + 1] if dependent + 1 < len(self.texts) else ""
        return dependent + (name in POSSESSIVE and after in POSSESSIVE_MARKS)


def _begins(item: Item) -> Sequence[int]:
    """The characters at which the given words of a text begin; none where it was not given by words."""
    if isinstance(item.first, list):  # they are joined by spaces
        return list(itertools.accumulate((len(word) + 1 for word in item.first), initial=0))[:-1]
    return () if item.tree is None else item.tree.starts


def _owners(begins: Sequence[int], starts: Sequence[int]) -> list[int]:
    """The given word in which each word that was read begins."""
    return [max(0, int(each)) for each in np.searchsorted(begins, starts, side="right") - 1]
