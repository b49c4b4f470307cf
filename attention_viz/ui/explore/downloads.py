"""Downloads: the picture for a paper, the weights for further work. Made when asked for, not before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from attention_viz import export
from attention_viz.attention import Attention
from attention_viz.means import mean_heads, members
from attention_viz.selection import Selection, options
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import catalogue, language, say, view_labels
from attention_viz.ui.work.throttle import throttle_download
from attention_viz.view import plan
from attention_viz.view.labels import LABELS
from attention_viz.view.show import show
from attention_viz.vocabulary import View

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCALE_IN_PRINT = {"unit": "root", "peak": "root_peak"}
"""The view colours by the square root, so that faint weights are seen; a figure says so."""
WIDTHS = (None, "column", "page")
"""Those of `plots.Paper`; None = as wide as the picture needs."""
PICTURES = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}


def offer_downloads(attention: Attention, selection: Selection) -> None:
    """Buttons for the picture as PNG, SVG and PDF, the weights as CSV and NPZ, and the view as a page.

    selection : with nothing that this attention lacks, see `view.look.within`
    """
    st.caption(_about_picture(selection))
    paper = _paper(selection)
    for column, (kind, mime) in zip(st.columns(3), PICTURES.items(), strict=True):
        with column:
            make = _picture(attention, selection, kind, paper)
            _button(kind.upper(), make, export.file_name(attention, selection, kind), mime)
    st.caption(
        say(
            "All weights, nothing left out: CSV holds this head, this mean or this layer, NPZ every head; both with tokens and model."
        )
    )
    csv, npz, _ = st.columns(3)
    with csv:
        _button("CSV", _table(attention, selection), export.file_name(attention, selection, "csv"), "text/csv")
    with npz:
        _button(
            "NPZ",
            lambda: export.weights_npz(attention, selection),
            export.file_name(attention, selection, "npz"),
            "application/zip",
        )
    st.caption(_about_page(attention))
    page, _, _ = st.columns(3)
    with page:
        _button("HTML", _page(attention, selection), export.file_name(attention, selection, "html"), "text/html")


def _about_picture(selection: Selection) -> str:
    """What is drawn for print: what the screen shows."""
    place = {"layer": selection.layer + 1, "head": selection.head + 1}
    if selection.view == "layer":
        return say("All heads of layer {layer}, drawn for print:", layer=selection.layer + 1)
    if selection.view == "sentence":
        if selection.is_mean:
            return say("The text coloured by this mean, drawn for print; arcs are on the screen alone:")
        return say(
            "The text coloured by layer {layer}, head {head}, drawn for print; arcs are on the screen alone:", **place
        )
    if selection.view == "text":
        if selection.is_mean:
            return say("The text coloured by this mean, drawn for print:")
        return say("The text coloured by layer {layer}, head {head}, drawn for print:", **place)
    if selection.view == "head":
        if selection.is_mean:
            return say("The heatmap of this mean, drawn for print:")
        return say("The heatmap of layer {layer}, head {head}, drawn for print:", **place)
    if selection.is_mean:
        return say("The lines of this mean, drawn for print:")
    if len(selection.lined) > 1:
        return say("The lines of {n} heads, drawn for print:", n=len(selection.lined))
    return say("The lines of layer {layer}, head {head}, drawn for print:", **place)


def _paper(selection: Selection) -> dict[str, Any]:
    """The fields of `plots.Paper` as they are chosen: how wide, and with numbers where cells are drawn."""
    wide, filled = st.columns(2, vertical_alignment="bottom")
    with wide:
        width = st.selectbox(
            say("Width in print"), WIDTHS, format_func=_name_of_width, **chosen_as("print_width", WIDTHS, shows="index")
        )
    if selection.view not in ("head", "layer"):
        return {"width": width}
    with filled:
        return {
            "width": width,
            "numbers": st.checkbox(say("Numbers in the cells"), **chosen_as("print_numbers", usual=False)),
        }


def _name_of_width(width: str | None) -> str:
    match width:
        case "column":
            return say("one column, {inches} inches", inches=3.35)
        case "page":
            return say("two columns, {inches} inches", inches=7)
    return say("as wide as the picture needs")


def _about_page(attention: Attention) -> str:
    """What the page without a server holds."""
    match plan.carried_whole(attention):
        case "root16":
            return say("This view as one page that needs no server, with every weight to four digits:")
        case "root8":
            return say(
                "This view as one page that needs no server; of heads other than this one, weights to two digits:"
            )
    return say(
        "This view as one page that needs no server. The text is too long to be carried whole: the page holds groups of tokens, and says so. Making it can take a minute:"
    )


def _button(label: str, make: Callable[[], bytes], name: str, mime: str) -> None:
    def make_in_turn() -> bytes:
        with throttle_download():
            return make()

    st.download_button(label, make_in_turn, name, mime, key=f"download-{label}", on_click="ignore", width="stretch")


def _picture(attention: Attention, selection: Selection, kind: str, paper: dict[str, Any]) -> Callable[[], bytes]:
    translate = catalogue(language()).gettext  # the button is pressed outside the session's run
    about = export.facts(attention, selection)
    return lambda: export.picture(figure(attention, selection, translate, **paper), kind, about)


def _page(attention: Attention, selection: Selection) -> Callable[[], bytes]:
    labels = view_labels(language())  # the button is pressed outside the run
    tag = "zh-CN" if language() == "zh" else "en"
    return lambda: show(attention, selection=selection, labels=labels, language=tag).html.encode()


def _table(attention: Attention, selection: Selection) -> Callable[[], bytes]:
    if selection.is_mean:
        return lambda: export.mean_csv(attention, selection)
    head = selection.head if selection.view != "layer" else None
    return lambda: export.weights_csv(attention, selection, layer=selection.layer, head=head)


def figure(attention: Attention, selection: Selection, translate: Callable[[str], str], **paper: Any) -> Figure:
    """The matplotlib figure of what is on the screen. paper : fields of `plots.Paper`"""
    from attention_viz import plots  # drawing for print loads 700 modules, which most visitors never need

    shared: dict[str, Any] = {name: getattr(selection, name) for name in drawn_in(selection.view)}
    shared |= {"translate": translate, "paper": plots.Paper(**paper)}
    if selection.view != "lines":
        shared["scale"] = SCALE_IN_PRINT[selection.scale]
    if selection.view == "layer":
        return plots.plot_heads(attention, selection.layer, **shared)
    layer, head, kept = selection.layer, selection.head, selection.kept
    if selection.is_mean:
        shared["title"] = mean_title(attention, selection, translate)
        attention = mean_heads(attention, *selection.subject)
        layer, head, kept = 0, 0, ()
    if selection.view == "lines":
        return plots.plot_lines(attention, layer, head, beside=kept, **shared)
    plot = plots.plot_head if selection.view == "head" else plots.plot_text
    return plot(attention, layer, head, **shared)


def drawn_in(view: View) -> list[str]:
    """The options that the plot of a view takes by the same names."""
    return [name for name, option in options().items() if view in option.drawn]


def mean_title(attention: Attention, selection: Selection, translate: Callable[[str], str]) -> str:
    """What stands above the mean that is shown."""
    n = len(members(attention, *selection.subject))
    words = translate(LABELS[f"mean_{selection.average}"])
    return words.format(layer=selection.layer + 1, head=selection.head + 1, n=n)
