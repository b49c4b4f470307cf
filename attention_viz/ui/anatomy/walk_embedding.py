"""Walk embedding: the first step, the input vector of a token as a sum of embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.ui.anatomy.walk_pictures import strip
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import check, show_step
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from torch import Tensor

    from attention_viz.models.anatomy import Embedding


def show_embedding(sections: WalkSections, found: Embedding | None) -> None:
    """Where the token's first vector comes from."""
    if found is None:
        st.caption(say("This model makes its first vectors in a way of its own, so that step is left out."))
        return
    walk = found.walk
    called = {
        "word": say("w, the word piece “{token}”", token=sections.token),
        "position": say("p, its position"),
        "segment": say("s, its sentence"),
        "sum": say("e, their sum") if len(walk.names) > 2 else "e",
        "output": say("x, normalised"),
    }
    drawn = [
        strip(walk[name].numbers, called[name], _shape(walk[name].numbers)) for name in called if name in walk.names
    ]
    checks = [
        check(name, walk.differences(found.own)[step], found.equal(step))
        for step, name in (("sum", "e"), ("output", "x"))
        if step in found.own
    ]
    words = [
        say(
            "Every word piece has a vector that the model has learnt: {d} numbers. What is added to it says where it stands.",
            d=len(walk["word"].numbers),
        )
        if len(walk.names) > 2
        else say("Every word piece has a vector that the model has learnt: {d} numbers.", d=len(walk["word"].numbers)),
        say(
            "This happens once, before layer 1. Layer {layer} reads what the layers before it have made of it.",
            layer=sections.layer + 1,
        )
        if sections.layer
        else "",
    ]
    formulas = [walk["sum"].formula] + ([r"x = \mathrm{LayerNorm}(e)"] if "output" in walk.names else [])
    show_step(next(sections.numbers), say("The token's first vector"), formulas, words, "".join(checks), drawn)


def _shape(numbers: Tensor) -> str:
    return f"{len(numbers)} · d_model"
