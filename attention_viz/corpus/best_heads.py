"""Best heads: which head links the words of a relation, and how much better than a fixed distance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.corpus.figures import Figures
from attention_viz.corpus.intervals import Interval, wilson
from attention_viz.corpus.relations.hits import OFFSETS


@dataclass(frozen=True)
class RelationFigures:
    """How well heads do on one relation in one direction.

    direction : "forward" = the word that is read most by the dependent (or by the word that is asked for) is the right one;
                "backward" = the word that reads it most
    n, texts  : links, and texts that have one
    heads     : ((layer, head), accuracy) of every head, best first
    offset    : the best fixed distance, and its accuracy
    chance    : the accuracy of a head that reads every other word with the same probability
    """

    relation: str
    direction: str
    n: int
    texts: int
    heads: tuple[tuple[tuple[int, int], Interval], ...]
    offset: tuple[int, Interval]
    chance: float

    @property
    def best(self) -> tuple[tuple[int, int], Interval]:
        return self.heads[0]


def relation_figures(figures: Figures, heads: Sequence[tuple[int, int]]) -> list[RelationFigures]:
    """Every relation in both directions, the most frequent relation first, its better direction first."""
    found = []
    for each in figures.relations:
        n = int(each["n"])
        hits, offsets = np.asarray(each["hits"]), np.asarray(each["offset_hits"])
        order = np.argsort(-hits, kind="stable").tolist()
        best = int(offsets.argmax())
        found.append(
            RelationFigures(
                each["relation"],
                each["direction"],
                n,
                int(each["texts"]),
                tuple((heads[place], wilson(int(hits[place]), n)) for place in order),
                (OFFSETS[best], wilson(int(offsets[best]), n)),
                float(each["chance"]) / n if n else float("nan"),
            )
        )
    return sorted(found, key=lambda each: (-each.n, each.relation, -each.best[1].value))
