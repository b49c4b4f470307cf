"""Pickers: the widgets that set one Selection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar

import streamlit as st

from attention_viz.attending import nearest
from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.selection import options
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.wording import LANGUAGES, language, say, tell, translate
from attention_viz.vocabulary import UNITS, Language

NARROW, WIDE = 110, 220
"""Widths in pixels of pickers that stand side by side."""


class Listed(Protocol):
    """What stands in a list under a name, and is about a text in one language."""

    @property
    def name(self) -> Message: ...

    @property
    def language(self) -> Language: ...


Entry = TypeVar("Entry", bound=Listed)


def pick_language(then: Callable[[], None]) -> None:
    """English or Chinese. then: called when another one was chosen, before the page runs again"""
    st.segmented_control(
        say("Language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        required=True,
        **chosen_as("language", LANGUAGES, then=then, shows="default", translated=False),
    )


def pick_text() -> None:
    """The sentence, and a second one for a pair."""
    text_box(say("Your text"), "text", say("Type or paste a sentence, then press Ctrl+Enter."))
    if st.session_state["pair"]:
        text_box(say("Second sentence"), "second", say("Type a second sentence. Until then the first is read alone."))


def text_box(label: str, key: str, placeholder: str | None = None) -> None:
    """A box for a text. Of any length: Streamlit would cut a longer one, and say nothing of it."""
    st.text_area(label, height=80, placeholder=placeholder, **chosen_as(key, meant=lambda text: text or ""))


def pick_listed(
    label: str,
    entries: Sequence[Entry],
    key: str,
    placeholder: str,
    show: Callable[[Entry], None],
    width: int | Literal["stretch"] = "stretch",
) -> None:
    """One of a list, none at first, those in the language of the page at the top; what is chosen is shown before the page
    runs again."""

    numbers = sorted(range(len(entries)), key=lambda number: entries[number].language != language())

    def changed() -> None:
        if st.session_state[key] is not None:
            show(entries[st.session_state[key]])

    st.selectbox(
        label,
        numbers,
        format_func=lambda number: tell(entries[number].name),
        placeholder=placeholder,
        width=width,
        **chosen_as(key, (None, *numbers), then=changed, shows="index", entries=numbers),
    )


def pick_word(words: tuple[str, str], then: Callable[[], None]) -> None:
    """Which of two words stands in the text. then: called when the other one was chosen, before the page runs again"""
    st.segmented_control(
        say("Word of the text"),
        words,
        required=True,
        label_visibility="collapsed",
        **chosen_as("word", words, then=then, shows="default", translated=False),
    )


def pick_pair() -> None:
    """Whether there is a second sentence."""
    st.toggle(say("Add a second sentence"), **chosen_as("pair"))


def pick_source(label: str, key: str, names: Mapping[str, str], width: int | Literal["stretch"] = "stretch") -> None:
    """A model that is offered, a hub id or a folder. names: what the offered ones are called"""
    known: str = st.session_state[key]
    entries = [*names] if known in names else [*names, known]
    st.selectbox(
        label,
        entries,
        format_func=lambda source: names.get(source, source),
        accept_new_options=True,
        help=say(
            "Choose a model, or type the name of one on the Hugging Face hub (owner/name) or the path of a folder on the server."
        ),
        width=width,
        **chosen_as(key, meant=lambda source: source or "", shows="index", entries=entries),
    )


def pick_head(attention: Attention) -> None:
    """Layer and head."""
    _stay_within(attention.source.heads)
    pick_number(say("Layer"), attention.layers, "layer")
    pick_number(say("Head"), range(attention.heads_of(st.session_state["layer"])), "head")


def _stay_within(heads: Sequence[int]) -> None:
    """Keep layer and head inside the model in use. heads : of each layer; 0 = it has no attention weights."""
    layer = nearest(heads, st.session_state["layer"])
    st.session_state.update(layer=layer, head=min(st.session_state["head"], heads[layer] - 1))


def pick_number(label: str, numbers: Sequence[int], key: str) -> None:
    """One of some layers or heads, counted from 1 on the screen."""
    st.selectbox(
        label,
        numbers,
        format_func=lambda index: str(index + 1),
        width=NARROW,
        **chosen_as(key, numbers, shows="index", translated=False),
    )


def pick_units() -> None:
    """Word pieces, words, or words of Chinese text."""
    option = options()["units"]
    st.selectbox(
        translate(option.label),
        UNITS,
        format_func=lambda units: translate(option.names[units]),
        help=say("A word read is the sum over its pieces; a word reading is their mean. Rows still sum to 1."),
        width=WIDE,
        **chosen_as("units", UNITS, shows="index"),
    )


def pick_part(parts: Sequence[str]) -> None:
    """Which of its maps, of a model with two halves."""
    option = options()["part"]
    if st.session_state["part"] not in parts:
        st.session_state["part"] = parts[0]
    st.segmented_control(
        translate(option.label),
        parts,
        format_func=lambda part: translate(option.names[part]),
        required=True,
        **chosen_as("part", parts, shows="default"),
    )


def pick_overlong() -> None:
    """Whether too long a text is read in windows."""
    st.toggle(
        say("Read all of it, in windows that overlap"),
        help=say("Tokens of different windows cannot read each other; the picture leaves those cells empty."),
        **chosen_as(
            "overlong",
            shown=lambda overlong: overlong == "windows",
            meant=lambda windows: "windows" if windows else "first",
        ),
    )
