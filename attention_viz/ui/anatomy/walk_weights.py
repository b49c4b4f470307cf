"""Walk weights: from the scores of all keys to their weights, the one part of the walk that can be changed."""

from __future__ import annotations

import streamlit as st

from attention_viz.ui.anatomy.walk_sections import Sections
from attention_viz.ui.anatomy.walk_steps import checks_of, head, tail
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import plain, say
from attention_viz.view.number_table import number

HOTTEST, COLDEST = 5.0, 0.1
"""Temperatures that can be chosen."""
EXPONENTIALS = r"m = \max_j z_j \qquad e_j = \exp(z_j - m)"
"""Softmax, its first half: the largest score is taken off before the exponential."""


def changes() -> tuple[bool, float]:
    """Whether the scores are divided, and by which temperature; the widgets stand further down on the page."""
    st.session_state.setdefault("anatomy_scaled", True)
    st.session_state.setdefault("anatomy_temperature", 1.0)
    return st.session_state["anatomy_scaled"], st.session_state["anatomy_temperature"]


def show_weights(walked: Sections) -> None:
    """From the scores of all keys to the weights, with what can be changed."""
    left, right = st.columns([2, 3], gap="large")
    walk = walked.anatomy.walk
    with left:
        if "scaled" in walked.names:
            _scaling(walked)
        if "masked" in walked.names:
            _masking(walked)
        head(next(walked.numbers), say("Softmax: from scores to weights"))
        if "exponentials" in walked.names:
            shares = walk["sum"].formula + r" \qquad " + walk["weights"].formula
            st.latex(EXPONENTIALS)
            st.latex(shares)
        tail([*_softmax_words(walked), _spread(walked)], checks_of(walked.anatomy, {"weights": "a"}))
    with right:
        st.html(walked.pictures.softmax())
        st.caption(
            plain(
                say(
                    "Each row is one key, from left to right; each column is coloured on a scale of its own, the last two from 0 to 1, root scale."
                )
            )
        )
        if len(walked.pictures.shown) < len(walked.pictures.tokens):
            st.caption(
                say(
                    "{shown} of {all} keys are drawn, here and in every step: those with the largest weights. Sums run over all of them.",
                    shown=len(walked.pictures.shown),
                    all=len(walked.pictures.tokens),
                )
            )


def _scaling(walked: Sections) -> None:
    head(next(walked.numbers), say("Divided by the root of the width"))
    st.latex(walked.anatomy.walk["scaled"].formula)
    width = walked.anatomy.walk["query"].shape[0]
    usual = walked.anatomy.scale == 1
    tail(
        [
            say("This model does not divide its scores.")
            if usual
            else say(
                "A sum of d = {width} products grows with the root of d. Divided by it, the scores stay small enough for the softmax to weigh several keys.",
                width=width,
            )
        ],
        "",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if not usual:
            st.toggle(say("Divide by √d"), **chosen_as("anatomy_scaled"))
        st.slider(
            say("Temperature T"),
            COLDEST,
            HOTTEST,
            step=0.1,
            width=220,
            **chosen_as("anatomy_temperature"),
        )
        if walked.anatomy.changed:
            st.button(say("As the model does it"), on_click=_back)


def _masking(walked: Sections) -> None:
    hidden = int(walked.anatomy.walk["masked"].numbers.isneginf().sum())
    head(next(walked.numbers), say("The mask"))
    if "added" in walked.names:
        st.latex(walked.anatomy.walk["added"].formula)
    st.latex(walked.anatomy.walk["masked"].formula)
    words = (
        say(
            "{n} keys are hidden from “{token}”: exp(−∞) = 0, so they get no weight at all.",
            n=hidden,
            token=walked.token,
        )
        if hidden
        else say("Nothing is hidden from “{token}”: it may read every key.", token=walked.token)
    )
    mask = say("M is the mask: 1 where a key may be read, 0 where it is hidden.")
    tail([mask, words], checks_of(walked.anatomy, {"added": "b", "masked": "z"}))


def _softmax_words(walked: Sections) -> list[str]:
    if "exponentials" not in walked.names:
        return [say("The weights of all keys sum to 1.")]
    sink = (
        say("One more score, a sink that belongs to no token, takes part of the sum.")
        if "sink" in walked.anatomy.walk["sum"].formula
        else ""
    )
    return [
        say(
            "The largest score m = {largest} is taken off each, so that exp stays at most 1; each is divided by their sum Z = {total}. The weights a sum to {weights}.",
            largest=number(float(walked.anatomy.walk["largest"].numbers)),
            total=number(float(walked.anatomy.walk["sum"].numbers)),
            weights=f"{float(walked.anatomy.walk['weights'].numbers.sum()):.4f}",
        ),
        sink,
    ]


def _spread(walked: Sections) -> str:
    largest = float(walked.anatomy.walk["weights"].numbers.max())
    if not walked.anatomy.changed:
        return say(
            "Largest weight {largest}, entropy {entropy} nats: 0 would be a single key, {most} all keys alike.",
            largest=number(largest),
            entropy=f"{walked.anatomy.entropy:.4f}",
            most=f"{walked.anatomy.most_entropy:.4f}",
        )
    return say(
        "Changed by you: the largest weight is now {largest}, the entropy {entropy} nats instead of {usual}.",
        largest=number(largest),
        entropy=f"{walked.anatomy.entropy:.4f}",
        usual=f"{walked.anatomy.usual_entropy:.4f}",
    )


def _back() -> None:
    st.session_state["anatomy_scaled"], st.session_state["anatomy_temperature"] = True, 1.0
