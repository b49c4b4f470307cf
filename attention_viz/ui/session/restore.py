"""Restore: what a visitor chose lives on in the open page, so that a server started anew, or another one, goes on with it.

Every run tells the page in a short message what this session holds; its texts, which may be long, travel apart and only
when they change. The page keeps both in its memory: not on a disk, gone with the tab, and a page that is loaded anew, as by
a link, knows nothing of it. When the connection was lost and is there again, the page gives them back, with the texts as
they stand in their boxes (js/session/restore.js). The session that wrote them takes no notice; one that did not takes them
over before it draws anything.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from attention_viz.errors import AttentionVizError, SelectionError
from attention_viz.options import LIMITS
from attention_viz.selection import Selection
from attention_viz.ui.session import lesson_place, state
from attention_viz.ui.session.address import take_from_address, to_address
from attention_viz.ui.session.setting import Setting
from attention_viz.ui.session.snapshot import SERIALS, TEXTS, Snapshot, read
from attention_viz.ui.widgets.choices import widget_key
from attention_viz.ui.widgets.live import choices_count, with_choice
from attention_viz.ui.widgets.toggles import SETS, is_message, with_pressed

SESSION = "snapshot session"
TAKEN_OVER = "snapshot taken over"
WRITTEN = "snapshot written"


def keep(send: Callable[[Mapping[str, Any]], Any], settings: Mapping[str, Setting]) -> None:
    """Let the page keep what this session holds, or go on with what it kept for another. To be called before widgets.

    send     : brings a message to the page, and returns what the page gives back, or None
    settings : what the pages keep, by the keys of their widgets
    """
    written, texts = _written(settings)
    given_back = send({"kept": written, "texts": texts, "boxes": {name: widget_key(name) for name in TEXTS}})
    if given_back is not None and take_over(given_back, settings):
        st.rerun()


def _look() -> Selection:
    try:
        return state.selection()
    except SelectionError:
        before: Selection = st.session_state.get("read", Selection())
        return state.selection(text=before.text, second=before.second)


def _written(settings: Mapping[str, Setting]) -> tuple[str, dict[str, str]]:
    """What this session holds; where it cannot be looked at, of which the page will speak, what it held before."""
    with contextlib.suppress(SelectionError):
        found = snapshot(settings)
        st.session_state[WRITTEN] = (found.write(), found.texts)
    written: tuple[str, dict[str, str]] = st.session_state.get(WRITTEN, ("", {}))
    return written


def snapshot(settings: Mapping[str, Setting]) -> Snapshot:
    """All that this session holds now; in the place of a text that is longer than any that is read, the one before."""
    now, selection = st.session_state, _look()
    return Snapshot(
        session=now.setdefault(SESSION, secrets.token_hex(8)),
        selection=selection,
        second=now["second"][: LIMITS["second"]],
        address=now.get("address"),
        settings={name: now[name] for name, setting in settings.items() if setting.fits(now.get(name))},
        serials=_serials(selection),
        answers=lesson_place.answers(),
        place=now.get(lesson_place.PLACE),
    )


def take_over(given: Mapping[str, Any], settings: Mapping[str, Setting]) -> bool:
    """Make this session one with what the page kept for another; False where there is nothing to take over.

    given : "kept" and "texts", as `keep` sent them; "boxes", the texts that stand in the page now, by their names; "said",
            what was chosen last in each view, whether the other session heard of it or not
    """
    now = st.session_state
    try:
        found = read(given["kept"], given["texts"], settings).typed(given["boxes"])
        selection, serials = _with_said(found, given["said"])
    except (AttentionVizError, AttributeError, KeyError, TypeError, ValueError):
        return False  # not written by us; who made it up has a session as fresh as any
    if found.session in (now[SESSION], now.get(TAKEN_OVER)):
        return False
    now[TAKEN_OVER] = found.session
    state.open_selection(selection)
    now.update(found.settings)
    now.update({f"{name} serial": serials[name] for name in ("live", *SETS)})
    now["second"] = found.second
    _keep_or_follow_address(found)
    now[lesson_place.PLACE], now[lesson_place.ANSWERS] = found.place, dict(found.answers)
    return True


def _serials(selection: Selection) -> dict[str, int]:
    now = st.session_state
    known = {name: now.get(f"{name} serial", 0) for name in SERIALS}
    known["live choices"] = known["live"] if choices_count(selection) else 0
    return {name: count for name, count in known.items() if count}


def _keep_or_follow_address(found: Snapshot) -> None:
    """Know the address that the other session wrote or read last. One that differs is where the visitor went meanwhile."""
    now, parameters = st.session_state, st.query_params.to_dict()
    if parameters == to_address(found.selection):
        now["address"] = parameters
    elif found.address is not None and parameters != found.address:
        take_from_address(parameters)
    else:
        now["address"] = found.address


def _with_said(found: Snapshot, said: Mapping[str, Any]) -> tuple[Selection, dict[str, int]]:
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
