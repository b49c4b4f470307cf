"""Measure choice: by which of its measures a head is looked at."""

from __future__ import annotations

import streamlit as st

from attention_viz.corpus import HeadLabel
from attention_viz.errors import Message
from attention_viz.ui.all_heads.head_table import MEASURES
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import say, tell

OWN = "own"
"""The measure that the head's own label is about."""

SHOWN = tuple(name for name in MEASURES if name not in ("importance", "other_segment"))
"""Measures that can be chosen."""

OF_LABEL = {
    "vertical_diagonal": "sep",
    "block": "confidence",
    "broad": "entropy",
    "mixed": "confidence",
}
"""Label -> the measure that it is about; every other label is called as its measure."""

IN_SENTENCE = {
    "entropy": Message("entropy, in nats (0 = it reads one token alone)"),
    "confidence": Message("confidence (the highest weight of each query)"),
    "distance": Message("distance, in tokens"),
    "previous": Message("share on the previous token"),
    "next": Message("share on the next token"),
    "self": Message("share on the token itself"),
    "same_token": Message("share on the same token elsewhere"),
    "cls": Message("share on [CLS]"),
    "sep": Message("share on [SEP]"),
    "punctuation": Message("share on punctuation"),
}
"""What each measure is called within a sentence."""


def pick_measure() -> None:
    """The measure by which texts are ordered and spread is drawn."""
    names = (OWN, *SHOWN)
    st.selectbox(
        say("Measure"),
        names,
        format_func=lambda name: say("the one that fits the head") if name == OWN else tell(MEASURES[name]),
        width=230,
        **chosen_as("many_measure", names, usual=OWN, shows="index"),
    )


def order_told(label: HeadLabel) -> Message | None:
    """Why texts are ordered by confidence, where nobody chose that; None where somebody did, or the head has a measure of its own."""
    if st.session_state["many_measure"] != OWN or measure_of(label) != "confidence":
        return None
    return Message(
        "No single measure says what this head does, so its texts are ordered by confidence. That counts special tokens such as [CLS], which the arcs leave out: the arcs of a text at the top may be weak."
    )


def measure_of(label: HeadLabel) -> str:
    """The measure that is chosen, for this head."""
    chosen: str = st.session_state["many_measure"]
    return OF_LABEL.get(label.name, label.name) if chosen == OWN else chosen
