"""Walk weights: from the dot products to the weights, in one table of all keys; the one part of the walk that can be changed."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui.anatomy.stages import part
from attention_viz.ui.anatomy.walk_sections import WalkSections
from attention_viz.ui.anatomy.walk_steps import checks_of, step_text, step_title
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import plain, say
from attention_viz.view.number_table import number

HOTTEST, COLDEST = 5.0, 0.1
"""Temperatures that can be chosen."""
DOT_PRODUCT = r"s_j = q \cdot k_j = \sum_i q_i \, k_{j,i}"
EXPONENTIALS = r"m = \max_j z_j \qquad e_j = \exp(z_j - m)"
"""Softmax, its first half: the largest score is taken off before the exponential."""


def scale_and_temperature() -> tuple[bool, float]:
    """Whether the scores are divided by the root of d, and by which temperature; their widgets come further down."""
    st.session_state.setdefault("anatomy_scaled", True)
    st.session_state.setdefault("anatomy_temperature", 1.0)
    return st.session_state["anatomy_scaled"], st.session_state["anatomy_temperature"]


def show_weights(sections: WalkSections) -> None:
    """From the dot products of all keys to the weights, with what can be changed: the words of each stage, and one table."""
    with part("scores"):
        left, right = st.columns([2, 3], gap="large")
        with left:
            _show_words(sections)
        with right:
            _show_numbers(sections)


def _show_words(sections: WalkSections) -> None:
    stages = {"products": _products, "scaled": _scaling, "masked": _masking, "weights": _softmax}
    for name, show in stages.items():
        if sections.has(name):
            with part(name):
                step_title(*sections.heading(name))
                show(sections)
    if "scaled" in sections.names:
        with part("controls"):
            _controls(sections)


def _show_numbers(sections: WalkSections) -> None:
    if sections.has("products"):
        with part("dimensions"):
            st.html(sections.pictures.products())
    with st.container(key="all-keys"):
        st.html(sections.pictures.softmax())
    st.caption(
        plain(
            say(
                "Each row is one key, from left to right; each column is coloured on a scale of its own, the last two from 0 to 1, root scale."
            )
        )
    )
    if len(sections.pictures.shown) < len(sections.pictures.tokens):
        st.caption(
            say(
                "{shown} of {all} keys are drawn, here and in every step: those with the largest weights. Sums run over all of them.",
                shown=len(sections.pictures.shown),
                all=len(sections.pictures.tokens),
            )
        )


def _products(sections: WalkSections) -> None:
    """The dot product with the followed key, dimension by dimension."""
    found = sections.anatomy.walk.contributions(sections.pictures.followed.key)
    first, last = found[0], found[-1]
    st.latex(DOT_PRODUCT)
    words = [
        say(
            "How well does the key “{key}” answer the query of “{token}”? Multiply them number by number and add up.",
            key=sections.key,
            token=sections.token,
        ),
        say(
            "Dimension {first} adds most, {most}; dimension {last} least, {least}.",
            first=first.dimension + 1,
            most=number(first.product),
            last=last.dimension + 1,
            least=number(last.product),
        ),
    ]
    step_text(words, sections.followed("scores"))


def _scaling(sections: WalkSections) -> None:
    st.latex(sections.anatomy.walk["scaled"].formula)
    width = sections.anatomy.walk["query"].shape[0]
    words = (
        say("This model does not divide its scores.")
        if sections.anatomy.scale == 1
        else say(
            "A sum of d = {width} products grows with the root of d. Divided by it, the scores stay small enough for the softmax to weigh several keys.",
            width=width,
        )
    )
    step_text([words], sections.followed("scaled"))


def _controls(sections: WalkSections) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if sections.anatomy.scale != 1:
            st.toggle(say("Divide by √d"), **chosen_as("anatomy_scaled"))
        st.slider(
            say("Temperature T"),
            COLDEST,
            HOTTEST,
            step=0.1,
            width=220,
            **chosen_as("anatomy_temperature"),
        )
        if sections.anatomy.changed:
            st.button(say("As the model does it"), on_click=_back)


def _masking(sections: WalkSections) -> None:
    hidden = int(sections.anatomy.walk["masked"].numbers.isneginf().sum())
    if "added" in sections.names:
        st.latex(sections.anatomy.walk["added"].formula)
    st.latex(sections.anatomy.walk["masked"].formula)
    words = (
        say(
            "{n} keys are hidden from “{token}”: exp(−∞) = 0, so they get no weight at all.",
            n=hidden,
            token=sections.token,
        )
        if hidden
        else say("Nothing is hidden from “{token}”: it may read every key.", token=sections.token)
    )
    mask = say("M is the mask: 1 where a key may be read, 0 where it is hidden.")
    step_text([mask, words], sections.followed("masked") + checks_of(sections.anatomy, {"added": "b", "masked": "z"}))


def _softmax(sections: WalkSections) -> None:
    walk = sections.anatomy.walk
    if "exponentials" in sections.names:
        shares = walk["sum"].formula + r" \qquad " + walk["weights"].formula
        st.latex(EXPONENTIALS)
        st.latex(shares)
    checks = checks_of(sections.anatomy, {"weights": "a"})
    step_text([*_softmax_words(sections), _spread(sections)], sections.followed("weights") + checks)


def _softmax_words(sections: WalkSections) -> list[str]:
    if "exponentials" not in sections.names:
        return [say("The weights of all keys sum to 1.")]
    sink = (
        say("One more score, a sink that belongs to no token, takes part of the sum.")
        if "sink" in sections.anatomy.walk["sum"].formula
        else ""
    )
    return [
        say(
            "The largest score m = {largest} is taken off each, so that exp stays at most 1; each is divided by their sum Z = {total}. The weights a sum to {weights}.",
            largest=number(float(sections.anatomy.walk["largest"].numbers)),
            total=number(float(sections.anatomy.walk["sum"].numbers)),
            weights=f"{float(sections.anatomy.walk['weights'].numbers.sum()):.4f}",
        ),
        sink,
    ]


def _spread(sections: WalkSections) -> str:
    largest = float(sections.anatomy.walk["weights"].numbers.max())
    if not sections.anatomy.changed:
        return say(
            "Largest weight {largest}, entropy {entropy} nats: 0 would be a single key, {most} all keys alike.",
            largest=number(largest),
            entropy=f"{sections.anatomy.entropy:.4f}",
            most=f"{sections.anatomy.most_entropy:.4f}",
        )
    return say(
        "Changed by you: the largest weight is now {largest}, the entropy {entropy} nats instead of {usual}.",
        largest=number(largest),
        entropy=f"{sections.anatomy.entropy:.4f}",
        usual=f"{sections.anatomy.usual_entropy:.4f}",
    )


def _back() -> None:
    st.session_state["anatomy_scaled"], st.session_state["anatomy_temperature"] = True, 1.0
