"""Boards: every head as a button, and a number of each head as a board and a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import streamlit as st

from attention_viz.ui.wording import language, view_labels
from attention_viz.view import bundle
from attention_viz.view.theme import appearance

SHELL = '<div\nclass="attention"></div>'
STYLE = bundle.style() + bundle.style("board")

_ranking = st.components.v2.component("attention_ranking", html=SHELL, css=STYLE, js=bundle.script("board/ranking"))


def labels(*names: str) -> dict[str, str]:
    """Sentences of the view in the language of this session, by name."""
    known = view_labels(language())
    return {name: known[name] for name in names}


def show_ranking(
    values: np.ndarray, chosen: tuple[int, int], caption: str, key: str, on_choose: Callable[[int, int], None]
) -> None:
    """A number of each head, on a board and as a list of the largest.

    values    : (layer, head), at least 0; NaN where a layer has fewer heads than the widest
    on_choose : called with the layer and the head that is clicked
    """

    def choose() -> None:
        head = place_in(values, st.session_state[key].get("chosen"))
        if head is not None:
            on_choose(*head)

    _ranking(
        key=key,
        data={
            **appearance(labels("heads_across", "layer_name", "layer_head")),
            "values": [row[~np.isnan(row)].tolist() for row in values],
            "chosen": list(chosen),
            "caption": caption,
        },
        on_chosen_change=choose,
    )


def place_in(values: np.ndarray, reported: Any) -> tuple[int, int] | None:
    """The row and the column that the browser reports, which may send anything; None where nothing stands there."""
    if not isinstance(reported, list) or len(reported) != 2 or any(type(each) is not int for each in reported):
        return None
    row, column = reported
    inside = 0 <= row < values.shape[0] and 0 <= column < values.shape[1]
    return (row, column) if inside and not np.isnan(values[row, column]) else None
