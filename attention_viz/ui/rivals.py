"""Rivals: what the reading of the page is compared with: another text, another head, another layer or another model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.errors import Message
from attention_viz.models.catalogue import KNOWN_MODELS
from attention_viz.selection import Selection
from attention_viz.ui.allowed import offered
from attention_viz.ui.caches import ask_for_model, embedded_model, loaded_model, reading_key
from attention_viz.ui.compared import Side, read_other, same_tokens
from attention_viz.ui.examples import DEFAULT
from attention_viz.ui.limits import limits
from attention_viz.ui.minimal_pairs import MINIMAL_PAIRS
from attention_viz.ui.notices import show_note
from attention_viz.ui.subject import Subject
from attention_viz.ui.waiting import show_end, wait_for
from attention_viz.ui.wording import say, tell

if TYPE_CHECKING:
    from attention_viz.attention import Attention
    from attention_viz.models import Model

KINDS = {
    "texts": Message("Two texts"),
    "heads": Message("Two heads"),
    "layers": Message("Two layers"),
    "models": Message("Two models"),
}


def pick_kind() -> str:
    """What is compared: "texts", "heads", "layers" or "models"."""
    st.session_state.setdefault("compare", "texts")
    st.segmented_control(
        say("Compare"),
        list(KINDS),
        format_func=lambda kind: tell(KINDS[kind]),
        key="compare",
        required=True,
        wrap=True,
        persist_state="session",
    )
    return str(st.session_state["compare"])


def pick_rival(kind: str, attention: Attention) -> None:
    """The widgets that choose the second side."""
    match kind:
        case "texts":
            _pick_minimal_pair()
        case "heads":
            _pick_number(say("Other layer"), attention.n_layers, "compare_layer")
            _pick_number(say("Other head"), attention.heads_of(st.session_state["compare_layer"]), "compare_head")
        case "layers":
            _pick_number(say("Other layer"), attention.n_layers, "compare_layer")
        case _:
            _pick_model()


def pick_text() -> None:
    """The second text: at first the usual one with one word changed, or the page's own."""
    own = st.session_state["text"]
    st.session_state.setdefault("compare_text", MINIMAL_PAIRS[0].second if own == DEFAULT.first else own)
    st.text_area(
        say("The other text"),
        key="compare_text",
        height=80,
        max_chars=limits().text.characters,
        persist_state="session",
    )


def _pick_minimal_pair() -> None:
    def show() -> None:
        if st.session_state["minimal_pair"] is not None:
            pair = MINIMAL_PAIRS[st.session_state["minimal_pair"]]
            st.session_state.update(text=pair.first, compare_text=pair.second, layer=pair.layer, head=pair.head)
            st.session_state["pair"] = False

    st.selectbox(
        say("Minimal pairs"),
        range(len(MINIMAL_PAIRS)),
        index=None,
        format_func=lambda number: tell(MINIMAL_PAIRS[number].name),
        placeholder=say("Choose two sentences that differ in one thing"),
        key="minimal_pair",
        on_change=show,
        width=360,
    )


def _pick_number(label: str, count: int, key: str) -> None:
    st.session_state.setdefault(key, 1)
    st.session_state[key] = min(st.session_state[key], count - 1)
    st.selectbox(
        label, range(count), format_func=lambda index: str(index + 1), key=key, width=130, persist_state="session"
    )


def _pick_model() -> None:
    names = offered(KNOWN_MODELS)
    st.session_state.setdefault("compare_model", "")
    st.selectbox(
        say("Other model"),
        list(names),
        format_func=lambda source: names.get(source, source),
        key="compare_model",
        accept_new_options=True,
        help=say(
            "Choose a model, or type the name of one on the Hugging Face hub (owner/name) or the path of a folder on the server."
        ),
        width=360,
        persist_state="session",
    )


def sides(kind: str, subject: Subject, look: Selection) -> tuple[Side, Side] | None:
    """The two sides; None while one is not there yet, or where a note says why they cannot be compared.

    Raises TextError, ModelError and the like for what was typed.
    """
    own, model = subject.attention, subject.model
    key = reading_key(model, subject.selection)
    match kind:
        case "texts":
            other = look.at(text=st.session_state["compare_text"], overlong="first")
            seen = read_other(model, other)
            if seen is None:
                return None
            rival = Side(say("The other text"), seen, look.layer, look.head, reading_key(model, other))
            return Side(say("Your text"), own, look.layer, look.head, key), rival
        case "heads":
            chosen = (look.layer, look.head), (st.session_state["compare_layer"], st.session_state["compare_head"])
            one, two = (Side(_head_name(layer, head), own, layer, head, key) for layer, head in chosen)
            return one, two
        case "layers":
            one, two = (
                Side(_layer_name(own, each), own, each, None, key)
                for each in (look.layer, st.session_state["compare_layer"])
            )
            return one, two
    return _models(subject, look)


def _head_name(layer: int, head: int) -> str:
    return say("Layer {layer}, head {head}", layer=layer + 1, head=head + 1)


def _layer_name(attention: Attention, layer: int) -> str:
    return say("Layer {layer}, mean of {n} heads", layer=layer + 1, n=attention.heads_of(layer))


def _models(subject: Subject, look: Selection) -> tuple[Side, Side] | None:
    rival = _other_model()
    if rival is None:
        return None
    own, other = subject.attention, read_other(rival, look.at(overlong="first"))
    if other is None:
        return None
    if rival is subject.model:
        show_note(Message("Both sides are the same model. Choose another one, here or above."))
    why = same_tokens(own, other)
    if why is not None:
        show_note(why)
        return None
    layer = min(look.layer, other.n_layers - 1)
    head = min(look.head, other.heads_of(layer) - 1)
    return (
        Side(
            _in_model(subject.model, look.layer, look.head),
            own,
            look.layer,
            look.head,
            reading_key(subject.model, subject.selection),
        ),
        Side(_in_model(rival, layer, head), other, layer, head, reading_key(rival, look)),
    )


def _in_model(model: Model, layer: int, head: int) -> str:
    return say("{model}, layer {layer}, head {head}", model=model.name, layer=layer + 1, head=head + 1)


def _other_model() -> Model | None:
    """The other model, once it is loaded; until then its progress or its failure is shown."""
    wanted = st.session_state["compare_model"] or ""
    model = embedded_model() if wanted == "" else loaded_model(wanted)
    if model is not None:
        return model
    doing = say("Loading {model}", model=wanted)
    ticket = wait_for("loading the other", ("model", wanted), lambda: ask_for_model(wanted), doing)
    if ticket is not None and ticket.result is None:
        show_end("loading the other", ticket)
    return None if ticket is None else ticket.result
