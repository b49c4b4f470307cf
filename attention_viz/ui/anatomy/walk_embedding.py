"""Walk embedding: the first step, the input vector of a token as a sum of embeddings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attention_viz.ui.anatomy.stages import part
from attention_viz.ui.anatomy.walk_pictures import strip
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import check, show_step
from attention_viz.ui.wording import say

if TYPE_CHECKING:
    from torch import Tensor

    from attention_viz.models.anatomy import Embedding


def show_input(sections: WalkSections, found: Embedding | None) -> None:
    """Where the token's first vector comes from, and the vector that enters the layer. found : None where it is not known"""
    entering = sections.pictures.vector(
        "input",
        say("x, the vector of “{token}” that enters layer {layer}", token=sections.token, layer=sections.layer + 1),
        framed=False,
    )
    with part("input"):
        if found is None:
            own_way = say("This model makes its first vectors in a way of its own, so that step is left out.")
            show_step(*sections.heading("input"), [], [own_way], "", [entering])
        else:
            _show_embedding(sections, found, entering)


def _show_embedding(sections: WalkSections, found: Embedding, entering: str) -> None:
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
    show_step(*sections.heading("input"), formulas, words, "".join(checks), [*drawn, entering])


def _shape(numbers: Tensor) -> str:
    return f"{len(numbers)} · d_model"
