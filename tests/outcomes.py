"""Outcomes: of inputs that may be anything, how many were taken and how many refused with a sentence of ours.

A claim that lets refusals pass also says how many may be: else it would hold of a program that refuses everything.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from attention_viz.errors import AttentionVizError


@dataclass
class Outcomes:
    taken: int = 0
    refused: int = 0

    @contextmanager
    def count(self, refusal: type[AttentionVizError] = AttentionVizError) -> Iterator[None]:
        """One input: taken where the block ends, refused where it raises such a sentence."""
        try:
            yield
        except refusal:
            self.refused += 1
        else:
            self.taken += 1

    @property
    def share(self) -> float:
        """How many were taken, of all: 0 to 1."""
        return self.taken / (self.taken + self.refused)


@contextmanager
def refused_only_where(allowed: bool, refusal: type[AttentionVizError] = AttentionVizError) -> Iterator[None]:
    """A block that may raise such a sentence where that is allowed, and nowhere else."""
    try:
        yield
    except refusal:
        if not allowed:
            raise
