"""The state of one session: the fields of its Selection, under their own names, and what is in use.

Whoever changes one writes it here: the address, an example, the live view. Widgets follow, see widgets/choices.py.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from attention_viz.selection import Selection, options
from attention_viz.ui.session.address import follow_address, is_new
from attention_viz.ui.session.examples import DEFAULT, Example
from attention_viz.ui.widgets.notices import show_error
from attention_viz.ui.wording import browser_language, settle_language
from attention_viz.view.look import FIELDS as LOOKS

FIELDS = tuple(name for name in options() if name != "second")
"""Fields of the Selection; the second text is kept beside them, for it may be typed and switched off."""
READ = tuple(name for name, option in options().items() if option.travels in ("text", "reading") and name != "model")
"""Fields that say what is read and how; the others say how it is looked at."""
BUILT = "selection built"
"""The fields that the last selection was built of, and that selection."""


def begin() -> None:
    """Fill what a new session lacks: the default sentence, already chosen; then take over what the address says."""
    if is_new():
        usual = Selection(text=DEFAULT.first, layer=DEFAULT.layer, head=DEFAULT.head, language=browser_language())
        for name in FIELDS:
            st.session_state.setdefault(name, getattr(usual, name))
        st.session_state.setdefault("second", "")
        st.session_state.setdefault("pair", False)
    follow_address()
    settle_language()
    _show_refusal()


def enter(page: str) -> None:
    """Note which page is open. page: its part of the address"""
    st.session_state["page"] = page


def _show_refusal() -> None:
    """Say why what the address asked for was refused, until another text is there."""
    refused, text = st.session_state.get("refused") or (None, "")
    if refused is not None and text == st.session_state["text"]:
        show_error(refused)


def selection(**instead: Any) -> Selection:
    """What this session looks at, built once as long as nothing changes. Raises SelectionError where a text is longer than
    a selection carries.

    instead : fields that are to be other than the session has them
    """
    state = st.session_state
    fields = {name: state[name] for name in FIELDS}
    fields["second"] = state["second"] if state["pair"] else None
    fields |= instead
    if BUILT not in state or state[BUILT][0] != fields:
        state[BUILT] = (fields, Selection(**fields))
    built: Selection = state[BUILT][1]
    return built


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
        st.session_state[name] = getattr(chosen, name)
    st.session_state.update(second=chosen.second or "", pair=chosen.second is not None)


def choose(chosen: Selection) -> None:
    """Take over what was chosen in the live view."""
    for name in LOOKS:
        st.session_state[name] = getattr(chosen, name)


def choose_head(layer: int, head: int) -> None:
    """Take over a head that was clicked, before the page runs again."""
    st.session_state.update(layer=layer, head=head)
