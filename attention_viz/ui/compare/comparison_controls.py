"""Comparison controls: which text, head, layer or model the attention of the page is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.attending import nearest
from attention_viz.errors import Message
from attention_viz.selection import Selection
from attention_viz.ui.compare.comparison import Side, read_other, same_tokens
from attention_viz.ui.server.allow_list import offered
from attention_viz.ui.session import state
from attention_viz.ui.session.minimal_pairs import MINIMAL_PAIRS, MinimalPair
from attention_viz.ui.session.subject import Subject
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.notices import show_note
from attention_viz.ui.widgets.pickers import pick_listed, pick_number, pick_source, text_box
from attention_viz.ui.wording import say, tell
from attention_viz.ui.work.caches import (
    ask_for_model,
    ask_for_untrained,
    embedded_model,
    loaded_model,
    reading_key,
    untrained_model,
)
from attention_viz.ui.work.waiting import outcome

if TYPE_CHECKING:
    from attention_viz.attention import Attention
    from attention_viz.models import Model

KINDS = {
    "texts": Message("Two texts"),
    "heads": Message("Two heads"),
    "layers": Message("Two layers"),
    "models": Message("Two models"),
}
BEFORE_TRAINING = "before training"
"""Stands among the other models for the model of the page with random numbers."""
WIDE = 360
"""Width in pixels of the lists of pairs and models."""


def pick_kind() -> str:
    """What is compared: "texts", "heads", "layers" or "models"."""
    st.segmented_control(
        say("Compare"),
        list(KINDS),
        format_func=lambda kind: tell(KINDS[kind]),
        required=True,
        wrap=True,
        **chosen_as("compare", KINDS, usual="texts", shows="default"),
    )
    return str(st.session_state["compare"])


def pick_second_side(kind: str, attention: Attention) -> None:
    """The widgets that choose the second side."""
    match kind:
        case "texts":
            pick_listed(
                say("Minimal pairs"),
                MINIMAL_PAIRS,
                "minimal_pair",
                say("Choose two sentences that differ in one thing"),
                _show_pair,
                width=WIDE,
            )
        case "heads":
            _pick_other_layer(attention)
            _pick_other_head(attention)
        case "layers":
            _pick_other_layer(attention)
        case _:
            st.session_state.setdefault("compare_model", BEFORE_TRAINING)
            names = {BEFORE_TRAINING: say("The same model before training"), **offered()}
            pick_source(say("Other model"), "compare_model", names, WIDE)


def pick_second_text() -> None:
    """The second text: at first the other one of a minimal pair, or none."""
    own = st.session_state["text"]
    other = next((pair.second for pair in MINIMAL_PAIRS if pair.first == own), "")
    st.session_state.setdefault("compare_text", other)
    text_box(say("The other text"), "compare_text", say("Type a text that differs from yours in one thing."))


def _show_pair(pair: MinimalPair) -> None:
    state.prefer_model(pair.model)
    st.session_state.update(text=pair.first, compare_text=pair.second, layer=pair.layer, head=pair.head, pair=False)


def _pick_other_layer(attention: Attention) -> None:
    """The second layer, one of those that have heads: at first the second of them."""
    usual = attention.layers[:2][-1]
    st.session_state["compare_layer"] = nearest(attention.source.heads, st.session_state.get("compare_layer", usual))
    pick_number(say("Other layer"), attention.layers, "compare_layer")


def _pick_other_head(attention: Attention) -> None:
    """The second head, of the second layer."""
    count = attention.heads_of(st.session_state["compare_layer"])
    st.session_state["compare_head"] = min(st.session_state.get("compare_head", 1), count - 1)
    pick_number(say("Other head"), range(count), "compare_head")


def sides(kind: str, subject: Subject, selection: Selection) -> tuple[Side, Side] | None:
    """The two sides; None while one is not there yet, or where a note says why they cannot be compared.

    Raises TextError, ModelError and the like for what was typed.
    """
    own, model = subject.attention, subject.model
    key = reading_key(model, subject.selection)
    match kind:
        case "texts" if not st.session_state["compare_text"]:
            show_note(Message("Type another text to compare yours with, or choose a minimal pair above."))
            return None
        case "texts":
            other = selection.at(text=st.session_state["compare_text"], overlong="first")
            attention = read_other(model, other)
            if attention is None:
                return None
            second = Side(say("The other text"), attention, selection.layer, selection.head, reading_key(model, other))
            return Side(say("Your text"), own, selection.layer, selection.head, key), second
        case "heads":
            chosen = (
                (selection.layer, selection.head),
                (st.session_state["compare_layer"], st.session_state["compare_head"]),
            )
            one, two = (Side(_head_name(layer, head), own, layer, head, key) for layer, head in chosen)
            return one, two
        case "layers":
            one, two = (
                Side(_layer_name(own, each), own, each, None, key)
                for each in (selection.layer, st.session_state["compare_layer"])
            )
            return one, two
    return _models(subject, selection)


def _head_name(layer: int, head: int) -> str:
    return say("Layer {layer}, head {head}", layer=layer + 1, head=head + 1)


def _layer_name(attention: Attention, layer: int) -> str:
    return say("Layer {layer}, mean of {n} heads", layer=layer + 1, n=attention.heads_of(layer))


def _models(subject: Subject, selection: Selection) -> tuple[Side, Side] | None:
    second = _other_model(subject.model)
    if second is None:
        return None
    own, other = subject.attention, read_other(second, selection.at(overlong="first"))
    if other is None:
        return None
    if second is subject.model:
        show_note(Message("Both sides are the same model. Choose another one, here or above."))
    why = same_tokens(own, other)
    if why is not None:
        show_note(why)
        return None
    layer = nearest(other.source.heads, selection.layer)
    head = min(selection.head, other.heads_of(layer) - 1)
    return (
        Side(
            _in_model(subject.model, selection.layer, selection.head),
            own,
            selection.layer,
            selection.head,
            reading_key(subject.model, subject.selection),
        ),
        Side(_in_model(second, layer, head), other, layer, head, reading_key(second, selection)),
    )


def _in_model(model: Model, layer: int, head: int) -> str:
    return say("{model}, layer {layer}, head {head}", model=model.name, layer=layer + 1, head=head + 1)


def _other_model(own: Model) -> Model | None:
    """The other model, once it is loaded; until then its progress or its failure is shown."""
    wanted = st.session_state["compare_model"] or ""
    if wanted == BEFORE_TRAINING:
        return untrained_model(own) or outcome(
            "loading the other",
            own.source,
            lambda: ask_for_untrained(own),
            say("Drawing random numbers for the same model"),
        )
    model = embedded_model() if wanted == "" else loaded_model(wanted)
    if model is not None:
        return model
    doing = say("Loading {model}", model=wanted)
    found: Model | None = outcome("loading the other", ("model", wanted), lambda: ask_for_model(wanted), doing)
    return found
