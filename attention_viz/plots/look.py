"""Look: how a picture is drawn, apart from what it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import Colormap

from attention_viz.attention import Attention, Source
from attention_viz.errors import Message
from attention_viz.filters import kept, leave_out, of_pair
from attention_viz.plots.palette import weights_map
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
    palette: str = "blue"
    pairs: str = "all"
    threshold: float = 0.0

    @property
    def colours(self) -> Colormap:
        """Which colour has which weight. Raises SelectionError for an unknown theme or palette."""
        return weights_map(self.theme, self.palette)

    def say(self, message: Message) -> str:
        return tell(message, self.translate)

    def heading(self, usual: Message) -> str:
        """The title that was asked for, else the usual one."""
        return self.say(usual) if self.title is None else self.title

    def seen(self, attention: Attention) -> Attention:
        """The attention with all that is not looked at at 0. Raises SelectionError for an unknown kind or direction."""
        keep = kept(attention.key_tokens, self.exclude)
        reads, read = of_pair(attention, self.pairs)
        if keep.all() and reads.all() and read.all() and self.threshold == 0:
            return attention
        return attention.with_source(
            lambda source: SeenSource(source, keep, self.renormalise, reads, read, self.threshold),
            attention.query_tokens,
            attention.key_tokens,
        )


@dataclass(frozen=True)
class SeenSource:
    """Tiles of another source with weights set to 0: first those of some keys, which may leave the others to sum to 1 again,
    then those of the other directions of a pair, then the faint ones.

    keep  : (key,) bool, keys that are not left out
    reads, read : (query,) and (key,) bool, the two sides of the direction that is looked at
    """

    whole: Source
    keep: np.ndarray
    renormalise: bool
    reads: np.ndarray
    read: np.ndarray
    threshold: float

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
        weights = leave_out(everything, self.keep, self.renormalise)[:, keys] * self.read[keys]
        weights[~self.reads[queries]] = 0
        weights[weights < self.threshold] = 0
        return weights
