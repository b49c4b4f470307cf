"""Switches: which heads are off and which tokens are hidden, chosen with buttons in the browser.

Both live in the session under the names that a Selection gives them; a serial number tells the browser how much of
what was pressed there the page has heard (js/board/toggles.js).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from attention_viz.attention import Attention
from attention_viz.errors import Message, SelectionError
from attention_viz.selection import WAYS, Selection
from attention_viz.ui.wording import language, paragraph, plain, say, tell, view_labels
from attention_viz.view import bundle
from attention_viz.view.outfit import outfit

SHELL = '<div\nclass="attention"></div>'
STYLE = bundle.style() + bundle.style("board")

_switchboard = st.components.v2.component(
    "attention_switchboard", html=SHELL, css=STYLE, js=bundle.script("board/switchboard")
)
_masks = st.components.v2.component("attention_masks", html=SHELL, css=STYLE, js=bundle.script("board/masks"))

NAMES = {"zero": Message("Output set to zero"), "uniform": Message("Weights made uniform")}
SETS = {"switchboard": "off", "masks": "masked"}
"""Which field of a Selection each set of buttons sets."""
MOST_MESSAGES = 10_000_000
"""Messages that are counted; nobody presses a button so often."""
SWITCHBOARD = ("heads_across", "layer_name", "layer_head", "layer_switches", "all_on", "switch_off", "switch_on")
MASKS = ("hide_tokens", "hide_token")


def labels(*names: str) -> dict[str, str]:
    """Sentences of the view in the language of this session, by name."""
    known = view_labels(language())
    return {name: known[name] for name in names}


def pick_way() -> None:
    """How a head is taken away."""
    st.radio(
        say("How a head is switched off"),
        WAYS,
        format_func=lambda way: tell(NAMES[way]),
        key="way",
        horizontal=True,
        persist_state="session",
    )


def explain_way(way: str) -> None:
    """What happens to a head that is off, after whom, and what the result does not say."""
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


def switch_heads(attention: Attention, look: Selection, shades: np.ndarray | None = None) -> None:
    """A switch for every head, which sets `off`.

    shades : (layer, head) 0 to 1, how strongly each head that is on is coloured; None = all alike
    """
    on = [f"{layer}-{head}" for layer, head in look.off]
    _switchboard(
        key="switchboard",
        data={
            **outfit(labels(*SWITCHBOARD, "heads_off")),
            "heads": list(attention.source.heads),
            "chosen": [look.layer, look.head],
            "shades": None if shades is None else np.nan_to_num(shades).tolist(),
            "said": {"on": on, "serial": _heard("switchboard")},
        },
        on_switched_change=lambda: _listen("switchboard"),
    )


def hide_tokens(attention: Attention, look: Selection, mask: str) -> None:
    """The tokens as buttons, which set `masked`. mask: how a hidden token is written."""
    tokens = attention.query_tokens
    _masks(
        key="masks",
        data={
            **outfit(labels(*MASKS)),
            "tokens": {name: list(getattr(tokens, name)) for name in ("labels", "special", "segments", "directions")},
            "mask": mask,
            "said": {"on": [str(token) for token in look.masked], "serial": _heard("masks")},
        },
        on_switched_change=lambda: _listen("masks"),
    )


def within_reach(look: Selection, n_heads: Sequence[int], n_tokens: int) -> Selection:
    """The look without heads and tokens that this model and this text do not have."""
    return look.at(
        off=tuple(each for each in look.off if each[0] < len(n_heads) and each[1] < n_heads[each[0]]),
        masked=tuple(token for token in look.masked if token < n_tokens),
    )


def with_pressed(selection: Selection, key: str, said: Mapping[str, Any]) -> Selection:
    """The selection with the buttons that the browser says are pressed. Raises SelectionError, ValueError for no such."""
    read: Callable[[str], Any] = _head_named if key == "switchboard" else int
    return selection.at(**{SETS[key]: tuple(sorted({read(each) for each in said["on"]}))})


def _heard(key: str) -> int:
    return int(st.session_state.get(f"{key} serial", 0))


def _listen(key: str) -> None:
    """Take over what was pressed, before the page runs again; what no selection can hold is not taken."""
    said = st.session_state[key].get("switched")
    if not is_message(said):
        return
    try:
        chosen = with_pressed(Selection(), key, said)
        st.session_state[SETS[key]] = getattr(chosen, SETS[key])
    except (SelectionError, ValueError):
        pass
    st.session_state[f"{key} serial"] = int(said["serial"])


def is_message(said: Any) -> bool:
    """Whether it is what js/board/toggles.js sends: names, and a serial number."""
    if not isinstance(said, dict) or type(said.get("serial")) is not int or not 0 <= said["serial"] < MOST_MESSAGES:
        return False
    return isinstance(said.get("on"), list) and all(isinstance(each, str) for each in said["on"])


def _head_named(name: str) -> tuple[int, int]:
    layer, head = name.split("-")
    return int(layer), int(head)
