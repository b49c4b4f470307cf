"""Keeper: what a visitor chose lives on in the open page, so that a server started anew, or another one, goes on with it.

Every run tells the page in a short letter what this session holds. The page keeps the letter in its memory: not on a
disk, gone with the tab, and a page that is loaded anew, as by a link, knows nothing of it. When the connection was lost
and is there again, the page gives the letter back, with the texts as they stand in their boxes (js/session/restore.js). The
session that wrote it takes no notice; one that did not takes it over before it draws anything.
"""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from attention_viz.errors import AttentionVizError, SelectionError
from attention_viz.options import LIMITS
from attention_viz.selection import Selection
from attention_viz.ui.session import lesson_place, state
from attention_viz.ui.session.address import to_address
from attention_viz.ui.session.setting import Setting
from attention_viz.ui.session.snapshot import SERIALS, Keepsake, read
from attention_viz.ui.widgets.live import choices_count, with_choice
from attention_viz.ui.widgets.toggles import SETS, is_message, with_pressed

BOXES = ("text", "second", "compare_text")
"""Keys of the boxes that hold a text."""
SESSION = "keeper session"
TAKEN_OVER = "keeper taken over"
WRITTEN = "keeper written"
UNHEARD = "keeper unheard"
ON_ITS_WAY = 10.0
"""Seconds in which a browser may still send what its pickers showed before."""


def keep(send: Callable[[Mapping[str, Any]], Any], settings: Mapping[str, Setting]) -> None:
    """Let the page keep what this session holds, or go on with what it kept for another. To be called before widgets.

    send     : brings a letter to the page, and returns what the page gives back, or None
    settings : what the pages keep, by the keys of their widgets
    """
    _overrule_pickers()
    given_back = send({"kept": _written(settings), "boxes": BOXES})
    if given_back is not None and take_over(given_back, settings):
        st.rerun()


def _look() -> Selection:
    try:
        return state.selection()
    except SelectionError:
        before: Selection = st.session_state.get("read", Selection())
        return state.selection(text=before.text, second=before.second)


def _written(settings: Mapping[str, Setting]) -> str:
    """What this session holds; where it cannot be looked at, of which the page will speak, what it held before."""
    with contextlib.suppress(SelectionError):
        st.session_state[WRITTEN] = keepsake(settings).write()
    written: str = st.session_state.get(WRITTEN, "")
    return written


def keepsake(settings: Mapping[str, Setting]) -> Keepsake:
    """All that this session holds now; in the place of a text that is longer than any that is read, the one before."""
    now, selection = st.session_state, _look()
    return Keepsake(
        session=now.setdefault(SESSION, secrets.token_hex(8)),
        selection=selection,
        second=now["second"][: LIMITS["second"]],
        address=now.get("address"),
        settings={name: now[name] for name, setting in settings.items() if setting.fits(now.get(name))},
        serials=_serials(selection),
        answers=lesson_place.answers(),
        place=now.get(lesson_place.PLACE),
    )


def take_over(letter: Mapping[str, Any], settings: Mapping[str, Setting]) -> bool:
    """Make this session one with what the page kept for another; False where there is nothing to take over.

    letter : "kept", as `keep` wrote it; "boxes", the texts that stand in the page now, by their keys; "said", what was
             chosen last in each view, whether the other session heard of it or not
    """
    now = st.session_state
    try:
        found = read(letter["kept"], settings).typed(letter["boxes"])
        selection, serials = _with_said(found, letter["said"])
    except (AttentionVizError, AttributeError, KeyError, TypeError, ValueError):
        return False  # not written by us; who made it up has a session as fresh as any
    if found.session in (now[SESSION], now.get(TAKEN_OVER)):
        return False
    now[TAKEN_OVER] = found.session
    now[UNHEARD] = (time.monotonic() + ON_ITS_WAY, _head(found.selection), _head(selection))
    state.open_selection(selection)
    now.update(found.settings)
    now.update({f"{name} serial": serials[name] for name in ("live", *SETS)})
    now["second"], now["address"] = found.second, _address_known(found)
    now[lesson_place.PLACE], now[lesson_place.ANSWERS] = found.place, dict(found.answers)
    return True


def _overrule_pickers() -> None:
    """Stay with the head that was chosen in a view while no server listened: the browser may still send what its pickers
    showed until then, because a page that waits for a model asks twice a second."""
    now = st.session_state
    until, shown, chosen = now.get(UNHEARD, (0.0, None, None))
    if time.monotonic() < until and (now["layer"], now["head"]) == shown:
        state.choose_head(*chosen)


def _head(selection: Selection) -> tuple[int, int]:
    return selection.layer, selection.head


def _serials(selection: Selection) -> dict[str, int]:
    now = st.session_state
    known = {name: now.get(f"{name} serial", 0) for name in SERIALS}
    known["live choices"] = known["live"] if choices_count(selection) else 0
    return {name: count for name, count in known.items() if count}


def _address_known(found: Keepsake) -> Mapping[str, str] | None:
    """The address that the other session wrote or read last: one that differs is news, and is followed."""
    parameters = st.query_params.to_dict()
    return parameters if parameters == to_address(found.selection) else found.address


def _with_said(found: Keepsake, said: Mapping[str, Any]) -> tuple[Selection, dict[str, int]]:
    """The selection with choices that no server heard of, and how far the messages are counted then."""
    selection, serials = found.selection, {name: found.serials.get(name, 0) for name in SERIALS}
    look = said.get("live", {})
    if look.get("serial", 0) == serials["live choices"] > 0:
        selection = with_choice(selection, look)
    serials["live"] += 1  # whatever the view saw last, the next one is new to it
    for name in SETS:
        pressed: Any = said.get(name)
        if is_message(pressed) and pressed["serial"] > serials[name]:
            selection = with_pressed(selection, name, pressed)
            serials[name] = pressed["serial"]
    return selection, serials
