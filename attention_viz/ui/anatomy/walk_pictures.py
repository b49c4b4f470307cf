"""Walk pictures: the numbers of each step as matrices, the followed key framed in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from attention_viz.ui.anatomy.stages import COLUMNS
from attention_viz.ui.wording import say
from attention_viz.view.number_table import number_table
from attention_viz.view.shades import Colours

if TYPE_CHECKING:
    from torch import Tensor

    from attention_viz.models.anatomy import Anatomy, Followed

MOST_KEYS = 24
"""Keys that are drawn; of more, those with the largest weights."""
MOST_NUMBERS = 1024
"""Numbers of a vector that are drawn."""
AXES = {"d_model": "d_model", "d_head": "d_head"}


@dataclass(frozen=True)
class WalkPictures:
    """The steps of one anatomy as HTML.

    tokens : of the keys; followed : what is framed; head : the row that is framed among all heads
    """

    anatomy: Anatomy
    tokens: Sequence[str]
    followed: Followed
    head: int

    @property
    def shown(self) -> tuple[int, ...]:
        """Which keys are drawn."""
        return self.anatomy.nearest(MOST_KEYS, self.followed.key)

    @property
    def labels(self) -> list[str]:
        return [f"{key + 1} {self.tokens[key]}" for key in self.shown]

    @property
    def row(self) -> int:
        """Where the followed key stands among those that are drawn."""
        return self.shown.index(self.followed.key)

    @property
    def columns(self) -> list[str]:
        """The steps from dot product to weight that the table of all keys shows."""
        return [name for added in COLUMNS.values() for name in added if name in self.anatomy.walk.names]

    def vector(self, name: str, called: str, framed: bool = True, numbers: bool = True) -> str:
        """One vector as a strip; "" where the walk has no such step. framed : its followed number; numbers : a click shows them"""
        if name not in self.anatomy.walk.names:
            return ""
        step = self.anatomy.walk[name]
        place = self.followed.index(name) if framed else None
        return strip(step.numbers, called, f"{len(step.numbers)} · {step.axes[0]}", place, numbers)

    def by_key(self, name: str, called: str) -> str:
        """One vector for each key: keys down, dimensions across; "" where the walk has no such step."""
        if name not in self.anatomy.walk.names:
            return ""
        numbers = self.anatomy.walk[name].numbers
        shape = say("{keys} × {width} · key × d_head", keys=numbers.shape[0], width=numbers.shape[1])
        return number_table(
            numbers[list(self.shown)].numpy(),
            name=called,
            shape=shape,
            rows=self.labels,
            row=self.row,
            column=self.followed.index(name),
            on_demand=say("Numbers"),
        )

    def products(self) -> str:
        """The followed key's products, largest first: query, key and product of each dimension."""
        found = self.anatomy.walk.contributions(self.followed.key)
        return number_table(
            [[each.query for each in found], [each.key for each in found], [each.product for each in found]],
            name=say("Dimension by dimension, the largest product first"),
            shape=say("3 × {width}", width=len(found)),
            rows=["q", "k", "q × k"],
            columns=[str(each.dimension + 1) for each in found],
            column=0,
            on_demand=say("Numbers"),
        )

    def softmax(self) -> str:
        """What becomes of each key's score, from the dot product to the weight."""
        walk = self.anatomy.walk
        called = {
            "scores": "q · k",
            "scaled": "z",
            "added": "z + b",
            "masked": say("masked"),
            "shifted": "z − m",
            "exponentials": "exp",
            "weights": say("weight a"),
        }
        columns = [walk[name].numbers[list(self.shown)].tolist() for name in self.columns]
        colours: list[Colours] = [
            "weights" if name in ("exponentials", "weights") else "signed" for name in self.columns
        ]
        return number_table(
            [list(line) for line in zip(*columns, strict=True)],
            name=say("Every key, step by step"),
            shape=say("{keys} keys", keys=len(self.tokens)),
            rows=self.labels,
            columns=[called[name] for name in self.columns],
            colours=colours,
            numbers=True,
            row=self.row,
        )

    def heads(self, name: str) -> str:
        """A vector that all heads made together, one head a row."""
        numbers = self.anatomy.walk[name].numbers.reshape(self.anatomy.n_heads, -1)
        shape = say("{heads} heads × {width} = {all}", heads=len(numbers), width=numbers.shape[1], all=numbers.numel())
        return number_table(
            numbers.numpy(),
            name=say("All heads of the layer, side by side"),
            shape=shape,
            rows=[str(head + 1) for head in range(len(numbers))],
            row=self.head,
            column=self.followed.value_dimension,
            on_demand=say("Numbers"),
        )


def strip(numbers: Tensor, called: str, shape: str, framed: int | None = None, on_demand: bool = True) -> str:
    """A vector as one row of cells; a click shows its numbers. framed : the place of one of them"""
    drawn = numbers[:MOST_NUMBERS]
    cut = "" if len(drawn) == len(numbers) else say(" · the first {n} are drawn", n=MOST_NUMBERS)
    return number_table(
        drawn.numpy(),
        name=called,
        shape=shape + cut,
        column=framed if framed is not None and framed < len(drawn) else None,
        on_demand=say("Numbers") if on_demand else "",
    )
