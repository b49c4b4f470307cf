"""Panels: matrices of one shape side by side under one pointer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from attention_viz.ui.widgets.boards import SHELL, labels, place_in
from attention_viz.view import bundle
from attention_viz.view.panels import Panel, encode
from attention_viz.view.theme import appearance

_panels = st.components.v2.component(
    "attention_panels", html=SHELL, css=bundle.style() + bundle.style("panels"), js=bundle.script("compare/panels")
)


def show_panels(
    panels: Sequence[Panel],
    key: str,
    words: Mapping[str, str] | None = None,
    on_choose: Callable[[int, int], None] | None = None,
    pinned: tuple[int, int] | None = None,
) -> None:
    """Matrices of one shape side by side: a place on one is shown on all.

    words     : sentences in the place of the usual ones, by their names
    pinned    : row and column that are pointed at from the beginning
    on_choose : called with the row and the column that are clicked, before the page runs again; None = none can be chosen
    """

    def choose() -> None:
        place = place_in(panels[0].values, st.session_state[key].get("chosen"))
        if place is not None and on_choose is not None:
            on_choose(*place)

    said = {**labels("panels", "point", "no_pair", "pair_weight"), **(words or {})}
    about = {**appearance(said), "choosable": on_choose is not None, "pinned": pinned}
    _panels(key=key, data=encode(panels, about), on_chosen_change=choose)
