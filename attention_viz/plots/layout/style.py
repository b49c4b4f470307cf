"""Look: how a picture is drawn, apart from what it shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from matplotlib.colors import Colormap

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.filters import seen
from attention_viz.plots.layout.captions import Translate, tell
from attention_viz.plots.layout.palette import weights_map
from attention_viz.plots.layout.paper import Paper


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
    paper: Paper = field(default_factory=Paper)

    @property
    def font(self) -> str | None:
        """The font file that was asked for."""
        return self.paper.font_file

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
        """The attention with all that is not looked at at 0, see `filters.seen`."""
        return seen(attention, self.exclude, self.renormalise, self.pairs, self.threshold)
