"""The list of the tokens that a head reads most, beside the picture."""

from __future__ import annotations

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.filters import removed_share, top_attended
from attention_viz.selection import Selection
from attention_viz.ui.drawer import drawer
from attention_viz.ui.pickers import pick_ranking
from attention_viz.ui.tables import table
from attention_viz.ui.wording import plain, say


def show_ranking(attention: Attention, selection: Selection) -> None:
    """The k most attended tokens of the head, and the share that was left out."""
    with st.container(key="ranking"):
        st.html(_table(attention, selection))
        st.caption(plain(_explanation(attention, selection)))
        drawer(say("List options"), "list-options", pick_ranking)


def _table(attention: Attention, selection: Selection) -> str:
    tops = top_attended(
        attention, selection.layer, selection.head, selection.k, selection.exclude, selection.renormalise
    )
    return table(
        say("Top attended tokens"),
        (say("position"), say("token"), say("weight")),
        [(top.position + 1, top.token, top.weight) for top in tops],
        tokens=(1,),
        bar=2,
    )


def _explanation(attention: Attention, selection: Selection) -> str:
    parts = [say("Weight: mean over all queries, so the whole list sums to 1.")]
    if selection.exclude:
        share = removed_share(attention, selection.layer, selection.head, selection.exclude)
        parts.append(say("Left out: {share} of this head's attention.", share=f"{share:.1%}"))
        if selection.renormalise:
            parts.append(say("What is left was renormalised: each query's remaining weights sum to 1 again."))
    return " ".join(parts)
