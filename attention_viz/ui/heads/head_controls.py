"""Head controls: importance by a gradient, computed where it is switched on, and how many groups the map has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.all_heads.head_measures import HeadMap, importance, map_heads
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.notices import errors_shown
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from attention_viz.experiments import Importance

GROUPS = (1, 12)
"""The fewest and the most groups that are drawn round heads of the map."""
SLIDER = 220
"""Its width in pixels."""


def pick_importance() -> None:
    """Whether the importance of every head is computed."""
    st.toggle(
        say("Importance, by a gradient"),
        help=say("Costs a few passes through the model. It adds a column to the table and a chart by layer."),
        **chosen_as("heads_importance", usual=False),
    )


def pick_groups() -> None:
    """How many groups are drawn on the map."""
    st.slider(say("Groups on the map"), *GROUPS, width=SLIDER, **chosen_as("heads_groups", usual=8))


def chosen_importance(subject: Subject) -> Importance | None:
    """The importance of every head, where it is switched on and computed."""
    if not st.session_state["heads_importance"]:
        return None
    with errors_shown():
        return importance(subject)
    return None


def chosen_map(subject: Subject) -> tuple[HeadMap, int] | None:
    """The map of the heads and how many groups are drawn on it, once it is there."""
    with errors_shown():
        found = map_heads(subject)
        return None if found is None else (found, st.session_state["heads_groups"])
    return None
