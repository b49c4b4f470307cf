"""The state of one session: the fields of its Selection, under their own names, and what is in use.

Widgets are keyed by the field they set, so that the address, the examples and the live view change them in one way.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from attention_viz.selection import Selection, may_have
from attention_viz.ui.session.address import CARRIED, follow_address
from attention_viz.ui.session.examples import DEFAULT, Example
from attention_viz.ui.widgets import live
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import browser_language, settle_language
from attention_viz.view.look import FIELDS as LOOKS

FIELDS = ("text", *CARRIED)
"""Fields of the Selection; the second text is kept beside them, for it may be typed and switched off."""
PICKED = tuple(name for name in CARRIED if name != "model")
"""Fields whose value is one of those that are offered. What was typed is never taken back."""
SOUND = "sound"
READ = ("text", "second", "part", "overlong")
"""Fields that say what is read and how; the others say how it is looked at."""


def begin() -> None:
    """Fill what a new session lacks: the default sentence, already chosen; then take over what the address says."""
    usual = Selection(text=DEFAULT.first, layer=DEFAULT.layer, head=DEFAULT.head, language=browser_language())
    for name in FIELDS:
        value = getattr(usual, name)
        st.session_state.setdefault(name, list(value) if name == "exclude" else value)
    st.session_state.setdefault("pair", False)
    st.session_state.setdefault("second", "")
    _keep_sound(usual)
    follow_address()
    settle_language()
    _show_refusal()


def _keep_sound(usual: Selection) -> None:
    """Take back what no selection can have: a browser sends the label of a picker, and where that is none of the present
    ones, as after a change of the language or of the model, Streamlit hands on the label in the place of the value."""
    sound: dict[str, Any] = st.session_state.setdefault(SOUND, {})
    for name in PICKED:
        value = st.session_state[name]
        if name in sound and sound[name] == value:
            continue
        if may_have(name, value):
            sound[name] = value
        else:
            st.session_state[name] = sound.get(name, getattr(usual, name))


def carry_over(page: str) -> None:
    """Keep every value when the visitor comes to another page: its widgets would begin empty. page: names it."""
    if st.session_state.get("page") != page:
        for name in (*FIELDS, "pair", "second"):
            st.session_state[name] = st.session_state[name]
        st.session_state["page"] = page


def _show_refusal() -> None:
    """Say what the address asked for in vain, until another text is there."""
    refused, text = st.session_state.get("refused") or (None, "")
    if refused is not None and text == st.session_state["text"]:
        show_error(refused)


def selection(**instead: Any) -> Selection:
    """What this session looks at. Raises SelectionError where a text is longer than a selection carries.

    instead : fields that are to be other than the session has them
    """
    state = st.session_state
    fields: dict[str, Any] = {name: state[name] for name in FIELDS}
    fields |= {"exclude": tuple(fields["exclude"]), "second": state["second"] if state["pair"] else None}
    return Selection(**fields | instead)


def show_example(example: Example) -> None:
    """Put an example into the boxes, as if it had been typed."""
    st.session_state.update(
        text=example.first,
        second=example.second or "",
        pair=example.second is not None,
        layer=example.layer,
        head=example.head,
        queries=(),
        masked=(),
    )


def open_selection(chosen: Selection) -> None:
    """Look at what somebody saved: every box and picker is set to it. To be called before widgets are drawn."""
    for name in FIELDS:
        value = getattr(chosen, name)
        st.session_state[name] = list(value) if name == "exclude" else value
    st.session_state.update(second=chosen.second or "", pair=chosen.second is not None)
    live.ask_again()


def choose(chosen: Selection) -> None:
    """Take over what was chosen in the live view."""
    for name in LOOKS:
        value = getattr(chosen, name)
        st.session_state[name] = list(value) if name == "exclude" else value


def choose_head(layer: int, head: int) -> None:
    """Take over a head that was clicked, before the page runs again."""
    st.session_state.update(layer=layer, head=head)
