"""Walk output: from the weights to the block's output: the values summed, all heads, W_o, the token's vector, the norm."""

from __future__ import annotations

from attention_viz.ui.anatomy.stages import part
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import checks_of, show_step
from attention_viz.ui.wording import say
from attention_viz.view.number_table import number

NORM = ("mean", "deviation", "normed", "output")
"""The steps of a normalisation; RMSNorm has no mean."""


def show_output(sections: WalkSections) -> None:
    """The stages after the weights, as far as this model has them."""
    stages = {
        "context": _context,
        "concatenated": _heads,
        "projected": _projection,
        "residual": _residual,
        "output": _normalised,
    }
    for name, show in stages.items():
        if sections.has(name):
            with part(name):
                show(sections)


def _context(sections: WalkSections) -> None:
    """The weighted sum of the values."""
    words = [
        say("Each value is multiplied with its weight: what is read strongly keeps its colour, the rest fades."),
        say("A large weight on a short value adds little, so the weights alone do not say what was read."),
        say("Added up, they are what this head has read for “{token}”.", token=sections.token),
    ]
    pictures = [
        sections.pictures.by_key("weighted_values", say("a v, the weighted values")),
        sections.pictures.vector("context", say("c, their sum")),
    ]
    _show(sections, "context", ["context"], words, {"context": "c"}, pictures)


def _heads(sections: WalkSections) -> None:
    """The contexts of all heads side by side."""
    words = [
        say(
            "The {heads} heads of the layer stand side by side; framed: head {head}.",
            heads=sections.anatomy.n_heads,
            head=sections.head + 1,
        )
    ]
    pictures = [sections.pictures.heads("concatenated")]
    _show(sections, "concatenated", ["concatenated"], words, {"concatenated": "[c¹ ; c² ; …]"}, pictures)


def _projection(sections: WalkSections) -> None:
    """What W_o makes of them."""
    words = [say("W_o mixes them into one vector as wide as the token's own.")]
    pictures = [sections.pictures.vector("projected", say("o, the result of the attention"))]
    _show(sections, "projected", ["projected"], words, {"projected": "o"}, pictures)


def _residual(sections: WalkSections) -> None:
    """The residual connection. The numbers of what is added stand where they were made."""
    words = [say("The result is added to the vector that came in: the token is changed, not replaced.")]
    pictures = [
        sections.pictures.vector("input", say("x, what came in"), numbers=False),
        sections.pictures.vector("projected", say("o, what the attention adds"), numbers=False),
        sections.pictures.vector("residual", say("r, their sum")),
    ]
    _show(
        sections,
        "residual",
        ["residual"],
        words if sections.has("output") else [*words, _what_follows()],
        {"residual": "r"},
        pictures,
    )


def _normalised(sections: WalkSections) -> None:
    """The normalisation, where it follows at once."""
    walk = sections.anatomy.walk
    spread = number(float(walk["deviation"].numbers))
    words = (
        say(
            "LayerNorm takes off the mean μ = {mean}, divides by the spread σ = {deviation}, and stretches and shifts each number by what the model has learnt (γ, β).",
            mean=number(float(walk["mean"].numbers)),
            deviation=spread,
        )
        if "mean" in sections.names
        else say("RMSNorm divides by the spread σ = {deviation}.", deviation=spread)
    )
    called = say("y, normalised: what leaves the attention of layer {layer}", layer=sections.layer + 1)
    pictures = [sections.pictures.vector("output", called)]
    _show(sections, "output", NORM, [words, _what_follows()], {"output": "y"}, pictures)


def _what_follows() -> str:
    return say("What follows is a feed-forward network, for each token by itself; then the next layer.")


def _show(
    sections: WalkSections,
    stage: str,
    steps: list[str] | tuple[str, ...],
    words: list[str],
    compared: dict[str, str],
    pictures: list[str],
) -> None:
    """steps : whose formulas are shown; compared : step -> what it is called beside its check mark"""
    formulas = [sections.anatomy.walk[name].formula for name in steps if name in sections.names]
    notes = sections.followed(stage) + checks_of(sections.anatomy, compared)
    show_step(*sections.heading(stage), formulas, words, notes, pictures)
