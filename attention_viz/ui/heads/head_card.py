"""Head card: what the chosen head does, in one sentence and in all its numbers."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from attention_viz import export
from attention_viz.attention import Attention
from attention_viz.selection import Selection
from attention_viz.ui.all_heads.head_measures import HeadMeasures
from attention_viz.ui.all_heads.head_table import MEASURES, PATTERNS
from attention_viz.ui.widgets.tables import table
from attention_viz.ui.wording import plain, say, tell


def row_of(measured: HeadMeasures, selection: Selection) -> int:
    """The row of the head that is looked at."""
    heads = measured.table
    return int(np.flatnonzero((heads.layers == selection.layer) & (heads.heads == selection.head))[0])


def show_card(measured: HeadMeasures, row: int) -> None:
    """Layer and head, the pattern, and the rule with the numbers that fired it."""
    heads, label = measured.table, measured.labels[row]
    title = say(
        "Layer {layer}, head {head}: {pattern}",
        layer=int(heads.layers[row]) + 1,
        head=int(heads.heads[row]) + 1,
        pattern=tell(label.short or PATTERNS[label.name]),
    )
    st.markdown(f"**{plain(title)}**  \n{plain(tell(label.message))}")


def offer_table(measured: HeadMeasures, attention: Attention, importance: np.ndarray | None) -> None:
    """A button that writes the numbers of all heads into a file."""
    st.download_button(
        say("All heads as CSV"),
        data=lambda: export.heads_csv(measured.table, measured.labels, attention.model, importance),
        file_name=export.heads_name(attention),
        mime="text/csv",
        on_click="ignore",
    )


def show_numbers(measured: HeadMeasures, row: int, importance: np.ndarray | None) -> None:
    """Every measure of the head, with four digits."""
    heads = measured.table
    values = {name: float(heads.columns[name][row]) for name in MEASURES if name in heads.columns}
    if importance is not None:
        values["importance"] = float(importance[heads.layers[row], heads.heads[row]])
    rows = [(tell(MEASURES[name]), value) for name, value in values.items() if not math.isnan(value)]
    caption = say(
        "Layer {layer}, head {head} in numbers", layer=int(heads.layers[row]) + 1, head=int(heads.heads[row]) + 1
    )
    st.html(table(caption, (say("measure"), say("value")), rows))
