"""Style: how a figure is drawn, apart from what it shows; one value that each plot makes of its options and passes on.

A new option is a line in one of the dictionaries of types, and a field with its default in `Style`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypedDict, get_type_hints

from matplotlib.colors import Colormap
from matplotlib.figure import Figure

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.filters import seen
from attention_viz.palettes import Theme
from attention_viz.plots.layout.palette import weights_map
from attention_viz.plots.layout.paper import PAPER, Paper
from attention_viz.plots.layout.translation import Translate, translated
from attention_viz.plots.options import ScaleName, check_colours, check_filters, check_scale
from attention_viz.vocabulary import Exclusion, Pairs, Palette

P = ParamSpec("P")


class PlotOptions(TypedDict, total=False):
    """What every plot takes."""

    theme: Annotated[Theme, '"light" or "dark"']
    exclude: Annotated[Collection[Exclusion], 'kinds of keys that are left out, of "special" and "punctuation"']
    renormalise: Annotated[bool, "the weights on the other keys sum to 1 again, see filters.leave_out"]
    title: Annotated[str | None, "instead of the usual one"]
    translate: Annotated[Translate, "turns an English template into another language's, see plots.layout.translation"]
    paper: Annotated[Paper, "its width, numbers in the cells and its font, see `Paper`"]


class FilterOptions(PlotOptions, total=False):
    """What plots of single weights take too."""

    pairs: Annotated[
        Pairs,
        'of a pair of texts, "AB" shows only what the first reads in the second; likewise "AA", "BA", "BB"',
    ]
    threshold: Annotated[float, "weights below it, from 0 to 1, are not shown"]


class ColourOptions(FilterOptions, total=False):
    """What plots take in which colours are weights."""

    scale: Annotated[
        ScaleName,
        'colours from 0 to 1 ("unit") or to the highest weight shown ("peak"); by the square root "root" and "root_peak"',
    ]
    palette: Annotated[Palette, '"blue", or "grey" for print without colours']


@dataclass(frozen=True)
class Style:
    """How one figure is drawn. Raises SelectionError for a value that there is not."""

    theme: Theme = "light"
    exclude: Collection[Exclusion] = ()
    renormalise: bool = False
    title: str | None = None
    translate: Translate = str
    paper: Paper = PAPER
    pairs: Pairs = "all"
    threshold: float = 0.0
    scale: ScaleName = "unit"
    palette: Palette = "blue"

    def __post_init__(self) -> None:
        check_scale(self.scale)
        check_colours(self.theme, self.palette)
        check_filters(self.exclude, self.pairs, self.threshold)

    @property
    def font(self) -> str | None:
        """The font file that was asked for."""
        return self.paper.font_file

    @property
    def colours(self) -> Colormap:
        """Which colour has which weight."""
        return weights_map(self.theme, self.palette)

    def say(self, message: Message) -> str:
        return translated(message, self.translate)

    def heading(self, usual: Message) -> str:
        """The title that was asked for, else the usual one."""
        return self.say(usual) if self.title is None else self.title

    def seen(self, attention: Attention) -> Attention:
        """The attention with the weights that the filters take away at 0, see `filters.seen`."""
        return seen(attention, self.exclude, self.renormalise, self.pairs, self.threshold)


def takes(options: type, **defaults: Any) -> Callable[[Callable[P, Figure]], Callable[P, Figure]]:
    """Gives a plot these options: its signature and docstring list them, and a call with others raises TypeError.

    options  : one of the dictionaries of types above, that of the plot's **options
    defaults : where they are not those of `Style`
    """

    def decorate(plot: Callable[P, Figure]) -> Callable[P, Figure]:
        signature = _signature(plot, options, defaults)

        @wraps(plot)
        def with_options(*args: P.args, **kwargs: P.kwargs) -> Figure:
            signature.bind(*args, **kwargs)
            for name, value in defaults.items():
                kwargs.setdefault(name, value)
            return plot(*args, **kwargs)

        vars(with_options)["__signature__"] = signature
        with_options.__doc__ = "\n".join([inspect.cleandoc(plot.__doc__ or ""), "", *_described(options)])
        return with_options

    return decorate


def _signature(plot: Callable[..., Figure], options: type, defaults: dict[str, Any]) -> inspect.Signature:
    """That of the plot with each option in the place of **options."""
    found = inspect.signature(plot)
    own = [each for each in found.parameters.values() if each.kind is not each.VAR_KEYWORD]
    usual = vars(Style()) | defaults
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=usual[name], annotation=kind)
        for name, kind in get_type_hints(options).items()
    ]
    return found.replace(parameters=[*own, *shared])


def _described(options: type) -> Iterator[str]:
    hints = get_type_hints(options, include_extras=True)
    return (f"{name} : {kind.__metadata__[0]}" for name, kind in hints.items())
