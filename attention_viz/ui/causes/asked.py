"""Asked: the model, the texts and the head that the page is about, and by what its results are known."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from attention_viz.attention import Tokens
from attention_viz.measures.strongest import strongest_link
from attention_viz.selection import Selection
from attention_viz.ui.session.pinned_link import Pinned, pin_pieces, pinned_pieces
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.work.caches import read, reading_key

if TYPE_CHECKING:
    from attention_viz.models import Model

AT_ONCE = 2_000
"""Tokens times layers up to which the visitor waits for a few passes; a larger text is a job."""


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of the model.

    text, other   : two texts of as many tokens; "" = there is no other yet
    given_second  : the second sentence of the page
    masked        : the tokens that a masked-word model is to guess, where some were chosen
    selection     : the layer, the head and the tokens that are looked at
    reading       : by what a reading of the text is known
    """

    model: Model
    text: str
    other: str
    given_second: str | None
    masked: tuple[int, ...]
    selection: Selection
    reading: Hashable

    @classmethod
    def of(cls, subject: Subject) -> Asked:
        look = subject.look()
        return cls(
            model=subject.model,
            text=subject.text_read,
            other=st.session_state["compare_text"],
            given_second=look.second,
            masked=look.masked if subject.model.task.kind == "mask" else (),
            selection=look,
            reading=reading_key(subject.model, subject.selection),
        )

    @property
    def compares(self) -> bool:
        """Whether the model reads texts apart, to compare their vectors."""
        return self.model.task.kind == "similarity"

    @property
    def second(self) -> str | None:
        """What the text is compared with, or read with: the second sentence, else of a model that compares, the other text."""
        if self.given_second is None and self.compares:
            return self.other or None
        return self.given_second

    @property
    def beside(self) -> str | None:
        """What is read in one go with the text."""
        return None if self.compares else self.given_second

    @cached_property
    def tokens(self) -> Tokens:
        """Of what is read in one go: the text, and what stands beside it."""
        return self.model.encode(self.text, self.beside).tokens

    @cached_property
    def weights(self) -> np.ndarray | None:
        """(query, key) of the head that is looked at, in what is read in one go; None of a long text."""
        if len(self.tokens) * self.model.n_layers > AT_ONCE:
            return None
        alone = self.selection.at(text=self.text, second=self.beside, part="")
        return read(self.model, alone).attention.weights(self.selection.layer, self.selection.head)

    @property
    def pinned(self) -> Pinned:
        """The query and the key that are pinned on every page."""
        return pinned_pieces(self.tokens, self.tokens)

    def pin(self, query: int | None, key: int | None) -> None:
        """Pin others there."""
        pin_pieces(self.tokens, self.tokens)(query, key)

    @property
    def other_read(self) -> str:
        """The other text; where only the beginning of the text is read, the beginning of this one, too."""
        if self.text == self.selection.text or self.compares:
            return self.other
        tokens = self.model.encode(self.other, self.beside, overlong="first").tokens
        return self.other[: max((stop for _, stop in tokens.spans), default=0)]

    @property
    def hides_tokens(self) -> bool:
        """Whether a masked-word model has no mask to guess, so that tokens are hidden from it."""
        return self.model.task.kind == "mask" and self.answered_at is None

    @property
    def about(self) -> tuple[Hashable, ...]:
        """All that the results about the text alone depend on."""
        return self.reading, self.second, self.masked

    @property
    def answered_at(self) -> int | None:
        """The token at which a masked-word model answers; None of another model."""
        if self.model.task.kind != "mask":
            return None
        mask = self.model.reader.tokenizer.mask_token
        hidden = [*self.masked, *(place for place, token in enumerate(self.tokens) if token == mask)]
        return hidden[0] if hidden else None

    @property
    def query(self) -> int:
        """The pinned query, else the token where the model answers, else that of the strongest link; of a long text the first."""
        pinned, _ = self.pinned
        if pinned is not None:
            return pinned
        if self.answered_at is not None:
            return self.answered_at
        if self.weights is None:
            return 0
        return strongest_link(self.weights, self.tokens.special, self.tokens.special, same=True)[0]
