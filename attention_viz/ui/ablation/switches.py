"""Switches: which heads are off and which tokens are hidden, chosen with buttons in the browser."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from attention_viz.attention import Attention
from attention_viz.selection import Selection, options
from attention_viz.ui.widgets.boards import SHELL, STYLE, labels
from attention_viz.ui.widgets.choices import chosen_as
from attention_viz.ui.widgets.toggles import heard, listen
from attention_viz.ui.wording import paragraph, plain, say, translate
from attention_viz.view import bundle
from attention_viz.view.theme import appearance
from attention_viz.vocabulary import WAYS

_switchboard = st.components.v2.component(
    "attention_switchboard", html=SHELL, css=STYLE, js=bundle.script("board/switchboard")
)
_masks = st.components.v2.component(
    "attention_masked_tokens", html=SHELL, css=STYLE, js=bundle.script("board/masked-tokens")
)

SWITCHBOARD = ("heads_across", "layer_name", "layer_head", "layer_switches", "all_on", "switch_off", "switch_on")
MASKS = ("hide_tokens", "hide_token")


def pick_way() -> None:
    """How a head is switched off."""
    option = options()["way"]
    st.radio(
        translate(option.label),
        WAYS,
        format_func=lambda way: translate(option.names[way]),
        horizontal=True,
        **chosen_as("way", WAYS, shows="index"),
    )


def explain_way(way: str) -> None:
    """What happens to a head that is off, by which paper, and what the result does not say."""
    if way == "zero":
        said = say(
            "A head that is off gives out zero; the bias behind it stays (Michel et al. 2019). What the head added is missing."
        )
    else:
        said = say(
            "A head that is off reads all its tokens alike (Kovaleva et al. 2019). It still adds their mean; what is missing is its choice."
        )
    caveat = say(
        "The other heads learned beside it: that little changes does not mean that it does nothing, for others may do the same."
    )
    st.caption(plain(paragraph(said, caveat)))


def switch_heads(attention: Attention, selection: Selection, shades: np.ndarray | None = None) -> None:
    """A switch for every head, which sets `off`.

    shades : (layer, head) 0 to 1, how strongly each head that is on is coloured; None = all alike
    """
    on = [f"{layer}-{head}" for layer, head in selection.off]
    _switchboard(
        key="switchboard",
        data={
            **appearance(labels(*SWITCHBOARD, "heads_off")),
            "heads": list(attention.source.heads),
            "chosen": [selection.layer, selection.head],
            "shades": None if shades is None else np.nan_to_num(shades).tolist(),
            "toggled": {"on": on, "serial": heard("switchboard")},
        },
        on_switched_change=lambda: listen("switchboard"),
    )


def hide_tokens(attention: Attention, selection: Selection, mask: str) -> None:
    """The tokens as buttons, which set `masked`. mask: how a hidden token is written."""
    tokens = attention.query_tokens
    _masks(
        key="masks",
        data={
            **appearance(labels(*MASKS)),
            "tokens": {name: list(getattr(tokens, name)) for name in ("labels", "special", "segments", "directions")},
            "mask": mask,
            "toggled": {"on": [str(token) for token in selection.masked], "serial": heard("masks")},
        },
        on_switched_change=lambda: listen("masks"),
    )


def all_heads(n_heads: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Every head of a model, as (layer, head) from 0. n_heads: of each layer"""
    return tuple((layer, head) for layer, n in enumerate(n_heads) for head in range(n))


def drop_absent(selection: Selection, n_heads: Sequence[int], n_tokens: int) -> Selection:
    """The selection without heads and tokens that this model and this text do not have."""
    return selection.at(
        off=tuple(each for each in selection.off if each[0] < len(n_heads) and each[1] < n_heads[each[0]]),
        masked=tuple(token for token in selection.masked if token < n_tokens),
    )
