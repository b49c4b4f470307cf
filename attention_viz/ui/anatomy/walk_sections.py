"""Walk sections: the steps of a head in their order, each with its words, for a reader who knows matrices and nothing else."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import Message
from attention_viz.ui.anatomy.walk_pictures import WalkPictures
from attention_viz.ui.anatomy.walk_steps import checks_of, show_step
from attention_viz.ui.wording import paragraph, plain, say, tell
from attention_viz.view.number_table import number

if TYPE_CHECKING:
    from attention_viz.models.anatomy import Anatomy


WHOLE = r"\mathrm{Attention}(Q, K, V) = \mathrm{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V"
"""Vaswani et al. 2017, arXiv 1706.03762, eq. 1."""


@dataclass
class WalkSections:
    """The steps of one head for one query, with one key followed. layer and head count from 0."""

    anatomy: Anatomy
    pictures: WalkPictures
    token: str
    layer: int
    head: int
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def key(self) -> str:
        return self.pictures.tokens[self.pictures.followed]

    @property
    def names(self) -> tuple[str, ...]:
        return self.anatomy.walk.names

    def opening(self, reason: Message | None) -> None:
        """The formula of the whole, and what the marks mean. reason : why the model's own numbers are not known"""
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
        if reason is not None:
            st.info(plain(paragraph(say("Nothing can be compared with the model's own numbers here."), tell(reason))))

    def vectors(self) -> None:
        """Query, key and value."""
        walk = self.anatomy.walk
        steps = ("normed_input", "straight_query", "query", "straight_keys", "keys", "values")
        formulas = [walk[name].formula for name in steps if name in self.names]
        if not formulas:
            return
        words = [
            say(
                "Three matrices of this head turn each token's vector x into a query q (what it looks for), a key k (what it is found by) and a value v (what it hands over)."
            ),
            self._sizes(),
            say("Only the query of “{token}” is used here, and the keys and values of all tokens.", token=self.token),
            say("Framed here and below: the key “{key}”.", key=self.key),
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
            self.pictures.vector(
                "input",
                say("x, the vector of “{token}” that enters layer {layer}", token=self.token, layer=self.layer + 1),
            ),
            self.pictures.vector("normed_input", say("x', normalised")),
            self.pictures.vector("query", say("q, the query of “{token}”", token=self.token)),
            self.pictures.by_key("keys", say("k, the keys")),
            self.pictures.by_key("values", say("v, the values")),
        ]
        show_step(
            next(self.numbers),
            say("Query, keys and values"),
            formulas,
            words,
            checks_of(self.anatomy, called),
            pictures,
        )

    def _sizes(self) -> str:
        if not {"input", "values"} <= set(self.names):
            return ""
        return say(
            "Each matrix has been learnt: {columns} numbers go in, {rows} come out.",
            columns=len(self.anatomy.walk["input"].numbers),
            rows=self.anatomy.walk["values"].numbers.shape[1],
        )

    def products(self) -> None:
        """The dot product with the followed key, dimension by dimension."""
        if "products" not in self.names:
            return
        found = self.anatomy.walk.contributions(self.pictures.followed)
        first, last = found[0], found[-1]
        words = [
            say(
                "How well does the key “{key}” answer the query of “{token}”? Multiply them number by number and add up.",
                key=self.key,
                token=self.token,
            ),
            say(
                "Dimension {first} adds most, {most}; dimension {last} least, {least}. Together: s = {score}.",
                first=first.dimension + 1,
                most=number(first.product),
                last=last.dimension + 1,
                least=number(last.product),
                score=number(float(self.anatomy.walk["scores"].numbers[self.pictures.followed])),
            ),
        ]
        formulas = [r"s_j = q \cdot k_j = \sum_i q_i \, k_{j,i}"]
        show_step(
            next(self.numbers), say("The dot product with one key"), formulas, words, "", [self.pictures.products()]
        )

    def context(self) -> None:
        """The weighted sum of the values."""
        if "context" not in self.names:
            return
        walk = self.anatomy.walk
        words = [
            say("Each value is multiplied with its weight: what is read strongly keeps its colour, the rest fades."),
            say("A large weight on a short value adds little, so the weights alone do not say what was read."),
            say("Added up, they are what this head has read for “{token}”.", token=self.token),
        ]
        pictures = [
            self.pictures.by_key("weighted_values", say("a v, the weighted values")),
            self.pictures.vector("context", say("c, their sum")),
        ]
        formulas = [walk["context"].formula]
        show_step(
            next(self.numbers),
            say("What is read"),
            formulas,
            words,
            checks_of(self.anatomy, {"context": "c"}),
            pictures,
        )

    def output(self) -> None:
        """All heads together, and back into the token's vector."""
        if "projected" not in self.names:
            return
        walk = self.anatomy.walk
        words = [
            say(
                "The {heads} heads of the layer stand side by side; framed: head {head}.",
                heads=self.anatomy.n_heads,
                head=self.head + 1,
            ),
            say("W_o mixes them into one vector as wide as the token's own."),
        ]
        pictures = [
            self.pictures.heads("concatenated"),
            self.pictures.vector("projected", say("o, the result of the attention")),
        ]
        checks = checks_of(self.anatomy, {"concatenated": "[c¹ ; c² ; …]", "projected": "o"})
        formulas = [walk["concatenated"].formula, walk["projected"].formula]
        show_step(next(self.numbers), say("All heads together"), formulas, words, checks, pictures)

    def residual(self) -> None:
        """The residual connection, and the normalisation where it follows at once."""
        if "residual" not in self.names:
            return
        walk = self.anatomy.walk
        words = [say("The result is added to the vector that came in: the token is changed, not replaced.")]
        formulas = [walk["residual"].formula]
        if "output" in self.names:
            formulas += [walk[name].formula for name in ("mean", "deviation", "normed", "output") if name in self.names]
            words.append(
                say(
                    "LayerNorm takes off the mean μ = {mean}, divides by the spread σ = {deviation}, and stretches and shifts each number by what the model has learnt (γ, β).",
                    mean=number(float(walk["mean"].numbers)),
                    deviation=number(float(walk["deviation"].numbers)),
                )
                if "mean" in self.names
                else say(
                    "RMSNorm divides by the spread σ = {deviation}.", deviation=number(float(walk["deviation"].numbers))
                )
            )
        words.append(say("What follows is a feed-forward network, for each token by itself; then the next layer."))
        pictures = [
            self.pictures.vector("input", say("x, what came in")),
            self.pictures.vector("projected", say("o, what the attention adds")),
            self.pictures.vector("residual", say("r, their sum")),
            self.pictures.vector(
                "output", say("y, normalised: what leaves the attention of layer {layer}", layer=self.layer + 1)
            ),
        ]
        checks = checks_of(self.anatomy, {"residual": "r", "output": "y"})
        show_step(next(self.numbers), say("Back into the token's vector"), formulas, words, checks, pictures)

    def gaps(self) -> None:
        """Why steps are missing."""
        for gap in self.anatomy.gaps:
            st.caption(plain(tell(gap)))
