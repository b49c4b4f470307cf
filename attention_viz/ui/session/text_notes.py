"""What the user should know about how the text was read: what was left out, what the vocabulary lacks."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.models.catalogue import EMBEDDED, MULTILINGUAL
from attention_viz.ui.session.model_offer import offer_model
from attention_viz.ui.widgets.notices import show_note
from attention_viz.ui.wording import paragraph, plain, say, tell

if TYPE_CHECKING:
    from attention_viz.models import Model

BERT_BASE_CHINESE = "google-bert/bert-base-chinese"


def show_text_notes(attention: Attention, model: Model) -> None:
    """Notes above the picture; nothing where there is nothing to say. How a model that comes with the app was made alarms nobody
    and stands small."""
    known = model.notes if model.source in EMBEDDED else ()
    for note in attention.notes:
        if note not in known:
            show_note(note)
    if known:
        st.caption(plain(paragraph(*map(tell, known))))
    _show_unknown(attention)


def _show_unknown(attention: Attention) -> None:
    tokens = attention.query_tokens
    unknown = [surface for surface, lacking in zip(tokens.surfaces, tokens.unknown, strict=True) if lacking]
    if not unknown:
        return
    show_note(
        Message(
            "{unknown} of {total} tokens are not in the model's vocabulary and were read as {sign}, all alike: {examples}",
            {
                "unknown": len(unknown),
                "sign": tokens.labels[tokens.unknown.index(True)],
                "total": len(tokens) - sum(tokens.special),
                "examples": " ".join(dict.fromkeys(unknown))[:60],
            },
        )
    )
    if any(_is_chinese(character) for surface in unknown for character in surface):
        _offer_chinese()


def _offer_chinese() -> None:
    """A button for a model that reads Chinese: the one that comes with the app; where that is in use, one of the hub."""
    if st.session_state["model"] == MULTILINGUAL:
        source = BERT_BASE_CHINESE
        about = say(
            "It is fetched from the Hugging Face hub. Where that is slow, start the server with HF_ENDPOINT set to a mirror."
        )
    else:
        source, about = MULTILINGUAL, say("It comes with the app, needs no network, and reads Chinese and English.")
    offer_model(source, about)


def _is_chinese(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")
