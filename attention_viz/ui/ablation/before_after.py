"""Before and after: the model's predictions with every head on, beside those without the heads switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.widgets import answer_tables
from attention_viz.ui.wording import plain, say
from attention_viz.view.number_table import number_table

if TYPE_CHECKING:
    from attention_viz.experiments import Ablation


def show_answer(found: Ablation) -> None:
    """The model's words, classes or labels at each place, or its one number: before, after, and the change; while
    every head is on, as it is."""
    on = (say("every head on"),)
    if found.heads:
        answer_tables.show_answer(found, (*on, say("without them"), say("change")))
    elif answer_tables.says_something(found):
        answer_tables.show_answer(found, on)


def show_layer_shifts(found: Ablation) -> None:
    """How far every token's vector moved, layer by layer."""
    shifts = found.state_shifts
    st.html(
        number_table(
            shifts,
            name=say("How far each token's vector moved, layer by layer"),
            rows=[say("Layer {layer}", layer=layer + 1) for layer in range(len(shifts))],
            columns=found.tokens.labels,
            colours="weights",
            largest=float(shifts.max()) or 1.0,
        )
    )
    st.caption(
        plain(say("How far a token's vector moved, as a share of its length before: 1 means as far as it was long."))
    )
