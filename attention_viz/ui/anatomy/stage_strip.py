"""Stage strip: all stages of the computation in one line, each with the followed number, and which one is looked at.

The browser moves from stage to stage by itself (js/anatomy/stage-strip.js); the page is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.anatomy.stages import Stage
from attention_viz.ui.widgets.boards import SHELL, labels
from attention_viz.ui.wording import tell
from attention_viz.view import bundle
from attention_viz.view.number_table import number
from attention_viz.view.theme import appearance

if TYPE_CHECKING:
    from attention_viz.mechanism import Walkthrough
    from attention_viz.models.anatomy import Followed

LABELS = ("stages", "stage", "all_stages", "key_stage", "key_ends", "key_all_stages", "key_list", "tool_keys")

_strip = st.components.v2.component(
    "attention_stages",
    html=SHELL,
    css=bundle.style() + bundle.style("stages"),
    js=bundle.script("anatomy/stage-strip"),
)


def stage_strip(stages: Sequence[Stage], followed: Followed, walk: Walkthrough) -> None:
    """Which stage of the computation is looked at, and what becomes of the followed number?"""
    found = [followed.number(walk, stage.followed) for stage in stages]
    with st.container(key="stage-strip"):
        _strip(
            key="stages",
            data={
                **appearance(labels(*LABELS)),
                "stages": [
                    {
                        "name": stage.name,
                        "label": stage.label,
                        "title": tell(stage.title),
                        "number": "" if value is None else number(value),
                        "apart": stage.apart,
                    }
                    for stage, value in zip(stages, found, strict=True)
                ],
            },
        )
