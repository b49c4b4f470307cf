"""Look: how a picture is drawn, apart from what it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from attention_viz.attention import Attention, Source
from attention_viz.errors import Message
from attention_viz.filters import kept, leave_out
from attention_viz.plots.wording import Translate, tell


@dataclass(frozen=True)
class Look:
    """The options that all plots share; `plot_head` explains them."""

    scale: str = "unit"
    theme: str = "light"
    exclude: Collection[str] = ()
    renormalise: bool = False
    title: str | None = None
    translate: Translate = str

    def say(self, message: Message) -> str:
        return tell(message, self.translate)

    def heading(self, usual: Message) -> str:
        """The title that was asked for, else the usual one."""
        return self.say(usual) if self.title is None else self.title

    def seen(self, attention: Attention) -> Attention:
        """The attention with the excluded keys at 0. Raises SelectionError for an unknown kind."""
        keep = kept(attention.key_tokens, self.exclude)
        if keep.all():
            return attention
        return attention.with_source(
            lambda source: LeftOutSource(source, keep, self.renormalise), attention.query_tokens, attention.key_tokens
        )


@dataclass(frozen=True)
class LeftOutSource:
    """Tiles of another source with some keys' weights set to 0. keep : (key,) bool"""

    whole: Source
    keep: np.ndarray
    renormalise: bool

    @property
    def name(self) -> str:
        return self.whole.name

    @property
    def heads(self) -> tuple[int, ...]:
        return self.whole.heads

    @property
    def nbytes(self) -> int:
        return self.whole.nbytes

    def tile(self, layer: int, head: int, queries: slice, keys: slice) -> np.ndarray:
        everything = self.whole.tile(layer, head, queries, slice(0, len(self.keep)))  # a row's sum needs all its keys
        return leave_out(everything, self.keep, self.renormalise)[:, keys]
