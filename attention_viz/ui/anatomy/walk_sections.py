"""Walk sections: the steps of a head in their order, each with its words, for a reader who knows matrices and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.anatomy.followed_number import followed_line
from attention_viz.ui.anatomy.stages import VECTORS, Stage, part
from attention_viz.ui.anatomy.walk_pictures import WalkPictures
from attention_viz.ui.anatomy.walk_steps import checks_of, show_step
from attention_viz.ui.wording import paragraph, plain, say, tell

if TYPE_CHECKING:
    from attention_viz.models.anatomy import Anatomy


WHOLE = r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V"
"""Vaswani et al. 2017, arXiv 1706.03762, eq. 1."""


@dataclass
class WalkSections:
    """The steps of one head for one query, with one key followed. layer and head count from 0; stages : those that are there"""

    anatomy: Anatomy
    pictures: WalkPictures
    token: str
    layer: int
    head: int
    stages: tuple[Stage, ...]

    @property
    def key(self) -> str:
        return self.pictures.tokens[self.pictures.followed.key]

    def has(self, stage: str) -> bool:
        return any(each.name == stage for each in self.stages)

    def heading(self, stage: str) -> tuple[int, str]:
        """The number of a stage, from 1, and its title."""
        place = next(place for place, each in enumerate(self.stages) if each.name == stage)
        return place + 1, tell(self.stages[place].title)

    def followed(self, step: str) -> str:
        """What becomes of the followed number at a step, as HTML."""
        return followed_line(self.pictures.followed, self.anatomy.walk, step, self.key)

    @property
    def names(self) -> tuple[str, ...]:
        return self.anatomy.walk.names

    def notes(self, reason: Message | None) -> None:
        """What must be known before. reason : why the model's own numbers are not known"""
        if reason is not None:
            st.info(plain(paragraph(say("Nothing can be compared with the model's own numbers here."), tell(reason))))
        for gap in self.anatomy.gaps:
            st.caption(plain(tell(gap)))

    def about(self) -> None:
        """The formula of the whole, and what the marks mean."""
        st.latex(WHOLE)
        st.caption(
            plain(
                paragraph(
                    say(
                        "Vaswani et al. 2017, equation 1, worked out for one token, “{token}”, number by number.",
                        token=self.token,
                    ),
                    say(
                        "Q, K and V hold the queries, keys and values of all tokens, one token a row; step 2 makes them."
                    ),
                    say(
                        "✓ stands where the model keeps the number too: the largest difference from it is printed. Blue is below zero, orange above; the stronger the colour, the larger the number."
                    ),
                )
            )
        )
        if self.anatomy.exact > 1e-5:
            st.caption(
                plain(
                    say(
                        "This model computes with few digits: a step counts as equal within {exact} of its size.",
                        exact=self.anatomy.exact,
                    )
                )
            )

    def vectors(self) -> None:
        """Query, key and value."""
        formulas = [self.anatomy.walk[name].formula for name in VECTORS if name in self.names]
        words = [
            say(
                "Three matrices of this head turn each token's vector x into a query q (what it looks for), a key k (what it is found by) and a value v (what it hands over)."
            ),
            self._sizes(),
            say("Only the query of “{token}” is used here, and the keys and values of all tokens.", token=self.token),
            say("Framed here and in every stage: the key “{key}”.", key=self.key),
        ]
        called = {
            "normed_input": "x'",
            "straight_query": "q'",
            "query": "q",
            "straight_keys": "k'",
            "keys": "k",
            "values": "v",
        }
        pictures = [
            self.pictures.vector("normed_input", say("x', normalised")),
            self.pictures.vector("query", say("q, the query of “{token}”", token=self.token)),
            self.pictures.by_key("keys", say("k, the keys")),
            self.pictures.by_key("values", say("v, the values")),
        ]
        with part("vectors"):
            show_step(*self.heading("vectors"), formulas, words, checks_of(self.anatomy, called), pictures)

    def _sizes(self) -> str:
        if not {"input", "values"} <= set(self.names):
            return ""
        return say(
            "Each matrix has been learnt: {columns} numbers go in, {rows} come out.",
            columns=len(self.anatomy.walk["input"].numbers),
            rows=self.anatomy.walk["values"].numbers.shape[1],
        )
