"""Snippet: the Python code that makes the picture on the screen."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.cut_links import CutLink
from attention_viz.selection import Selection
from attention_viz.ui.explore.downloads import SCALE_IN_PRINT, drawn_in, mean_title

PLOTS = {
    "sentence": "plot_text",
    "head": "plot_head",
    "lines": "plot_lines",
    "text": "plot_text",
    "layer": "plot_heads",
}
"""What draws each view; the arcs of a sentence are on the screen alone."""


def show_snippet(attention: Attention, selection: Selection, links: Sequence[CutLink] = ()) -> None:
    """The script, with a button that copies it.

    Without the colours of syntax, whose contrast is too low; wrapped, since a keyboard cannot scroll it sideways.
    """
    st.code(snippet(attention, selection, links), language=None, wrap_lines=True)


def snippet(attention: Attention, selection: Selection, links: Sequence[CutLink] = ()) -> str:
    """A script that draws the same picture with the library, saves it and prints the same list. Layers and heads count from 0 in it.

    selection : with nothing that this attention lacks, see `view.look.within`
    links     : its cut links, between word pieces
    """
    texts = repr(selection.text) if selection.second is None else f"{selection.text!r}, {selection.second!r}"
    part = f"part={selection.part!r}, " if selection.part else ""
    lines = [
        "import attention_viz as av",
        "",
        f"model = av.load_model({selection.model!r})" if selection.model else "model = av.load_model()",
        f"attention = model.attend({texts}, {part}overlong={selection.overlong!r})",
        *_units(selection),
        *_place(attention, selection),
        "",
        _figure(attention, selection),
        'figure.savefig("attention.png")  # or .pdf, .svg',
        "",
        f"for top in av.top_attended(attention, layer, head, {_ranking(selection)}):",
        "    print(top.position + 1, top.token, round(top.weight, 4))",
        *_link(selection),
        *_cut(selection, links),
    ]
    return "\n".join(lines)


def _link(selection: Selection) -> list[str]:
    """The heads for what is pinned on both sides; a mean has no heads of its own to rank."""
    if not (selection.queries and selection.keys) or selection.is_mean:
        return []
    queries, keys = map(list, zip(*itertools.product(selection.queries, selection.keys), strict=True))
    direction = "".join(f", {each}" for each in _unusual(selection, "direction"))
    return [
        "",
        f"for link in av.rank_heads(attention, {queries}, {keys}{direction})[:5]:",
        "    print(link.layer + 1, link.head + 1, round(link.weight, 4), round(link.at_distance, 4))",
    ]


def _cut(selection: Selection, links: Sequence[CutLink]) -> list[str]:
    """What the model says without the links that are cut."""
    if not links:
        return []
    second = "" if selection.second is None else f", second={selection.second!r}"
    how = f"how={selection.cut_way!r}{second}"
    return [
        "",
        "from attention_viz import experiments",
        "",
        f"links = {list(links)}  # layer, head, query, key; None = every one",
        f"cut = experiments.cut(model, {selection.text!r}, links, {how})",
        "print(cut.loss, round(cut.before, 4), round(cut.after, 4))",
        "for place in cut.choices:",
        "    for choice in place.choices:",
        "        print(choice.text, round(choice.before, 4), round(choice.after, 4))",
    ]


def _units(selection: Selection) -> list[str]:
    if selection.units == "pieces":
        return []
    if selection.units == "words":
        return ["attention = av.merge_words(attention)"]
    return ["from attention_viz.words import segment_chinese", "attention = av.merge_words(attention, segment_chinese)"]


def _place(attention: Attention, selection: Selection) -> list[str]:
    """The head that is shown, or the mean of several."""
    if not selection.is_mean:
        place = f"layer {selection.layer + 1}, head {selection.head + 1}"
        return [f"layer, head = {selection.layer}, {selection.head}  # on the screen: {place}"]
    layer, head = selection.subject
    meant = [f"{name}={value}" for name, value in (("layer", layer), ("head", head)) if value is not None]
    return [
        f"attention = av.mean_heads({', '.join(['attention', *meant])})  # on the screen: {mean_title(attention, selection, str)}",
        "layer, head = 0, 0  # the mean is the only head",
    ]


def _figure(attention: Attention, selection: Selection) -> str:
    """The call that draws, with all that is not as usual."""
    place = "layer" if selection.view == "layer" else "layer, head"
    title = [f"title={mean_title(attention, selection, str)!r}"] if selection.is_mean else []
    chosen = _unusual(selection, *drawn_in(selection.view))
    return f"figure = av.{PLOTS[selection.view]}({', '.join(['attention', place, *_particular(selection), *chosen, *title])})"


def _particular(selection: Selection) -> list[str]:
    """What one plot calls otherwise: the other heads whose lines are drawn, and the scale of colours, which is the view's."""
    if selection.view != "lines":
        return [f"scale={SCALE_IN_PRINT[selection.scale]!r}"]
    return [f"beside={selection.kept!r}"] if selection.kept and not selection.is_mean else []


def _unusual(selection: Selection, *names: str) -> list[str]:
    """Fields that the library calls by the same names, as far as they are not as usual."""
    usual = Selection(
        renormalise=not selection.exclude and selection.renormalise
    )  # of nothing left out, nothing is scaled
    return [
        f"{name}={getattr(selection, name)!r}" for name in names if getattr(selection, name) != getattr(usual, name)
    ]


def _ranking(selection: Selection) -> str:
    return ", ".join([f"k={selection.k}", *_unusual(selection, "exclude", "renormalise", "queries", "pairs")])
