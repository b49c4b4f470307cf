"""Hits: how often a head's strongest link from a word is the one that is expected.

Clark et al. 2019 (arXiv 1906.04341), section 4.2, and the code released with it: attention to a word is the sum over its
pieces, from a word the mean; special tokens and the word itself are left out; then the word that is read most counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from attention_viz.corpus.relations.words import Asked, Words

OFFSETS = (-3, -2, -1, 0, 1, 2, 3)
"""Distances of the baselines that always read the word at one distance; beyond an end, the last word."""

FORWARD, BACKWARD = "forward", "backward"
DIRECTIONS = (FORWARD, BACKWARD)
"""Forward: the word that the row's word reads most. Backward: the word that reads the row's word most."""


@dataclass(frozen=True, eq=False)
class Hits:
    """One relation of one text in one direction.

    n       : links that are expected
    heads   : (head,) of these, those that each head has as its strongest; offsets: (offset,) those of each baseline
    chance  : how many a head would have that reads any other word with the same probability
    """

    relation: str
    direction: str
    n: int
    heads: np.ndarray
    offsets: np.ndarray
    chance: float


def hits(found: np.ndarray, words: Words, asked: Sequence[Asked]) -> list[Hits]:
    """How often each head, and each baseline, is right.

    found : (direction, head, word) as `WordReads` finds it
    """
    last = len(words.kept) - 1
    each_hits = []
    for each in asked:
        links = np.arange(len(each.rows))
        offsets = np.array([each.targets[links, np.clip(each.rows + by, 0, last)].sum() for by in OFFSETS])
        chance = float((each.targets.sum(axis=1) / max(1, last)).sum())
        for direction, reads in zip(DIRECTIONS, found, strict=True):
            right = each.targets[links, reads[:, each.rows]].sum(axis=1)  # (head,)
            each_hits.append(Hits(each.name, direction, len(links), right, offsets, chance))
    return each_hits
