"""Ranking: how to read a comparison, and which heads or layers changed most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from attention_viz.measures import ranked_changes
from attention_viz.measures.changes import HeadChange
from attention_viz.measures.sides import layer_changes, ranked_against
from attention_viz.ui.compare.comparison import Comparison, Side
from attention_viz.ui.session import state
from attention_viz.ui.widgets.boards import show_ranking
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import paragraph, plain, say
from attention_viz.ui.work.results import result

AT_ONCE = 20_000_000
"""Weights of all heads up to which the visitor waits for the ranking."""


def changed_most(found: Comparison) -> str:
    """The one link that changed most, in a sentence."""
    link = found.changed
    if link is None:
        return say("Nothing changed: all links between the tokens that both sides have weigh the same.")
    return say(
        "What changed most: “{query}” reads “{key}” with {before} on the left, with {after} on the right.",
        query=link.query,
        key=link.key,
        before=f"{link.before:.2f}",
        after=f"{link.after:.2f}",
    )


def how_to_read(kind: str, found: Comparison) -> str:
    """One sentence on the pictures, one on tokens that only one side has, one caveat."""
    picture = say(
        "Query down, key across; in the middle the second map minus the first: orange where the second gives more attention, blue where it gives less. Rank correlation of the two maps: {likeness}.",
        likeness=f"{found.correlation:.2f}",
    )
    alone = say(
        "Hatched: tokens that only one side has ({first} of the first, {second} of the second); they are not compared.",
        first=found.unpaired[0],
        second=found.unpaired[1],
    )
    caveats = {
        "texts": say("A head that reads two texts differently need not matter for what the model says of them."),
        "heads": say("Two heads that read alike can still do different things with what they read."),
        "layers": say("The mean over the heads of a layer is flatter than its heads: single heads can differ more."),
        "models": say("The same number does not mean the same head, unless one model was trained on from the other."),
    }
    return paragraph(picture, alone if any(found.unpaired) else "", caveats[kind])


def show_ranked_changes(kind: str, one: Side, other: Side) -> None:
    """The heads, or the layers, by how much they changed; a click chooses one. Raises InputError where there is no ranking."""
    if kind == "layers":
        _show_layers(one)
        return
    ranked = _ranked(kind, one, other)
    if ranked is None:
        return
    if kind == "heads":
        caption = say("Heads that read most differently from {head}", head=one.name)
        show_ranking(changes_by_head(ranked), (other.layer, other.head or 0), caption, "ranking", _choose_other)
    else:
        show_ranking(
            changes_by_head(ranked),
            (one.layer, one.head or 0),
            say("Heads that changed most"),
            "ranking",
            state.choose_head,
        )
    st.caption(
        plain(
            say(
                "The share of the attention that went elsewhere: half the sum of the differences of a row, mean over the rows; 0 = all the same, 1 = nothing in common. Click a head to see it."
            )
        )
    )


def changes_by_head(ranked: Sequence[HeadChange]) -> np.ndarray:
    """How much each head changed: (layer, head), NaN where there is no head."""
    values = np.full((1 + max(each.layer for each in ranked), 1 + max(each.head for each in ranked)), np.nan)
    for each in ranked:
        values[each.layer, each.head] = each.change
    return values


def _ranked(kind: str, one: Side, other: Side) -> Sequence[HeadChange] | None:
    attention = one.attention
    quick = attention.shape[0] * attention.shape[1] * sum(attention.source.heads) <= AT_ONCE
    doing = say("Comparing every head")
    if kind == "heads":
        about = (one.key, one.layer, one.head)
        return result(
            "ranking", about, lambda _: ranked_against(attention, one.layer, one.head or 0), doing=doing, quick=quick
        )
    return result(
        "ranking", (one.key, other.key), lambda _: ranked_changes(attention, other.attention), doing=doing, quick=quick
    )


def _show_layers(one: Side) -> None:
    found: np.ndarray | None = result(
        "layers",
        (one.key, one.layer),
        lambda _: layer_changes(one.attention, one.layer),
        doing=say("Comparing every layer"),
        quick=True,
    )
    if found is None:
        return
    rows = [
        (say("Layer {layer}", layer=layer + 1), float(found[layer]))
        for layer in np.argsort(-found)
        if not np.isnan(found[layer])
    ]
    heads = (say("layer"), say("share of the attention that goes elsewhere"))
    st.html(table(say("Layers that read most differently from {layer}", layer=one.name), heads, rows, bar=1))


def _choose_other(layer: int, head: int) -> None:
    st.session_state.update(compare_layer=layer, compare_head=head)
