"""Followed: one number on its way from the dot product with a key to the block's output."""

from __future__ import annotations

from dataclasses import dataclass

from attention_viz.mechanism import Walkthrough
from attention_viz.models.anatomy.head_anatomy import Anatomy

OF_EACH_KEY = ("scores", "scaled", "added", "masked", "shifted", "exponentials", "weights")
OF_THE_TOKEN = ("projected", "residual", "output")


@dataclass(frozen=True)
class Followed:
    """Where one number stands at each step. Wherever a step makes many of one, the largest part of it is followed.

    key              : whose score and weight are followed
    dimension        : of query and key: their largest product; None where they are not known
    value_dimension  : of the context: where the value of the key is largest in size; None where it is not known
    place            : the same number among those of all heads
    output_dimension : of the vectors d_model wide: to which W_o takes most of that number, in size; None where it is not known
    share            : of that number of o, what W_o takes from the followed number of the context
    """

    key: int
    dimension: int | None = None
    value_dimension: int | None = None
    place: int | None = None
    output_dimension: int | None = None
    share: float | None = None

    def index(self, step: str) -> int | None:
        """At which index of a step's numbers the followed one stands; of a step with one row for each key, in the key's row."""
        if step in OF_EACH_KEY:
            return self.key
        if step in OF_THE_TOKEN or step == "input":
            return self.output_dimension
        return {
            "query": self.dimension,
            "keys": self.dimension,
            "values": self.value_dimension,
            "weighted_values": self.value_dimension,
            "context": self.value_dimension,
            "concatenated": self.place,
        }.get(step)

    def number(self, walk: Walkthrough, step: str) -> float | None:
        """The followed number of a step; None where the walk has no such step, or none of its numbers is followed."""
        index = self.index(step)
        if index is None or step not in walk.names:
            return None
        numbers = walk[step].numbers
        return float(numbers[index] if numbers.ndim == 1 else numbers[self.key, index])


def follow(anatomy: Anatomy, head: int, key: int) -> Followed:
    """Which number does the reader follow from this key's score to the output? head, key : count from 0"""
    walk = anatomy.walk
    dimension = int(walk["order"].numbers[key, 0]) if "order" in walk.names else None
    if "context" not in walk.names:
        return Followed(key, dimension)
    value = walk["values"].numbers[key]
    value_dimension = int(value.abs().argmax())
    place = head * len(value) + value_dimension
    if anatomy.output_map is None:
        return Followed(key, dimension, value_dimension, place)
    column = anatomy.output_map[:, place]
    output_dimension = int(column.abs().argmax())
    share = float(column[output_dimension] * walk["context"].numbers[value_dimension])
    return Followed(key, dimension, value_dimension, place, output_dimension, share)
