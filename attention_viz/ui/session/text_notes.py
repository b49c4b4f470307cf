"""What the user should know about how the text was read: what was left out, what the vocabulary lacks."""

from __future__ import annotations

import unicodedata

import streamlit as st

from attention_viz.attention import Attention
from attention_viz.errors import Message
from attention_viz.ui.widgets.notices import show_note
from attention_viz.ui.wording import plain, say

CHINESE_MODEL = "google-bert/bert-base-chinese"


def show_text_notes(attention: Attention) -> None:
    """Notes above the picture; nothing where there is nothing to say."""
    for note in attention.notes:
        show_note(note)
    _show_unknown(attention)


def _show_unknown(attention: Attention) -> None:
    tokens = attention.query_tokens
    unknown = [surface for surface, lacking in zip(tokens.surfaces, tokens.unknown, strict=True) if lacking]
    if not unknown:
        return
    show_note(
        Message(
            "{unknown} of {total} tokens are not in the model's vocabulary and were read as [UNK], all alike: {examples}",
            {
                "unknown": len(unknown),
                "total": len(tokens) - sum(tokens.special),
                "examples": " ".join(dict.fromkeys(unknown))[:60],
            },
        )
    )
    if any(_is_chinese(character) for surface in unknown for character in surface):
        st.button(
            say("Load bert-base-chinese"),
            on_click=lambda: st.session_state.update(model=CHINESE_MODEL),
            help=say(
                "It is fetched from the Hugging Face hub. Where that is slow, start the server with HF_ENDPOINT set to a mirror."
            ),
        )
        st.caption(plain(say("Its vocabulary holds the Chinese characters in use; the embedded model's holds 244.")))


def _is_chinese(character: str) -> bool:
    return unicodedata.name(character, "").startswith("CJK")
