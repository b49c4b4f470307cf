"""Scoring: the table of scores one can choose from, with formula and learned parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import torch
from torch import Tensor

from attention_viz.errors import InputError
from attention_viz.mechanism.scores import (
    ScoreFunction,
    additive_scores,
    concat_scores,
    cosine_scores,
    dot_scores,
    gaussian_scores,
    general_scores,
    scaled_dot_scores,
)
from attention_viz.mechanism.shapes import require_at_least


@dataclass(frozen=True)
class Scoring:
    """One row of the table.

    function : takes queries, keys and the learned parameters by name
    formula  : as TeX, for one query q and one key k
    learned  : name of each learned parameter and the names of its axes
    equal_widths : queries and keys must be equally wide
    """

    name: str
    function: Callable[..., Tensor]
    formula: str
    learned: Mapping[str, tuple[str, ...]]
    equal_widths: bool

    def draw(
        self, d_query: int, d_key: int, hidden: int, generator: torch.Generator, dtype: torch.dtype | None = None
    ) -> ScoreFunction:
        """A score of two arguments, its learned parameters drawn at random as an untrained layer would start.

        Raises InputError where the score needs equal widths and they are not.
        """
        return partial(self.function, **self.parameters(d_query, d_key, hidden, generator, dtype))

    def parameters(
        self, d_query: int, d_key: int, hidden: int, generator: torch.Generator, dtype: torch.dtype | None = None
    ) -> dict[str, Tensor]:
        """The learned parameters by name, each normal with variance 1 / (its last axis); none where none are learned."""
        if self.equal_widths and d_query != d_key:
            raise InputError(
                "The score {name} needs queries and keys of equal width; they are {d_query} and {d_key} wide.",
                name=self.name,
                d_query=d_query,
                d_key=d_key,
            )
        sizes = {"d_query": d_query, "d_key": d_key, "hidden": hidden, "both": d_query + d_key}
        for axis, size in sizes.items():
            require_at_least(axis, size)
        return {
            name: torch.randn([sizes[axis] for axis in axes], generator=generator, dtype=dtype) / sizes[axes[-1]] ** 0.5
            for name, axes in self.learned.items()
        }


SCORINGS: Mapping[str, Scoring] = MappingProxyType(
    {
        each.name: each
        for each in (
            Scoring("dot", dot_scores, r"q \cdot k", {}, True),
            Scoring("scaled_dot", scaled_dot_scores, r"\frac{q \cdot k}{\sqrt{d}}", {}, True),
            Scoring("general", general_scores, r"q^\top W k", {"matrix": ("d_query", "d_key")}, False),
            Scoring(
                "concat",
                concat_scores,
                r"v^\top \tanh(W [q ; k])",
                {"matrix": ("hidden", "both"), "vector": ("hidden",)},
                False,
            ),
            Scoring(
                "additive",
                additive_scores,
                r"v^\top \tanh(W q + U k)",
                {"query_matrix": ("hidden", "d_query"), "key_matrix": ("hidden", "d_key"), "vector": ("hidden",)},
                False,
            ),
            Scoring("cosine", cosine_scores, r"\frac{q \cdot k}{\lVert q \rVert \lVert k \rVert}", {}, True),
            Scoring("gaussian", gaussian_scores, r"-\frac{\lVert q - k \rVert^2}{2 \sigma^2}", {}, True),
        )
    }
)
"""Every scoring function by name, in the order of a lesson."""
