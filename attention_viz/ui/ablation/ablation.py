"""Ablation: what changes in a model's predictions when heads are switched off."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.measures import Progress
from attention_viz.selection import Selection
from attention_viz.ui.wording import language, plain, say
from attention_viz.ui.work.caches import reading_key
from attention_viz.ui.work.results import result
from attention_viz.ui.work.throttle import throttle_forward

if TYPE_CHECKING:
    from attention_viz.experiments import Ablation
    from attention_viz.models import Model

AT_ONCE = 4_000
"""Tokens times layers up to which the visitor waits; a larger text is a job with a Stop."""
SECOND: dict[str, str] = {
    "en": "The dog was exhausted, so it stayed on this side of the road.",
    "zh": "饿了的小猫把鱼吃掉了。",
}
"""Offered where an embedding model has a single sentence and nothing to compare it with: by the language of the page."""


def ablate_heads(model: Model, selection: Selection, n_tokens: int, slot: str = "ablation") -> Ablation | None:
    """What changes without the heads of `selection.off`? None while it is under way. Raises as `experiments.ablate`.

    slot : names the result, where a page asks for several
    """
    from attention_viz.experiments import ablate

    def make(progress: Progress | None) -> Ablation:
        with throttle_forward(waited_for=progress is None):
            return ablate(
                model, selection.text, selection.off, selection.way, second=selection.second, mask=selection.masked
            )

    about = (*ablation_key(model, selection), selection.off)
    doing = say("Reading the text with and without these heads")
    return result(slot, about, make, doing=doing, quick=n_tokens * model.n_layers <= AT_ONCE)


def ablation_key(model: Model, selection: Selection) -> tuple[Hashable, ...]:
    """What an ablation depends on: the reading, how heads are switched off, and the hidden tokens."""
    return reading_key(model, selection), selection.way, selection.masked


def offer_second_sentence(selection: Selection) -> None:
    """Another sentence to compare with, where there is none yet."""
    if selection.second is not None:
        return
    st.caption(
        plain(say("This model compares sentences. With a second one, you see how their cosine similarity changes."))
    )
    st.button(say("Compare with “{sentence}”", sentence=plain(SECOND[language()])), on_click=_take_second)


def _take_second() -> None:
    st.session_state.update(second=SECOND[language()], pair=True)
